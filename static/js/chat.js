/** The chat page: the components take over what the server rendered, then the stream keeps them true. */

import "./components/avatar.js";
import "./components/badge.js";
import "./components/bell.js";
import "./components/broadcasts.js";
import "./components/composer.js";
import "./components/connection-banner.js";
import "./components/conversation-list.js";
import "./components/conversation.js";
import "./components/forward-message.js";
import "./components/keys-sheet.js";
import "./components/message-dialogs.js";
import "./components/message-list.js";
import "./components/message-shelf.js";
import "./components/new-conversation.js";
import "./components/pinned-bar.js";
import "./components/report-message.js";
import "./components/thread.js";
import "./components/toasts.js";
import "./components/typing.js";
import { closeNarrowDetails, showDetails } from "./components/details.js";
import { openDialog } from "./components/dialog.js";
import { acceptDrops } from "./components/drop-zone.js";
import { sendLater } from "./components/send-later.js";
import { listenForKeys } from "./keys.js";
import { keepLandmark } from "./landmark.js";
import { isInvisible } from "./presence.js";
import { loadReminders } from "./reminders.js";
import { router } from "./router.js";
import { loadScheduled } from "./scheduled.js";
import { presence, startSession, store } from "./session.js";

const FINE_POINTER = matchMedia("(pointer: fine)");

let shownId = "";

/** On a phone the keyboard would jump up: there the text is focused by a tap. */
function focusOnOpening() {
  const id = store.state.openId ?? "";
  if (id === shownId) return;
  shownId = id;
  closeNarrowDetails();
  showDetails();
  if (!id || !FINE_POINTER.matches) return;
  const composer = /** @type {any} */ (document.querySelector("brook-composer"));
  composer?.updateComplete.then(() => composer.focusText());
}

function loadLater() {
  loadScheduled();
  loadReminders();
}

store.subscribe(focusOnOpening);
router.start();
keepLandmark(store);
document.querySelector("[data-opens=new-conversation]")?.addEventListener("click", () => {
  /** @type {any} */ (document.querySelector("brook-new-conversation"))?.show();
});
for (const kind of ["starred", "reminders"]) {
  document.querySelector(`[data-opens=${kind}]`)?.addEventListener("click", () => {
    document.getElementById("me-menu")?.hidePopover();
    openDialog("brook-message-shelf", { kind });
  });
}
document.querySelector("[data-opens=scheduled]")?.addEventListener("click", () => {
  document.getElementById("me-menu")?.hidePopover();
  sendLater(null);
});
const invisible = /** @type {HTMLInputElement | null} */ (document.querySelector("[data-hides]"));
if (invisible) invisible.checked = isInvisible();
invisible?.addEventListener("change", () => {
  presence.hide(invisible.checked);
  invisible.checked = isInvisible();
});
document.querySelector("[data-opens=keys]")?.addEventListener("click", () => {
  document.getElementById("me-menu")?.hidePopover();
  openDialog("brook-keys-sheet", {});
});
listenForKeys();
acceptDrops();
startSession();
loadLater();
addEventListener("brook:reset", loadLater);
