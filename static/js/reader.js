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
    this.isResting = false;
    /** What was marked as unread by hand stays so while it is open. */
    this.heldId = "";
  }

  /** @param {string} id of a conversation that was marked as unread */
  hold(id) {
    this.heldId = id;
    this.untold.delete(id);
  }

  /** It is opened anew, or marked as read. */
  release() {
    this.heldId = "";
  }

  /**
   * The person has everything up to here before their eyes.
   *
   * @param {string} conversationId
   * @param {number} seq
   */
  saw(conversationId, seq) {
    const count = this.store.state.counts.get(conversationId);
    if (!count || seq <= count.readSeq || conversationId === this.heldId) return;
    this.store.markRead(conversationId, seq);
    this.untold.set(conversationId, seq);
    this.wake();
  }

  /** There is something to tell, or the connection is back. */
  wake() {
    if (this.untold.size === 0 || this.isResting) return;
    const told = [...this.untold];
    this.untold.clear();
    for (const [id, seq] of told) this.tell(id, seq);
    this.isResting = true;
    setTimeout(() => {
      this.isResting = false;
      if (this.store.state.connection.status === "live") this.wake();
    }, INTERVAL_MS);
  }

  /** @param {string} id @param {number} seq */
  async tell(id, seq) {
    try {
      await api.markRead(id, seq);
    } catch (error) {
      if (!(error instanceof ApiError) || !error.isTemporary) return;
      this.untold.set(id, Math.max(seq, this.untold.get(id) ?? 0));
    }
  }
}
