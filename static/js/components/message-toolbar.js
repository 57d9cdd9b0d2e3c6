/** @import { Message } from "../types.js" */

import { html } from "../../vendor/lit/lit.js";
import { direction, gettext } from "../i18n.js";
import { icon } from "../icon.js";
import { canBeAnswered, focusComposer, openThread, reply } from "../message-actions.js";
import { store } from "../session.js";
import { BrookElement } from "./element.js";
import { showMenu } from "./message-menu.js";

const LONG_PRESS_MS = 450;
const CLICK_MS = 50; // after the finger went up
const MOVED_PX = 10;

/** @typedef {[label: string, symbol: string, run: (button: Element, message: Message) => unknown]} Tool */

/** @type {Tool[]} */
const TOOLS = [
  [gettext("React"), "smile-plus", (button, message) => showMenu(button, message, "react")],
  [gettext("Reply"), "reply", (_button, message) => reply(message)],
  [gettext("Reply in thread"), "messages-square", (_button, message) => openThread(message)],
  [gettext("More"), "ellipsis", (button, message) => showMenu(button, message)],
];

/** The buttons at the upper edge of the message that is pointed at, or has the focus. One for the page. */
class BrookMessageToolbar extends BrookElement {
  select() {
    return [messageOf(this.closest("article"))];
  }

  /** It was deleted: nothing is left to press. */
  updated() {
    const holder = this.closest("article");
    if (!holder || messageOf(holder)) return;
    const hadFocus = this.contains(document.activeElement);
    this.remove();
    if (hadFocus) holder.focus({ preventScroll: true });
  }

  render() {
    return html`<div class="message-toolbar" role="toolbar" aria-label=${gettext("Message")} @keydown=${this.onKey}>
      ${TOOLS.map(
        ([
          label,
          symbol,
          run,
        ]) => html`<button type="button" class="icon-button is-small" aria-label=${label} title=${label}
          @click=${(/** @type {MouseEvent & {currentTarget: Element}} */ { currentTarget }) => this.run(currentTarget, run)}>${icon(symbol)}</button>`,
      )}
    </div>`;
  }

  /** @param {Element} button @param {Tool[2]} run */
  run(button, run) {
    const message = messageOf(this.closest("article"));
    if (message) run(button, message);
  }

  /** Left and right walk the buttons. @param {KeyboardEvent} event */
  onKey(event) {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!by) return;
    event.preventDefault();
    event.stopPropagation();
    const buttons = [...this.querySelectorAll("button")];
    const at = buttons.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
    buttons.at((at + (direction === "rtl" ? -by : by)) % buttons.length)?.focus();
  }
}

customElements.define("brook-message-toolbar", BrookMessageToolbar);

/** @type {BrookMessageToolbar | undefined} */
let toolbar;

/** @param {Element | null} article @returns {Message | undefined} */
function messageOf(article) {
  const id = article?.getAttribute("data-id");
  const { histories, openId, thread } = store.state;
  const held = [...(histories.get(openId ?? "")?.messages ?? []), ...(thread?.history.messages ?? [])];
  return held.find((message) => message.id === id && canBeAnswered(message));
}

/**
 * Everything that a pointer, a finger and the keyboard do to messages in a list.
 *
 * @param {HTMLElement} list
 */
export function listenForMessages(list) {
  list.addEventListener("pointerover", (event) => {
    if (event.pointerType === "mouse") showToolbar(articleOf(event));
  });
  list.addEventListener("pointermove", (event) => {
    if (event.pointerType === "mouse") takeAlong(articleOf(event));
  });
  list.addEventListener("focusin", (event) => showToolbar(articleOf(event)));
  list.addEventListener("keydown", (event) => onKey(event, list));
  listenForLongPress(list);
}

/** @param {Event} event */
function articleOf({ target }) {
  return target instanceof Element ? target.closest("article") : null;
}

/** @param {Element | null} article */
function showToolbar(article) {
  if (!article || toolbar?.parentElement === article) return;
  if (toolbar?.contains(document.activeElement)) return;
  toolbar ??= /** @type {BrookMessageToolbar} */ (document.createElement("brook-message-toolbar"));
  if (messageOf(article) && article.getAttribute("data-id") !== store.state.editingId)
    article.append(toolbar);
  else toolbar.remove();
}

/** A menu or a dialog gave the focus back to its button, and the mouse goes on. @param {Element | null} article */
function takeAlong(article) {
  const holder = toolbar?.parentElement;
  if (!article || !holder || holder === article || !toolbar?.contains(document.activeElement)) return;
  holder.focus({ preventScroll: true });
  showToolbar(article);
}

/** @param {KeyboardEvent} event @param {HTMLElement} list */
function onKey(event, list) {
  const article = articleOf(event);
  const isOnMessage = article !== null && event.target === article;
  const isOnLog = event.target instanceof Element && event.target.matches(".log");
  if (!isOnMessage && !isOnLog) return;
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  if (event.key === "ArrowUp" || event.key === "ArrowDown") return walk(event, list, article);
  if (event.key === "Escape") {
    event.preventDefault();
    return focusComposer(
      (list.closest("brook-thread") && store.state.thread?.id) || (store.state.openId ?? ""),
    );
  }
  const message = isOnMessage ? messageOf(article) : undefined;
  const opens = ["Enter", " ", "ContextMenu"].includes(event.key) || (event.key === "F10" && event.shiftKey);
  if (!message || !opens) return;
  event.preventDefault();
  showMenu(article?.querySelector(".bubble") ?? list, message);
}

/** @param {KeyboardEvent} event @param {HTMLElement} list @param {Element | null} from */
function walk(event, list, from) {
  const articles = [...list.querySelectorAll("article")];
  const at = from ? articles.indexOf(/** @type {HTMLElement} */ (from)) : articles.length;
  const next = articles[at + (event.key === "ArrowUp" ? -1 : 1)];
  if (!next) return;
  event.preventDefault();
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

/** A finger that rests on a message opens its menu. @param {HTMLElement} list */
function listenForLongPress(list) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let from = { x: 0, y: 0 };
  const stop = () => clearTimeout(timer);
  list.addEventListener("pointerdown", (event) => {
    const article = articleOf(event);
    const message = messageOf(article);
    if (event.pointerType === "mouse" || !message || !article) return;
    from = { x: event.clientX, y: event.clientY };
    stop();
    timer = setTimeout(() => {
      navigator.vibrate?.(10);
      // The finger that goes up must not press what is below it now.
      addEventListener("click", swallow, { capture: true, once: true });
      const release = () =>
        setTimeout(() => removeEventListener("click", swallow, { capture: true }), CLICK_MS);
      for (const type of ["pointerup", "pointercancel"])
        addEventListener(type, release, { capture: true, once: true });
      showMenu(article.querySelector(".bubble") ?? article, message, "all", event.pointerId);
    }, LONG_PRESS_MS);
  });
  list.addEventListener("pointermove", ({ clientX, clientY }) => {
    if (Math.hypot(clientX - from.x, clientY - from.y) > MOVED_PX) stop();
  });
  for (const type of ["pointerup", "pointercancel", "scroll"])
    list.addEventListener(type, stop, { capture: true });
  list.addEventListener("contextmenu", (event) => {
    if (/** @type {PointerEvent} */ (event).pointerType === "touch" && articleOf(event))
      event.preventDefault();
  });
}

/** @param {Event} event */
function swallow(event) {
  event.preventDefault();
  event.stopPropagation();
}
