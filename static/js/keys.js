/** Keys that work anywhere on the chat page. Escape inside a dialog is the browser's own. */

import { closeNarrowDetails } from "./components/details.js";
import { openDialog } from "./components/dialog.js";
import { closeThread } from "./components/thread.js";
import { isComposing } from "./ime.js";
import { editLast } from "./message-actions.js";
import { router } from "./router.js";
import { store } from "./session.js";

export function listenForKeys() {
  document.addEventListener("edit-last", (event) => editMyLast(/** @type {CustomEvent} */ (event)));
  document.addEventListener("keydown", (event) => {
    if (isComposing(event) || document.querySelector("dialog[open]")) return;
    const withCommand = event.ctrlKey || event.metaKey;
    if (withCommand && !event.altKey && event.key.toLowerCase() === "k") return search(event);
    if (event.key === "?" && !withCommand && !isWriting(event)) return openDialog("brook-keys-sheet", {});
    if (event.altKey && event.key === "ArrowDown") return move(event, 1);
    if (event.altKey && event.key === "ArrowUp") return move(event, -1);
    // A menu that is open is what Escape closes, by the browser itself, and nothing below it.
    if (event.key === "Escape" && document.querySelector(":popover-open")) return;
    if (event.key === "Escape" && !event.defaultPrevented && !closeThread()) closeNarrowDetails();
  });
}

/** The composer asks for it. @param {CustomEvent<{conversationId: string, threadRoot: string}>} event */
function editMyLast(event) {
  const { conversationId, threadRoot } = event.detail;
  const { thread, histories } = store.state;
  const history = threadRoot ? thread?.history : histories.get(conversationId);
  if (editLast(history?.messages ?? [])) event.preventDefault();
}

/** @param {KeyboardEvent} event */
function search(event) {
  event.preventDefault();
  if (document.body.dataset.pane === "conversation" && !isWide()) router.go(null);
  /** @type {any} */ (document.querySelector("brook-conversation-list"))?.focusSearch();
}

/** @param {KeyboardEvent} event @param {1 | -1} step */
function move(event, step) {
  event.preventDefault();
  const rows = [...document.querySelectorAll("brook-conversation-list a.row:not(.found)")];
  const at = rows.findIndex((row) => row.getAttribute("aria-current") === "page");
  const next = at < 0 ? (step > 0 ? 0 : rows.length - 1) : at + step;
  const path = rows[next]?.getAttribute("href");
  if (path) router.go(path.slice("/c/".length));
}

/** @param {KeyboardEvent} event */
function isWriting({ target }) {
  return target instanceof Element && target.matches("input, textarea, select, [contenteditable]");
}

function isWide() {
  return matchMedia("(min-width: 720px)").matches;
}
