/**
 * Messages on their way to the server. Each shows at once; those of one conversation are sent one
 * after the other, again and again under the same client_id until the server answered, so that
 * nothing is sent twice and nothing overtakes.
 *
 * @import { Store } from "./store.js"
 * @import { Message, Pending, Quote } from "./types.js"
 * @import { Upload } from "./upload.js"
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
    /** Files of pending messages, by client_id.
     * @type {Map<string, Upload[]>} */
    this.uploads = new Map();
  }

  /**
   * @param {string} conversationId
   * @param {string} content
   * @param {object} [more]
   * @param {Message} [more.replyTo]
   * @param {string} [more.threadRoot]
   * @param {Upload[]} [more.uploads] on their way or there already
   */
  send(conversationId, content, { replyTo, threadRoot, uploads = [] } = {}) {
    const clientId = newId();
    if (uploads.length) this.uploads.set(clientId, uploads);
    this.store.addPending({
      client_id: clientId,
      conversation_id: conversationId,
      content,
      reply_to: replyTo ? quoteOf(replyTo) : null,
      thread_root: threadRoot || null,
      attachments: uploads.map(({ preview }) => preview),
      created_at: new Date().toISOString(),
      state: "waiting",
      problem: "",
    });
    this.work(conversationId);
  }

  /** @param {Pending} message */
  retry(message) {
    for (const upload of this.uploads.get(message.client_id) ?? []) {
      if (upload.state === "failed") upload.start().catch(() => {});
    }
    this.store.changePending(message.client_id, { state: "waiting", problem: "" });
    this.work(message.conversation_id);
  }

  /** @param {Pending} message */
  discard(message) {
    for (const upload of this.uploads.get(message.client_id) ?? []) upload.cancel();
    this.uploads.delete(message.client_id);
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
    const uploads = this.uploads.get(pending.client_id) ?? [];
    try {
      const attachmentIds = await Promise.all(uploads.map(({ finished }) => finished));
      const message = await api.send(pending.conversation_id, pending.client_id, pending.content, {
        reply_to: pending.reply_to?.id,
        thread_root: pending.thread_root ?? undefined,
        attachment_ids: attachmentIds.length ? attachmentIds : undefined,
      });
      this.store.apply({ type: "message.created", data: { message } });
      this.store.dropPending(pending.client_id);
      for (const upload of uploads) upload.forget();
      this.uploads.delete(pending.client_id);
      return 0;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.code === "cancelled") return 0; // it was discarded
      if (error.isTemporary) {
        for (const upload of uploads) if (upload.state === "failed") upload.start().catch(() => {});
        return Math.max(error.retryAfterMs, backoffMs(failures));
      }
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
