/** Keys that work anywhere on the chat page. Escape inside a dialog is the browser's own. */

import { closeNarrowDetails } from "./components/details.js";
import { router } from "./router.js";

export function listenForKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || document.querySelector("dialog[open]")) return;
    const withCommand = event.ctrlKey || event.metaKey;
    if (withCommand && !event.altKey && event.key.toLowerCase() === "k") return search(event);
    if (event.altKey && event.key === "ArrowDown") return move(event, 1);
    if (event.altKey && event.key === "ArrowUp") return move(event, -1);
    if (event.key === "Escape" && !event.defaultPrevented) closeNarrowDetails();
  });
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

function isWide() {
  return matchMedia("(min-width: 720px)").matches;
}
