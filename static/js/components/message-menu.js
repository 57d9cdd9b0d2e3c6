/** @import { Message } from "../types.js" */

import { html, nothing } from "../../vendor/lit/lit.js";
import { direction, gettext, interpolate } from "../i18n.js";
import { icon } from "../icon.js";
import { actionsOf, QUICK_EMOJI, toggleReaction } from "../message-actions.js";
import { keepUnderFinger, openAt, walkMenu } from "../popover.js";
import { store } from "../session.js";
import { BrookElement } from "./element.js";
import { chooseEmoji } from "./emoji-picker.js";

/** @typedef {"all" | "react"} Kind what it offers */

const ONWARD = direction === "rtl" ? "ArrowLeft" : "ArrowRight";
const NARROW = matchMedia("(max-width: 719px)");

/** What can be done with one message: beside it, or as a sheet from below on phones. One for the page. */
class BrookMessageMenu extends BrookElement {
  static properties = { message: { state: true }, kind: { state: true } };

  constructor() {
    super();
    /** @type {Message | null} */
    this.message = null;
    /** @type {Kind} */
    this.kind = "all";
    /** @type {Element | null} */
    this.anchor = null;
  }

  select() {
    return [store.state.conversations.get(this.message?.conversation_id ?? "")?.me.role];
  }

  /** @returns {HTMLElement | null} */
  get menu() {
    return this.querySelector(".message-menu");
  }

  /** @param {Element} anchor @param {Message} message @param {Kind} kind @param {number} [finger] */
  async show(anchor, message, kind, finger) {
    this.anchor = anchor;
    this.message = message;
    this.kind = kind;
    await this.updateComplete;
    const { menu } = this;
    if (!menu) return;
    const isSheet = NARROW.matches && kind === "all";
    menu.classList.toggle("is-sheet", isSheet);
    if (isSheet) {
      menu.style.left = menu.style.top = "";
      menu.showPopover();
    } else {
      openAt(menu, anchor);
    }
    if (finger !== undefined) keepUnderFinger(menu, finger);
    /** @type {HTMLElement | null} */ (menu.querySelector("[role=menuitem]"))?.focus();
  }

  render() {
    const { message } = this;
    const conversation = store.state.conversations.get(message?.conversation_id ?? "");
    const actions = message && conversation && this.kind === "all" ? actionsOf(message, conversation) : [];
    return html`
      <div class="menu message-menu is-${this.kind}" popover role="menu" aria-label=${gettext("Message")} @keydown=${this.onKey}>
        ${message ? this.emoji(message) : nothing}
        ${actions.map(
          (
            action,
          ) => html`<button type="button" role="menuitem" class="menu-item ${action.isDanger ? "is-danger" : ""}"
            data-action=${action.key} @click=${() => this.run(action.run)}>${icon(action.icon)}${action.label}</button>`,
        )}
      </div>
    `;
  }

  /** @param {Message} message */
  emoji(message) {
    const me = store.state.me.id;
    const mine = new Set(
      (message.reactions ?? []).filter(({ user_ids }) => user_ids.includes(me)).map(({ emoji }) => emoji),
    );
    return html`<div class="menu-emoji" role="group" aria-label=${gettext("React")}>
      ${QUICK_EMOJI.map(
        (
          emoji,
        ) => html`<button type="button" role="menuitem" class="quick-emoji ${mine.has(emoji) ? "is-mine" : ""}"
          aria-label=${interpolate(gettext("React with %(emoji)s"), { emoji })} @click=${() => this.run(() => toggleReaction(message, emoji))}>${emoji}</button>`,
      )}
      <button type="button" role="menuitem" class="quick-emoji is-more" aria-label=${gettext("More emoji")} title=${gettext("More emoji")}
        @click=${() => this.more(message)}>${icon("plus")}</button>
    </div>`;
  }

  /** @param {() => unknown} action */
  run(action) {
    this.menu?.hidePopover();
    action();
  }

  /** @param {Message} message */
  more(message) {
    const anchor = this.anchor?.isConnected ? this.anchor : document.body;
    this.menu?.hidePopover();
    chooseEmoji(anchor, (emoji) => toggleReaction(message, emoji));
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    const isRow = ["ArrowLeft", "ArrowRight"].includes(event.key);
    if (!isRow) return walkMenu(event);
    const row = /** @type {HTMLElement[]} */ ([...this.querySelectorAll(".quick-emoji")]);
    const at = row.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    if (at < 0) return;
    event.preventDefault();
    row.at((at + (event.key === ONWARD ? 1 : -1)) % row.length)?.focus();
  }
}

customElements.define("brook-message-menu", BrookMessageMenu);

/**
 * @param {Element} anchor what it stands beside
 * @param {Message} message
 * @param {Kind} [kind]
 * @param {number} [finger] the pointer that rests on the message
 */
export function showMenu(anchor, message, kind = "all", finger = undefined) {
  let menu = /** @type {BrookMessageMenu | null} */ (document.querySelector("brook-message-menu"));
  if (!menu) {
    menu = /** @type {BrookMessageMenu} */ (document.createElement("brook-message-menu"));
    (document.querySelector("main") ?? document.body).append(menu);
  }
  return menu.show(anchor, message, kind, finger);
}
