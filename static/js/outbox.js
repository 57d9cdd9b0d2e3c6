/**
 * Messages on their way to the server. Each shows at once; those of one conversation are sent one
 * after the other, again and again under the same client_id until the server answered, so that
 * nothing is sent twice and nothing overtakes.
 *
 * @import { Store } from "./store.js"
 * @import { Message, Pending, Quote } from "./types.js"
 */

import { ApiError, api } from "./api.js";
import { backoffMs } from "./backoff.js";
import { plainText } from "./markup.js";

export class Outbox {
  /** @param {Store} store */
  constructor(store) {
    this.store = store;
    /** Conversations with a sender at work, and what wakes it from waiting.
     * @type {Map<string, () => void>} */
    this.working = new Map();
  }

  /**
   * @param {string} conversationId
   * @param {string} content
   * @param {{replyTo?: Message | undefined, threadRoot?: string | undefined}} [answers]
   */
  send(conversationId, content, { replyTo, threadRoot } = {}) {
    this.store.addPending({
      client_id: newId(),
      conversation_id: conversationId,
      content,
      reply_to: replyTo ? quoteOf(replyTo) : null,
      thread_root: threadRoot || null,
      created_at: new Date().toISOString(),
      state: "waiting",
      problem: "",
    });
    this.work(conversationId);
  }

  /** @param {Pending} message */
  retry(message) {
    this.store.changePending(message.client_id, { state: "waiting", problem: "" });
    this.work(message.conversation_id);
  }

  /** @param {Pending} message */
  discard(message) {
    this.store.dropPending(message.client_id);
  }

  /** The connection is back: nobody waits any longer. */
  wake() {
    for (const wake of this.working.values()) wake();
  }

  /** @param {string} conversationId */
  async work(conversationId) {
    if (this.working.has(conversationId)) return this.working.get(conversationId)?.();
    this.working.set(conversationId, () => {});
    let failures = 0;
    for (let next = this.next(conversationId); next; next = this.next(conversationId)) {
      const waitMs = await this.attempt(next, failures);
      failures = waitMs ? failures + 1 : 0;
      if (waitMs) await this.sleep(conversationId, waitMs);
    }
    this.working.delete(conversationId);
  }

  /** @param {string} conversationId */
  next(conversationId) {
    return this.store.state.pending.find(
      (message) => message.conversation_id === conversationId && message.state === "waiting",
    );
  }

  /**
   * @param {Pending} pending
   * @param {number} failures so far, in a row
   * @returns {Promise<number>} milliseconds to wait before the next attempt
   */
  async attempt(pending, failures) {
    try {
      const message = await api.send(pending.conversation_id, pending.client_id, pending.content, {
        reply_to: pending.reply_to?.id,
        thread_root: pending.thread_root ?? undefined,
      });
      this.store.apply({ type: "message.created", data: { message } });
      this.store.dropPending(pending.client_id);
      return 0;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.isTemporary) return Math.max(error.retryAfterMs, backoffMs(failures));
      this.store.changePending(pending.client_id, { state: "failed", problem: error.detail });
      return 0;
    }
  }

  /**
   * @param {string} conversationId
   * @param {number} milliseconds
   * @returns {Promise<void>}
   */
  sleep(conversationId, milliseconds) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.working.set(conversationId, () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}

/** What an answer shows of a message, until the server says it. @param {Message} message @returns {Quote} */
export function quoteOf({ id, seq, sender, content, attachments = [] }) {
  return { id, seq, sender, excerpt: plainText(content).slice(0, 140) || (attachments[0]?.name ?? "") };
}

/** randomUUID exists on https and localhost only, and Brook is also opened by an address in a LAN. */
export function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
