/**
 * Tells the server how far we have read: at most one request in a while, the furthest position wins,
 * and what could not be told is told when the connection is back.
 *
 * @import { Store } from "./store.js"
 */

import { ApiError, api } from "./api.js";

const INTERVAL_MS = 400;

export class Reader {
  /** @param {Store} store */
  constructor(store) {
    this.store = store;
    /** @type {Map<string, number>} conversation → position still to be told */
    this.untold = new Map();
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
  }

  /**
   * The person has everything up to here before their eyes.
   *
   * @param {string} conversationId
   * @param {number} seq
   */
  saw(conversationId, seq) {
    const count = this.store.state.counts.get(conversationId);
    if (!count || seq <= count.readSeq) return;
    this.store.markRead(conversationId, seq);
    this.untold.set(conversationId, seq);
    this.tellSoon();
  }

  /** The connection is back. */
  wake() {
    if (this.untold.size > 0) this.tellSoon();
  }

  tellSoon() {
    this.timer ??= setTimeout(() => this.tell(), INTERVAL_MS);
  }

  async tell() {
    const told = [...this.untold];
    this.untold.clear();
    await Promise.all(told.map(([id, seq]) => this.tellOne(id, seq)));
    this.timer = undefined;
    if (this.store.state.connection.status === "live") this.wake();
  }

  /** @param {string} id @param {number} seq */
  async tellOne(id, seq) {
    try {
      await api.markRead(id, seq);
    } catch (error) {
      if (!(error instanceof ApiError) || !error.isTemporary) return;
      this.untold.set(id, Math.max(seq, this.untold.get(id) ?? 0));
    }
  }
}
