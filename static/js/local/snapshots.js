/**
 * The last conversations, readable without the server: the newest in the list, with their newest
 * messages, as this browser last saw them. Written a while after something changed, by the pages that
 * are live.
 *
 * @import { LocalDatabase } from "./database.js"
 * @import { Store } from "../store.js"
 * @import { Conversation, Message, PageState, StreamEvent } from "../types.js"
 *
 * @typedef {object} KeptHistory
 * @property {Message[]} messages
 * @property {number} lastSeq
 * @property {number} deletedCount
 */

import { ApiError, api } from "../api.js";
import { sorted } from "../state/conversations.js";

const MOST_CONVERSATIONS = 30;
const MOST_MESSAGES = 50;
const SAVED_AFTER_MS = 3_000;
const FETCHES_AFTER_MS = 15_000;
const BETWEEN_FETCHES_MS = 1_500;
const PAGE = "page";

export class Snapshots {
  /** @param {Store} store @param {LocalDatabase} database */
  constructor(store, database) {
    this.store = store;
    this.database = database;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    /** What is written already. @type {Map<string, Message[]>} */
    this.written = new Map();
    this.conversations = store.state.conversations;
    this.histories = store.state.histories;
  }

  start() {
    this.store.subscribe(() => this.changed());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden" && this.timer) this.save();
    });
    this.timer = setTimeout(() => this.save(), SAVED_AFTER_MS);
    setTimeout(() => this.fetchOthers(), FETCHES_AFTER_MS);
  }

  changed() {
    const { conversations, histories } = this.store.state;
    if (conversations === this.conversations && histories === this.histories) return;
    this.conversations = conversations;
    this.histories = histories;
    this.timer ??= setTimeout(() => this.save(), SAVED_AFTER_MS);
  }

  get newest() {
    return sorted(this.store.state.conversations.values()).slice(0, MOST_CONVERSATIONS);
  }

  async save() {
    clearTimeout(this.timer);
    this.timer = undefined;
    const { state } = this.store;
    if (state.connection.status !== "live") return;
    const { newest } = this;
    const ids = new Set(newest.map(({ id }) => id));
    const unread = newest.map(({ id }) => [id, this.store.unread(id)]).filter(([, count]) => count);
    const page = {
      me: { ...state.me, blocked: [...state.blocked], preferences: state.preferences },
      conversations: { results: newest, next: null },
      unread: {
        total: this.store.unreadTotal,
        conversations: Object.fromEntries(unread),
        users: state.unreadBySender,
      },
    };
    await this.database.change(["pages", "histories"], async (of) => {
      of("pages").put(page, PAGE);
      for (const id of await of("histories").getAllKeys()) if (!ids.has(id)) of("histories").delete(id);
      for (const conversation of newest) this.#writeHeld(of("histories"), conversation);
    });
  }

  /** @param {import("./database.js").Rows} rows @param {Conversation} conversation */
  #writeHeld(rows, conversation) {
    const history = this.store.state.histories.get(conversation.id);
    if (!history || history.loading || history.hasAfter || history.isKept) return;
    if (!history.messages.length || this.written.get(conversation.id) === history.messages) return;
    this.written.set(conversation.id, history.messages);
    rows.put(keptHistory(history.messages, conversation), conversation.id);
  }

  /** Who is offline later reads what was not opened here, too. One after the other, in one tab. */
  async fetchOthers() {
    const isSparing = /** @type {any} */ (navigator).connection?.saveData;
    if (isSparing || !navigator.locks || this.store.state.connection.status !== "live") return;
    await navigator.locks.request("brook.snapshots", { ifAvailable: true }, async (lock) => {
      if (!lock) return;
      for (const conversation of this.newest) {
        if (document.visibilityState === "hidden" || this.store.state.histories.has(conversation.id))
          continue;
        if (await this.#isCurrent(conversation)) continue;
        await this.#fetch(conversation);
        await new Promise((resolve) => setTimeout(resolve, BETWEEN_FETCHES_MS));
      }
    });
  }

  /** @param {Conversation} conversation */
  async #isCurrent({ id, last_seq, deleted_count = 0 }) {
    const kept = await this.history(id);
    return kept ? kept.lastSeq === last_seq && kept.deletedCount === deleted_count : !last_seq;
  }

  /** @param {Conversation} conversation */
  async #fetch(conversation) {
    try {
      const { results } = await api.messages(conversation.id);
      const kept = keptHistory(results, conversation);
      await this.database.change(["histories"], (of) => of("histories").put(kept, conversation.id));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
    }
  }

  /** What changed in a history that no page holds is not to be read as it was. @param {StreamEvent} event */
  heard({ type, data }) {
    if (type !== "message.deleted" && type !== "message.updated") return;
    const id = data.conversation_id ?? data.message?.conversation_id;
    if (!id || this.store.state.histories.has(id)) return;
    this.written.delete(id);
    this.database.change(["histories"], (of) => of("histories").delete(id));
  }

  /** Somebody ended this log-in, perhaps from afar: nothing is to be read here any more. */
  forget() {
    this.database.change(["pages", "histories"], (of) => {
      of("pages").clear();
      of("histories").clear();
    });
  }

  /** @param {string} id of a conversation @returns {Promise<KeptHistory | undefined>} */
  async history(id) {
    let kept;
    await this.database.change(["histories"], async (of) => {
      kept = await of("histories").get(id);
    });
    return kept;
  }
}

/** @param {Message[]} messages @param {Conversation} conversation @returns {KeptHistory} */
function keptHistory(messages, { last_seq, deleted_count = 0 }) {
  return { messages: messages.slice(-MOST_MESSAGES), lastSeq: last_seq, deletedCount: deleted_count };
}

/**
 * What the page would carry, as it was when this browser was last online.
 *
 * @param {LocalDatabase} database
 * @returns {Promise<PageState | undefined>}
 */
export async function keptPage(database) {
  /** @type {any} */
  let page;
  await database.change(["pages"], async (of) => {
    page = await of("pages").get(PAGE);
  });
  return page && { ...page, cursor: "", open: null };
}
