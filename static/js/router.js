/**
 * The addresses of the chat page: `/` and `/c/<id>`. Moving between them changes what is shown, not
 * the page; links to anything else are left to the browser.
 *
 * @import { Store } from "./store.js"
 * @import { Loader } from "./loader.js"
 */

import { loader, store } from "./session.js";

const CONVERSATION_PATH = /^\/c\/([0-9a-f-]{36})$/;

export class Router {
  /** @param {Store} store @param {Loader} loader */
  constructor(store, loader) {
    this.store = store;
    this.loader = loader;
  }

  start() {
    addEventListener("popstate", () => this.show(idIn(location.pathname)));
    document.addEventListener("click", (event) => this.followLink(event));
    this.store.subscribe(() => this.leaveWhatIsGone());
    this.show(idIn(location.pathname));
  }

  /** @param {string | null} id */
  go(id) {
    const path = id ? `/c/${id}` : "/";
    if (location.pathname !== path) history.pushState(null, "", path);
    this.show(id);
  }

  /** @param {string | null} id */
  async show(id) {
    document.body.dataset.pane = id ? "conversation" : "list";
    if (id && this.store.state.openId === id) return;
    this.store.set({ openId: id });
    if (!id) return;
    if (!this.store.state.conversations.has(id) && !(await this.fetch(id))) return;
    if (this.store.state.openId === id) await this.loader.open(id);
  }

  /** @param {string} id */
  async fetch(id) {
    const exists = await this.loader.fetchConversation(id);
    if (!exists && this.store.state.openId === id) {
      this.store.toast("This conversation cannot be opened.", "problem");
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
    const id = idIn(target.pathname);
    if (!id && target.pathname !== "/") return;
    event.preventDefault();
    this.go(id);
  }
}

/** @param {string} path */
function idIn(path) {
  return CONVERSATION_PATH.exec(path)?.[1] ?? null;
}

export const router = new Router(store, loader);
