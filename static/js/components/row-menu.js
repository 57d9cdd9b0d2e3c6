/** @import { Conversation } from "../types.js" */

import { html, nothing, render } from "../../vendor/lit/lit.js";
import { gettext, pgettext } from "../i18n.js";
import { icon } from "../icon.js";
import { keepUnderFinger, openAt, walkMenu } from "../popover.js";
import { mayBeUnread, readAll, readNothing } from "../reading.js";
import { store } from "../session.js";
import { isMuted } from "../state/conversations.js";
import { changeOwn } from "./details-own.js";
import { BrookElement } from "./element.js";

const MUTED_FOR_MS = 8 * 3_600_000;
const ROW = "li > a.row[href^='/c/']:not(.found)";

/** What can be done with a conversation without opening it. One for the page. */
class BrookRowMenu extends BrookElement {
  static properties = { conversationId: { state: true } };

  constructor() {
    super();
    this.conversationId = "";
  }

  select() {
    const { conversations, counts } = store.state;
    return [conversations.get(this.conversationId), counts.get(this.conversationId)];
  }

  /** @param {Element} anchor @param {string} id of a conversation @param {number} [finger] */
  async show(anchor, id, finger) {
    this.conversationId = id;
    await this.updateComplete;
    const menu = /** @type {HTMLElement | null} */ (this.querySelector(".row-menu"));
    if (!menu) return;
    openAt(menu, anchor, { isBelow: true });
    if (finger !== undefined) keepUnderFinger(menu, finger);
    /** @type {HTMLElement | null} */ (menu.querySelector("[role=menuitem]"))?.focus();
  }

  render() {
    const conversation = store.state.conversations.get(this.conversationId);
    return html`<div class="menu row-menu" popover role="menu" aria-label=${gettext("Conversation")} @keydown=${walkMenu}>
      ${conversation ? this.items(conversation) : nothing}
    </div>`;
  }

  /** @param {Conversation} conversation */
  items(conversation) {
    const { id, me } = conversation;
    const isQuiet = isMuted(conversation) && Boolean(me.muted_until);
    const until = isQuiet ? null : new Date(Date.now() + MUTED_FOR_MS).toISOString();
    return [
      store.unread(id) ? this.item("check-check", gettext("Mark as read"), () => readAll(id)) : nothing,
      mayBeUnread(conversation)
        ? this.item("message-circle", gettext("Mark as unread"), () => readNothing(id))
        : nothing,
      this.item(me.pinned ? "pin-off" : "pin", me.pinned ? gettext("Unpin") : gettext("Pin to the top"), () =>
        changeOwn(id, { pinned: !me.pinned }),
      ),
      this.item(
        isQuiet ? "bell" : "bell-off",
        isQuiet ? gettext("Unmute") : gettext("Mute for 8 hours"),
        () => changeOwn(id, { muted_until: until }),
      ),
      this.item(
        "archive",
        me.archived ? gettext("Take out of the archive") : pgettext("verb", "Archive"),
        () => changeOwn(id, { archived: !me.archived }),
      ),
    ];
  }

  /** @param {string} symbol @param {string} label @param {() => unknown} act */
  item(symbol, label, act) {
    const onClick = () => {
      /** @type {HTMLElement | null} */ (this.querySelector(".row-menu"))?.hidePopover();
      act();
    };
    return html`<button type="button" class="menu-item" role="menuitem" @click=${onClick}>${icon(symbol)}${label}</button>`;
  }
}

customElements.define("brook-row-menu", BrookRowMenu);

/** The button at the end of the row that is pointed at, or has the focus. One for the page. @type {HTMLElement | undefined} */
let button;

/**
 * The second button of a mouse, a finger that rests, the menu key, and a button to be seen.
 *
 * @param {HTMLElement} list
 */
export function listenForRows(list) {
  list.addEventListener("contextmenu", (event) => {
    const row = rowOf(event);
    if (!row) return;
    event.preventDefault();
    const { pointerType, pointerId } = /** @type {PointerEvent} */ (event);
    open(row, row, pointerType === "touch" ? pointerId : undefined);
  });
  list.addEventListener("pointerover", (event) => {
    if (event.pointerType === "mouse") showButton(rowOf(event));
  });
  list.addEventListener("focusin", (event) => showButton(rowOf(event)));
}

/** @param {Event} event @returns {HTMLElement | null} */
function rowOf({ target }) {
  return (target instanceof Element && target.closest("li")?.querySelector(ROW)) || null;
}

/** @param {HTMLElement | null} row */
function showButton(row) {
  const place = row?.parentElement;
  if (!place || button?.parentElement === place) return;
  if (button && document.activeElement === button) return;
  button ??= makeButton();
  place.append(button);
}

function makeButton() {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "icon-button is-small row-more";
  made.title = gettext("More");
  made.setAttribute("aria-label", gettext("What can be done with this conversation"));
  made.setAttribute("aria-haspopup", "menu");
  render(icon("ellipsis"), made);
  made.addEventListener("click", () => {
    const row = /** @type {HTMLElement | null | undefined} */ (made.closest("li")?.querySelector(ROW));
    if (row) open(made, row);
  });
  return made;
}

/** @param {Element} anchor @param {HTMLElement} row @param {number} [finger] */
function open(anchor, row, finger) {
  let menu = /** @type {BrookRowMenu | null} */ (document.querySelector("brook-row-menu"));
  if (!menu) {
    menu = /** @type {BrookRowMenu} */ (document.createElement("brook-row-menu"));
    (document.querySelector("main") ?? document.body).append(menu);
  }
  menu.show(anchor, row.getAttribute("href")?.slice("/c/".length) ?? "", finger);
}
