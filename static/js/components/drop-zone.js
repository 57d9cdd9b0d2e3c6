/** Files that are dropped anywhere on the conversation go to its composer. */

import { store } from "../session.js";

let depth = 0;

/** @param {DragEvent} event */
function hasFiles(event) {
  return Boolean(store.state.openId) && Boolean(event.dataTransfer?.types.includes("Files"));
}

/** @param {boolean} isOver */
function show(isOver) {
  document.body.toggleAttribute("data-dropping", isOver);
}

export function acceptDrops() {
  const zone = document.querySelector(".conversation");
  // Beside the zone a dropped file must not replace the page.
  addEventListener("dragover", (event) => hasFiles(event) && event.preventDefault());
  addEventListener("drop", (event) => hasFiles(event) && event.preventDefault());
  zone?.addEventListener("dragenter", (event) => {
    if (!hasFiles(/** @type {DragEvent} */ (event))) return;
    depth += 1;
    show(true);
  });
  zone?.addEventListener("dragleave", (event) => {
    if (!hasFiles(/** @type {DragEvent} */ (event))) return;
    depth = Math.max(0, depth - 1);
    if (!depth) show(false);
  });
  zone?.addEventListener("drop", (event) => {
    const { dataTransfer } = /** @type {DragEvent} */ (event);
    depth = 0;
    show(false);
    if (!dataTransfer?.files.length) return;
    event.preventDefault();
    const composer = /** @type {any} */ (document.querySelector(".composer-place brook-composer"));
    composer?.attach([...dataTransfer.files]);
  });
}
