/**
 * Tells the others that I am typing: at most every three seconds, and that I stopped.
 *
 * @import { Store } from "./store.js"
 */

import { compose } from "./api-compose.js";

const AGAIN_AFTER_MS = 3_000;
const STOPS_AFTER_MS = 5_000;

export class Typist {
  /** @param {Store} store */
  constructor(store) {
    this.store = store;
    this.conversationId = "";
    this.toldAt = 0;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
  }

  /** @param {string} conversationId */
  typed(conversationId) {
    if (this.store.state.preferences.typing === false) return;
    if (conversationId !== this.conversationId) this.stopped();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.stopped(), STOPS_AFTER_MS);
    if (this.conversationId && performance.now() - this.toldAt < AGAIN_AFTER_MS) return;
    this.conversationId = conversationId;
    this.toldAt = performance.now();
    compose.typing(conversationId, true).catch(() => {}); // passing: nobody waits for it
  }

  /** Sent, left, or nothing for a while. */
  stopped() {
    clearTimeout(this.timer);
    if (!this.conversationId) return;
    compose.typing(this.conversationId, false).catch(() => {});
    this.conversationId = "";
  }
}
