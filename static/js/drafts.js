/**
 * What was written and not sent, by conversation: on the server, for every device, a moment after it
 * was typed; in this browser until the server has it. What another device wrote meanwhile is kept by
 * the server as the draft's `conflict`. Threads have theirs in this browser alone.
 *
 * @import { Store } from "./store.js"
 * @import { Draft } from "./types.js"
 *
 * @typedef {object} Entry what the server does not have yet
 * @property {string} text
 * @property {string | null} replyTo id of a message
 * @property {number} version of the server's draft that was edited
 * @property {boolean} isDirty
 * @property {boolean} isSaving
 * @property {ReturnType<typeof setTimeout>} [timer]
 */

import { ApiError } from "./api.js";
import { compose } from "./api-compose.js";

const PREFIX = "brook.draft.";
const OWNER_KEY = "brook.owner";
const SAVED_AFTER_MS = 700;

export class Drafts {
  /** @param {Store} store */
  constructor(store) {
    this.store = store;
    /** @type {Map<string, Entry>} */
    this.entries = new Map();
    claim(store.state.me.id);
  }

  /** @param {string} id @returns {Draft | null} */
  onServer(id) {
    return this.store.state.conversations.get(id)?.me.draft ?? null;
  }

  /** @param {string} key of a conversation or a thread */
  text(key) {
    const entry = this.entry(key);
    return entry.isDirty ? entry.text : (this.onServer(key)?.content ?? "");
  }

  /** Id of the message that it answers. @param {string} key @returns {string | null} */
  replyTo(key) {
    const entry = this.entry(key);
    return entry.isDirty ? entry.replyTo : (this.onServer(key)?.reply_to ?? null);
  }

  /** Something here is not on the server yet. @param {string} key */
  isDirty(key) {
    return this.entry(key).isDirty;
  }

  /** @param {string} key @returns {Entry} */
  entry(key) {
    const held = this.entries.get(key);
    if (held) return held;
    const kept = read(key);
    const entry = {
      text: kept?.text ?? "",
      replyTo: kept?.replyTo ?? null,
      version: kept?.version ?? this.onServer(key)?.version ?? 0,
      isDirty: Boolean(kept),
      isSaving: false,
    };
    this.entries.set(key, entry);
    return entry;
  }

  /**
   * It says this now.
   *
   * @param {string} key
   * @param {string} text
   * @param {string | null} [replyTo] id of the message that it answers
   */
  write(key, text, replyTo = null) {
    const entry = this.entry(key);
    if (!entry.isDirty) entry.version = this.onServer(key)?.version ?? 0;
    entry.text = text;
    entry.replyTo = replyTo;
    entry.isDirty = true;
    keep(key, entry);
    if (!this.store.state.conversations.has(key)) return;
    clearTimeout(entry.timer);
    entry.timer = setTimeout(() => this.save(key), SAVED_AFTER_MS);
  }

  /** It was sent: nothing of it is a draft any more. @param {string} key */
  sent(key) {
    const entry = this.entry(key);
    clearTimeout(entry.timer);
    const isKnown = Boolean(this.onServer(key)?.content) || entry.isSaving;
    entry.text = "";
    entry.replyTo = null;
    entry.isDirty = isKnown;
    keep(key, isKnown ? entry : null);
    if (isKnown) entry.timer = setTimeout(() => this.save(key), SAVED_AFTER_MS);
  }

  /** Save at once: the conversation is left. @param {string} key */
  flush(key) {
    if (this.entries.get(key)?.isDirty) this.save(key);
  }

  /** The connection is back. */
  wake() {
    for (const id of this.store.state.conversations.keys()) {
      if (this.entry(id).isDirty) this.save(id);
    }
  }

  /** @param {string} id */
  async save(id) {
    const entry = this.entry(id);
    clearTimeout(entry.timer);
    if (!entry.isDirty || entry.isSaving || !this.store.state.conversations.has(id)) return;
    const { text, replyTo, version } = entry;
    if (!text.trim() && !this.onServer(id)?.content) return this.done(id, entry);
    entry.isSaving = true;
    try {
      const draft = await compose.saveDraft(id, { content: text, reply_to: replyTo, based_on: version });
      entry.version = draft.version;
      if (entry.text === text && entry.replyTo === replyTo) this.done(id, entry);
      this.take(id, draft);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (!error.isTemporary) this.done(id, entry);
    } finally {
      entry.isSaving = false;
    }
    if (entry.isDirty && this.store.state.connection.status === "live") {
      entry.timer = setTimeout(() => this.save(id), SAVED_AFTER_MS);
    }
  }

  /** @param {string} id @param {Entry} entry */
  done(id, entry) {
    entry.isDirty = false;
    keep(id, null);
  }

  /** The answer, unless an event told of a later one already. @param {string} id @param {Draft} draft */
  take(id, draft) {
    const held = this.onServer(id);
    if (held && held.version > draft.version) return;
    const isLeft = Boolean(draft.content || draft.conflict);
    const data = { conversation_id: id, draft: isLeft ? draft : null };
    this.store.apply({ type: "me.updated", data });
  }
}

/** What is kept here is one person's. @param {string} userId */
function claim(userId) {
  try {
    if ((localStorage.getItem(OWNER_KEY) ?? userId) !== userId) forgetDrafts();
    localStorage.setItem(OWNER_KEY, userId);
  } catch {
    // Nothing is kept.
  }
}

/** Nothing of what was written stays in this browser. */
export function forgetDrafts() {
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX)) localStorage.removeItem(key);
  } catch {
    // Nothing is kept.
  }
}

/** @param {string} key @returns {{text: string, replyTo: string | null, version: number} | null} */
function read(key) {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + key) ?? "null");
  } catch {
    return null;
  }
}

/** @param {string} key @param {Entry | null} entry */
function keep(key, entry) {
  try {
    if (!entry) return localStorage.removeItem(PREFIX + key);
    const { text, replyTo, version } = entry;
    localStorage.setItem(PREFIX + key, JSON.stringify({ text, replyTo, version }));
  } catch {
    // Storage is full or forbidden: the text is still in the box.
  }
}
