/**
 * The single state of a page. Everything that is shown is a function of it, and it changes only here:
 * through `apply` for what the server tells, and through the methods below for what this page does.
 * Parts that change are replaced, never written into, so that `===` tells what changed.
 *
 * The law: snapshot + events = fresh snapshot, however often an event comes again.
 *
 * @import { Conversation, ConnectionStatus, History, Message, PageState, Pending, StreamEvent, Toast, UnreadCounts, User } from "./types.js"
 * @import { Count } from "./state/counts.js"
 *
 * @typedef {object} State
 * @property {User} me
 * @property {Map<string, Conversation>} conversations
 * @property {string | null} moreConversations cursor of the next page of the list
 * @property {Map<string, Count>} counts unread messages by conversation
 * @property {Record<string, number>} unreadBySender
 * @property {Map<string, History>} histories
 * @property {string | null} openId the conversation shown
 * @property {Pending[]} pending in the order they were written
 * @property {{status: ConnectionStatus, since: number}} connection `since`: when it stopped being live
 * @property {Toast[]} toasts
 */

import { completed, partnerOf, withLastMessage } from "./state/conversations.js";
import { countOf, readUpTo, unreadIn } from "./state/counts.js";
import { handlers } from "./state/events.js";
import { historyOf } from "./state/history.js";

export class Store {
  /** @param {PageState} page */
  constructor(page) {
    /** @type {Set<() => void>} */
    this.listeners = new Set();
    this.toastCount = 0;
    /** Conversations that events speak of and that are not held; who loads them calls `hold`.
     * @type {Map<string, StreamEvent[]>} */
    this.wanted = new Map();
    /** Events that came while a page of messages was on its way: the page may be older.
     * @type {Map<string, StreamEvent[]>} */
    this.deferred = new Map();
    /** @type {StreamEvent[] | null} */
    this.paused = null;
    /** @type {State} */
    this.state = {
      me: page.me,
      conversations: new Map(),
      moreConversations: null,
      counts: new Map(),
      unreadBySender: {},
      histories: new Map(),
      openId: null,
      pending: [],
      connection: { status: "connecting", since: Date.now() },
      toasts: [],
    };
    this.begin(page);
  }

  /**
   * Take a fresh snapshot in place of all that was held, but for messages still to be sent.
   *
   * @param {Omit<PageState, "me" | "cursor">} page
   */
  begin(page) {
    this.wanted.clear();
    this.deferred.clear();
    this.state = {
      ...this.state,
      conversations: new Map(),
      counts: new Map(Object.entries(page.unread.conversations).map(([id, n]) => [id, countOf(n, 0, 0)])),
      unreadBySender: page.unread.users,
      histories: new Map(),
      moreConversations: page.conversations.next,
    };
    for (const conversation of page.conversations.results) this.hold(conversation);
    if (page.open) {
      this.hold(page.open.conversation);
      this.setHistory(page.open.conversation.id, historyOf(page.open.history, null));
    }
    this.notify();
  }

  /**
   * @param {() => void} listener called after every change
   * @returns {() => void} call it to stop
   */
  subscribe(listener) {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  notify() {
    for (const listener of this.listeners) listener();
  }

  /** @param {Partial<State>} part */
  set(part) {
    this.state = { ...this.state, ...part };
    this.notify();
  }

  /** Keep events aside while a fresh snapshot is on its way: it may be older than they are. */
  pause() {
    this.paused ??= [];
  }

  resume() {
    const events = this.paused ?? [];
    this.paused = null;
    for (const event of events) this.apply(event);
  }

  /**
   * An event of the stream.
   *
   * @param {StreamEvent} event
   */
  apply(event) {
    if (this.paused) return void this.paused.push(event);
    const id = event.data?.conversation_id ?? event.data?.message?.conversation_id;
    if (id && this.state.histories.get(id)?.loading) {
      this.deferred.set(id, [...(this.deferred.get(id) ?? []), event]);
    }
    handlers[event.type]?.(this, event.data);
  }

  /**
   * The conversation, or undefined and a note that it is wanted together with the event about it.
   *
   * @param {string} id
   * @param {StreamEvent} event
   * @returns {Conversation | undefined}
   */
  conversationFor(id, event) {
    const held = this.state.conversations.get(id);
    if (held) return held;
    this.wanted.set(id, [...(this.wanted.get(id) ?? []), event]);
    this.notify();
    return undefined;
  }

  /**
   * A conversation as the server gives it, with `me` (REST) or without (events).
   *
   * @param {Conversation} arrived
   */
  hold(arrived) {
    const held = this.state.conversations.get(arrived.id);
    this.put(completed(arrived, held, this.state.me.id));
    const isSnapshot = Boolean(arrived.me);
    if (isSnapshot || !this.state.counts.has(arrived.id)) {
      const { unread, read_seq } = arrived.me ?? { unread: 0, read_seq: 0 };
      this.putCount(arrived.id, countOf(unread, isSnapshot ? arrived.last_seq : 0, read_seq));
    }
    const missed = this.wanted.get(arrived.id) ?? [];
    this.wanted.delete(arrived.id);
    for (const event of missed) this.apply(event);
  }

  /** @param {Conversation} conversation */
  put(conversation) {
    const conversations = new Map(this.state.conversations).set(conversation.id, conversation);
    this.set({ conversations });
  }

  /**
   * @param {string} id
   * @param {Count} count
   */
  putCount(id, count) {
    this.set({ counts: new Map(this.state.counts).set(id, count) });
  }

  /**
   * The same for a change since then: in a direct conversation it is the other person's as well.
   *
   * @param {string} id
   * @param {Count} count
   */
  changeCount(id, count) {
    const difference = unreadIn(count) - this.unread(id);
    this.putCount(id, count);
    const conversation = this.state.conversations.get(id);
    const partner = conversation && partnerOf(conversation, this.state.me.id);
    if (partner) this.addUnreadBySender(partner.id, difference);
  }

  /** @param {string} userId @param {number} difference */
  addUnreadBySender(userId, difference) {
    const { unreadBySender } = this.state;
    const unread = Math.max(0, (unreadBySender[userId] ?? 0) + difference);
    if (difference) this.set({ unreadBySender: { ...unreadBySender, [userId]: unread } });
  }

  /** Forget a conversation: it was deleted, or we are no longer in it. @param {string} id */
  forget(id) {
    const conversations = new Map(this.state.conversations);
    const counts = new Map(this.state.counts);
    const histories = new Map(this.state.histories);
    for (const map of [conversations, counts, histories]) map.delete(id);
    this.wanted.delete(id);
    const pending = this.state.pending.filter((message) => message.conversation_id !== id);
    this.set({ conversations, counts, histories, pending });
  }

  /**
   * @param {string} id
   * @param {History} history
   */
  setHistory(id, history) {
    const wasLoading = Boolean(this.state.histories.get(id)?.loading);
    this.set({ histories: new Map(this.state.histories).set(id, history) });
    if (wasLoading && !history.loading) {
      const missed = this.deferred.get(id) ?? [];
      this.deferred.delete(id);
      for (const event of missed) this.apply(event);
    }
  }

  /**
   * A message of the stream, or our own from the answer to sending it: whichever comes first takes
   * the place of the pending one.
   *
   * @param {Message} message
   */
  takeMessage(message) {
    const isMine = message.sender?.id === this.state.me.id;
    if (isMine && message.client_id) this.dropPending(message.client_id);
    const conversation = this.state.conversations.get(message.conversation_id);
    if (conversation) this.put(withLastMessage(conversation, message));
  }

  /** @param {string} id @param {number} seq */
  markRead(id, seq) {
    const count = this.state.counts.get(id);
    if (count) this.changeCount(id, readUpTo(count, seq));
  }

  /** @param {Pending} message */
  addPending(message) {
    this.set({ pending: [...this.state.pending, message] });
  }

  /** @param {string} clientId @param {Partial<Pending>} part */
  changePending(clientId, part) {
    const pending = this.state.pending.map((message) =>
      message.client_id === clientId ? { ...message, ...part } : message,
    );
    this.set({ pending });
  }

  /** @param {string} clientId */
  dropPending(clientId) {
    const pending = this.state.pending.filter((message) => message.client_id !== clientId);
    if (pending.length < this.state.pending.length) this.set({ pending });
  }

  /** @param {ConnectionStatus} status */
  setConnection(status) {
    const { connection } = this.state;
    const since = connection.status === "live" ? Date.now() : connection.since;
    this.set({ connection: { status, since } });
  }

  /** @param {string} text @param {Toast["kind"]} [kind] */
  toast(text, kind = "info") {
    this.toastCount += 1;
    this.set({ toasts: [...this.state.toasts, { id: this.toastCount, text, kind }] });
  }

  /** @param {number} id */
  dropToast(id) {
    this.set({ toasts: this.state.toasts.filter((toast) => toast.id !== id) });
  }

  /** @param {UnreadCounts} counts */
  setUnreadBySender(counts) {
    this.set({ unreadBySender: counts.users });
  }

  /** @param {string} id */
  unread(id) {
    return unreadIn(this.state.counts.get(id));
  }

  get unreadTotal() {
    let total = 0;
    for (const count of this.state.counts.values()) total += unreadIn(count);
    return total;
  }
}
