/**
 * The addresses of the chat page: `/`, `/c/<id>`, and `/c/<id>/<seq>` for one message. Moving between them changes what is shown, not
 * the page; links to anything else are left to the browser.
 *
 * @import { Store } from "./store.js"
 * @import { Loader } from "./loader.js"
 */

import { gettext } from "./i18n.js";
import { loader, store } from "./session.js";

const CONVERSATION_PATH = /^\/c\/(?<id>[0-9a-f-]{36})(?:\/(?<seq>\d{1,15}))?$/;

const NARROW = matchMedia("(max-width: 719px)");

export class Router {
  /** @param {Store} store @param {Loader} loader */
  constructor(store, loader) {
    this.store = store;
    this.loader = loader;
    /** What closes the panels that cover the conversation, the topmost last. @type {(() => unknown)[]} */
    this.covers = [];
    this.stepsBack = 0; // of our own making, on their way
    this.shownPath = "";
  }

  start() {
    addEventListener("popstate", () => this.goneBack());
    document.addEventListener("click", (event) => this.followLink(event));
    this.store.subscribe(() => this.leaveWhatIsGone());
    this.showAddress();
  }

  showAddress() {
    const { id, seq } = placeIn(location.pathname);
    this.show(id, seq);
  }

  goneBack() {
    if (this.stepsBack) this.stepsBack -= 1;
    else this.covers.pop()?.();
    if (location.pathname !== this.shownPath) this.showAddress();
  }

  /** On a phone a panel covers the conversation: the way back closes it, and stays there. @param {() => unknown} close */
  cover(close) {
    if (!NARROW.matches) return;
    this.covers.push(close);
    history.pushState({ isCover: true }, "");
  }

  /** It was closed without going back, or went with its conversation. @param {() => unknown} close */
  uncover(close) {
    const at = this.covers.indexOf(close);
    if (at < 0) return;
    this.covers.splice(at, 1);
    if (!history.state?.isCover) return;
    this.stepsBack += 1;
    history.back();
  }

  /** @param {string | null} id @param {number | null} [seq] of a message to show */
  go(id, seq = null) {
    const path = addressOf(id, seq);
    if (location.pathname !== path) history.pushState(null, "", path);
    this.show(id, seq);
  }

  /** @param {string | null} id @param {number | null} [seq] */
  async show(id, seq = null) {
    this.shownPath = location.pathname;
    document.body.dataset.pane = id ? "conversation" : "list";
    const isOpen = this.store.state.openId === id;
    if (!isOpen) this.store.set({ openId: id, thread: null, editingId: "", target: null });
    if (!id || (isOpen && !seq)) return;
    if (!this.store.state.conversations.has(id) && !(await this.fetch(id))) return;
    if (this.store.state.openId !== id) return;
    if (seq) await this.loader.jump(id, seq);
    else await this.loader.open(id);
  }

  /** @param {string} id */
  async fetch(id) {
    const exists = await this.loader.fetchConversation(id);
    if (!exists && this.store.state.openId === id) {
      this.store.toast(gettext("This conversation cannot be opened."), "problem");
      this.replace(null);
    }
    return exists;
  }

  /** @param {string | null} id */
  replace(id) {
    history.replaceState(null, "", id ? `/c/${id}` : "/");
    this.show(id);
  }

  /** The open conversation was deleted, or we were removed from it. */
  leaveWhatIsGone() {
    const { openId, conversations } = this.store.state;
    if (!openId || conversations.has(openId)) {
      this.isKnown = Boolean(openId);
    } else if (this.isKnown) {
      this.isKnown = false;
      queueMicrotask(() => this.replace(null));
    }
  }

  /** @param {MouseEvent} event */
  followLink(event) {
    const isPlain = !event.metaKey && !event.ctrlKey && !event.shiftKey && event.button === 0;
    const target = event.target instanceof Element ? event.target.closest("a") : null;
    if (!isPlain || event.defaultPrevented || !target || target.origin !== location.origin) return;
    const { id, seq } = placeIn(target.pathname);
    if (!id && target.pathname !== "/") return;
    event.preventDefault();
    this.go(id, seq);
  }
}

/** @param {string} path @returns {{id: string | null, seq: number | null}} */
function placeIn(path) {
  const { id, seq } = CONVERSATION_PATH.exec(path)?.groups ?? {};
  return { id: id ?? null, seq: seq ? Number(seq) : null };
}

/** @param {string | null} id @param {number | null} [seq] */
export function addressOf(id, seq = null) {
  if (!id) return "/";
  return seq ? `/c/${id}/${seq}` : `/c/${id}`;
}

export const router = new Router(store, loader);
