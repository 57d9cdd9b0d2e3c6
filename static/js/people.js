/** Pages with people's cards: their badges, their circles, and the button that starts a conversation. */

import "./components/avatar.js";
import "./components/badge.js";
import "./components/bell.js";
import "./components/broadcasts.js";
import "./components/connection-banner.js";
import "./components/presence.js";
import "./components/toasts.js";
import { ApiError, api } from "./api.js";
import { openFetched } from "./components/dialog.js";
import { gettext, interpolate } from "./i18n.js";
import { startSession, store } from "./session.js";

const RECOUNT_AFTER_MS = 1_000;

document.addEventListener("click", async (event) => {
  const button = event.target instanceof Element ? event.target.closest("[data-message-user]") : null;
  if (!button) return;
  try {
    const conversation = await api.startDirect(button.getAttribute("data-message-user") ?? "");
    location.assign(`/c/${conversation.id}`);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    store.toast(error.detail, "problem");
  }
});

document.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest("[data-report-user]") : null;
  if (!button) return;
  const subject = {
    kind: "user",
    id: button.getAttribute("data-report-user"),
    name: button.getAttribute("data-name"),
  };
  openFetched(() => import("./components/report-message.js"), "brook-report-message", subject);
});

const block = /** @type {HTMLElement | null} */ (document.querySelector("[data-block-user]"));
if (block) {
  const id = block.getAttribute("data-block-user") ?? "";
  const name = block.getAttribute("data-name") ?? "";
  const show = () => {
    const isBlocked = store.state.blocked.has(id);
    block.textContent = interpolate(isBlocked ? gettext("Unblock %(name)s") : gettext("Block %(name)s"), {
      name,
    });
    block.hidden = false;
  };
  store.subscribe(show);
  show();
  block.addEventListener("click", async () => {
    const { toggleBlock } = await import("./components/blocking.js");
    toggleBlock({ id, display_name: name });
  });
}

const search = document.querySelector("[data-filters-people]");
search?.addEventListener("input", () => {
  const wanted = /** @type {HTMLInputElement} */ (search).value.trim().toLocaleLowerCase();
  for (const card of document.querySelectorAll("[data-person]")) {
    const name = card.getAttribute("data-person")?.toLocaleLowerCase() ?? "";
    card.toggleAttribute("hidden", !name.includes(wanted));
  }
});

/** @type {ReturnType<typeof setTimeout> | undefined} */
let recount;
let counts = store.state.counts;

// Events tell counts by conversation; who wrote in a group that was read elsewhere only the server knows.
store.subscribe(() => {
  if (counts === store.state.counts) return;
  counts = store.state.counts;
  clearTimeout(recount);
  recount = setTimeout(async () => {
    const fresh = await api.unreadCounts().catch(() => null);
    if (fresh) store.setUnreadBySender(fresh);
  }, RECOUNT_AFTER_MS);
});

startSession();
