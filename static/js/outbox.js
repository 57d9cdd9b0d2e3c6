/**
 * Messages on their way to the server. Each shows at once, and lies on the shelf of this browser until
 * the server has it, whatever becomes of the page; those of one conversation are sent one after the
 * other, by one tab, again and again under the same client_id until the server answered, so that
 * nothing is sent twice and nothing overtakes.
 *
 * @import { LocalDatabase } from "./local/database.js"
 * @import { News, Row } from "./local/shelf.js"
 * @import { Store } from "./store.js"
 * @import { Message, Pending, Quote } from "./types.js"
 */

import { ApiError, api } from "./api.js";
import { backoffMs } from "./backoff.js";
import { gettext } from "./i18n.js";
import { alone, Shelf } from "./local/shelf.js";
import { plainText } from "./markup.js";
import { Upload } from "./upload.js";

export class Outbox {
  /** @param {Store} store @param {LocalDatabase} database */
  constructor(store, database) {
    this.store = store;
    this.shelf = new Shelf(database, (news) => this.heard(news));
    /** Conversations with a sender at work, and what wakes it from waiting.
     * @type {Map<string, () => void>} */
    this.working = new Map();
    /** Files of pending messages, by client_id.
     * @type {Map<string, Upload[]>} */
    this.uploads = new Map();
  }

  /** What earlier pages left behind goes on its way. */
  async start() {
    for (const row of await this.shelf.rows()) this.take(row);
  }

  /** @param {Row} row */
  take({ pending, files }) {
    const { client_id } = pending;
    if (this.store.state.pending.some((one) => one.client_id === client_id)) return;
    const uploads = files.map(({ file, recording, size }) => new Upload(file, recording, { size }));
    if (uploads.length) this.uploads.set(client_id, uploads);
    this.store.addPending({ ...pending, attachments: uploads.map(({ preview }) => preview) });
    this.work(pending.conversation_id);
  }

  /** From another tab. @param {News} news */
  heard(news) {
    if (news.type === "added") {
      this.shelf.held.add(news.row.client_id);
      this.take(news.row);
    } else if (news.type === "changed") {
      this.store.changePending(news.clientId, news.part);
      const changed = this.store.state.pending.find(({ client_id }) => client_id === news.clientId);
      if (changed?.state === "waiting") this.work(changed.conversation_id);
    } else {
      if (news.message) this.store.apply({ type: "message.created", data: { message: news.message } });
      this.forget(news.clientId);
    }
  }

  /** Something would be lost with this page. */
  get isAtRisk() {
    return this.store.state.pending.some(({ client_id }) => !this.shelf.held.has(client_id));
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
    /** @type {Pending} */
    const pending = {
      client_id: clientId,
      conversation_id: conversationId,
      content,
      reply_to: replyTo ? quoteOf(replyTo) : null,
      thread_root: threadRoot || null,
      attachments: uploads.map(({ preview }) => preview),
      created_at: new Date().toISOString(),
      state: "waiting",
      problem: "",
    };
    this.store.addPending(pending);
    const files = uploads.map(({ file, recording, size }) => ({ file, recording, size }));
    this.shelf.add(pending, files);
    this.work(conversationId);
  }

  /** @param {Pending} message */
  retry(message) {
    for (const upload of this.uploads.get(message.client_id) ?? []) {
      if (upload.state !== "uploading") upload.start().catch(() => {}); // also what was there: it may be gone
    }
    this.change(message.client_id, { state: "waiting", problem: "" });
    this.work(message.conversation_id);
  }

  /** @param {Pending} message */
  discard(message) {
    for (const upload of this.uploads.get(message.client_id) ?? []) upload.cancel();
    this.shelf.drop(message.client_id, null);
    this.forget(message.client_id);
  }

  /** @param {string} clientId @param {Partial<Pending>} part */
  change(clientId, part) {
    this.store.changePending(clientId, part);
    this.shelf.change(clientId, part);
  }

  /** @param {string} clientId */
  forget(clientId) {
    for (const upload of this.uploads.get(clientId) ?? []) upload.forget();
    this.uploads.delete(clientId);
    this.shelf.held.delete(clientId);
    this.store.dropPending(clientId);
  }

  /** The connection is back: nobody waits any longer. */
  wake() {
    for (const wake of this.working.values()) wake();
  }

  /** @param {string} conversationId */
  async work(conversationId) {
    if (this.working.has(conversationId)) return this.working.get(conversationId)?.();
    this.working.set(conversationId, () => {});
    await alone(`brook.outbox.${conversationId}`, () => this.sendAll(conversationId));
  }

  /** @param {string} conversationId */
  async sendAll(conversationId) {
    let failures = 0;
    for (let next = this.next(conversationId); next; next = this.next(conversationId)) {
      if (await this.shelf.isGone(next.client_id)) {
        this.forget(next.client_id);
        continue;
      }
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
      const attachmentIds = await Promise.all(uploads.map((upload) => upload.finished ?? upload.start()));
      const message = await api.send(pending.conversation_id, pending.client_id, pending.content, {
        reply_to: pending.reply_to?.id,
        thread_root: pending.thread_root ?? undefined,
        attachment_ids: attachmentIds.length ? attachmentIds : undefined,
      });
      this.store.apply({ type: "message.created", data: { message } });
      this.forget(pending.client_id);
      await this.shelf.drop(pending.client_id, message);
      return 0;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.code === "cancelled") return 0; // it was discarded
      if (error.isTemporary && !error.isSlowed) {
        for (const upload of uploads) if (upload.state === "failed") upload.start().catch(() => {});
        return Math.max(error.retryAfterMs, backoffMs(failures));
      }
      if (error.status === 404 && !this.store.state.conversations.has(pending.conversation_id)) {
        this.store.toast(
          gettext("A message could not be sent: its conversation is not there any more."),
          "problem",
        );
        this.discard(pending);
        return 0;
      }
      this.change(pending.client_id, { state: "failed", problem: error.detail });
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
