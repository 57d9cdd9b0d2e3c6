/**
 * The single state of a page. Everything that is shown is a function of it, and it changes only here:
 * through `apply` for what the server tells, and through the methods below for what this page does.
 * Parts that change are replaced, never written into, so that `===` tells what changed.
 *
 * The law: snapshot + events = fresh snapshot, however often an event comes again.
 *
 * @import { Conversation, ConnectionStatus, History, Message, OpenThread, PageState, Pending, StreamEvent, Target, Toast, UnreadCounts, User } from "./types.js"
 * @import { Count } from "./state/counts.js"
 * @import { State } from "./store-base.js"
 */

import { completed, partnerOf, withLastMessage } from "./state/conversations.js";
import { countOf, mentionsIn, readUpTo, unreadIn } from "./state/counts.js";
import { handlers } from "./state/events.js";
import { withMessages, withReply } from "./state/held.js";
import { historyOf, withArrived } from "./state/history.js";
import { NO_NOTICES } from "./state/notices.js";
import { BaseStore } from "./store-base.js";

export class Store extends BaseStore {
  /** @param {PageState} page */
  constructor(page) {
    super(firstState(page));
    /** Conversations that events speak of and that are not held; who loads them calls `hold`.
     * @type {Map<string, StreamEvent[]>} */
    this.wanted = new Map();
    /** Events that came while a page of messages was on its way: the page may be older.
     * @type {Map<string, StreamEvent[]>} */
    this.deferred = new Map();
    /** Conversations whose pins are on their way. @type {Set<string>} */
    this.loadingPins = new Set();
    /** @type {StreamEvent[] | null} */
    this.paused = null;
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
    this.exchange({
      conversations: new Map(),
      counts: new Map(
        Object.entries(page.unread.conversations).map(([id, unread]) => [id, countOf({ unread })]),
      ),
      unreadBySender: page.unread.users,
      histories: new Map(),
      pins: new Map(),
      thread: null,
      moreConversations: page.conversations.next,
    });
    for (const conversation of page.conversations.results) this.hold(conversation);
    if (page.open) {
      this.hold(page.open.conversation);
      this.setHistory(page.open.conversation.id, historyOf(page.open.history, null));
    }
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
    if (id && this.isLoading(id)) {
      this.deferred.set(id, [...(this.deferred.get(id) ?? []), event]);
    }
    handlers[event.type]?.(this, event.data);
  }

  /** A page of its messages is on its way. @param {string} id of a conversation */
  isLoading(id) {
    const { histories, thread } = this.state;
    const isThreads = thread?.conversationId === id && Boolean(thread.history.loading);
    return Boolean(histories.get(id)?.loading) || isThreads || this.loadingPins.has(id);
  }

  /** A page has come: what it may not know yet is told again. @param {string} id of a conversation */
  loaded(id) {
    const missed = this.deferred.get(id) ?? [];
    if (!this.isLoading(id)) this.deferred.delete(id);
    for (const event of missed) handlers[event.type]?.(this, event.data);
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
      const deletedCount = arrived.deleted_count ?? 0;
      const { me, last_seq } = arrived;
      this.putCount(
        arrived.id,
        countOf(
          isSnapshot
            ? {
                unread: me.unread,
                mentions: me.mentions,
                upTo: last_seq,
                deletedCount,
                readSeq: me.read_seq,
                readSenders: me.read_senders ?? {},
              }
            : { deletedCount },
        ),
      );
    }
    const missed = this.wanted.get(arrived.id) ?? [];
    this.wanted.delete(arrived.id);
    for (const event of missed) this.apply(event);
  }

  /** Have it loaded anew. @param {string} id of a conversation */
  want(id) {
    if (!this.wanted.has(id)) this.wanted.set(id, []);
    this.notify();
  }

  /** @param {Conversation} conversation */
  put(conversation) {
    if (this.state.conversations.get(conversation.id) === conversation) return;
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
    if (count === this.state.counts.get(id)) return;
    const difference = unreadIn(count) - this.unread(id);
    this.putCount(id, count);
    const conversation = this.state.conversations.get(id);
    if (conversation) {
      const me = { ...conversation.me, unread: unreadIn(count), mentions: mentionsIn(count) };
      this.put({ ...conversation, me });
    }
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
    const pins = new Map(this.state.pins);
    for (const map of [conversations, counts, histories, pins]) map.delete(id);
    this.wanted.delete(id);
    const { thread } = this.state;
    const pending = this.state.pending.filter((message) => message.conversation_id !== id);
    const isThreads = thread?.conversationId === id;
    this.set({ conversations, counts, histories, pins, pending, thread: isThreads ? null : thread });
  }

  /**
   * @param {string} id
   * @param {History} history
   */
  setHistory(id, history) {
    const wasLoading = Boolean(this.state.histories.get(id)?.loading);
    this.set({ histories: new Map(this.state.histories).set(id, history) });
    if (wasLoading && !history.loading) this.loaded(id);
  }

  /** @param {OpenThread | null} thread */
  setThread(thread) {
    const wasLoading = Boolean(this.state.thread?.history.loading);
    this.set({ thread });
    if (thread && wasLoading && !thread.history.loading) this.loaded(thread.conversationId);
  }

  /** @param {string} id of a conversation @param {Message[]} messages */
  setPins(id, messages) {
    this.loadingPins.delete(id);
    this.set({ pins: new Map(this.state.pins).set(id, messages) });
    this.loaded(id);
  }

  /**
   * A message was pinned, or is no longer: what is not held has to be asked for.
   *
   * @param {string} id of the conversation
   * @param {string} messageId
   * @param {boolean} isPinned
   */
  pinChanged(id, messageId, isPinned) {
    const { histories, pins } = this.state;
    const held = pins.get(id);
    if (!held) return;
    const others = held.filter((message) => message.id !== messageId);
    const message = [...(histories.get(id)?.messages ?? []), ...held].find((one) => one.id === messageId);
    const next = new Map(pins);
    if (!isPinned) next.set(id, others);
    else if (message) next.set(id, [...others, message]);
    else next.delete(id);
    this.set({ pins: next });
  }

  /**
   * Change messages wherever they are held.
   *
   * @param {string} id of their conversation
   * @param {import("./state/held.js").Change} change
   */
  changeMessages(id, change) {
    const different = withMessages(this.state, id, change);
    if (Object.keys(different).length) this.set(different);
  }

  /** The same in all conversations. @param {import("./state/held.js").Change} change */
  changeAllMessages(change) {
    this.set(withMessages(this.state, null, change));
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
    const id = message.conversation_id;
    const conversation = this.state.conversations.get(id);
    if (conversation) this.put(withLastMessage(conversation, message));
    const history = this.state.histories.get(id);
    if (history) this.setHistory(id, withArrived(history, message));
    const thread = withReply(this.state.thread, message);
    if (thread !== this.state.thread) this.setThread(thread);
  }

  /** @param {string} id @param {number} seq */
  markRead(id, seq) {
    const count = this.state.counts.get(id);
    if (count) this.changeCount(id, readUpTo(count, seq));
  }

  /** @param {UnreadCounts} counts */
  setUnreadBySender(counts) {
    this.set({ unreadBySender: counts.users });
  }

  /** @param {string} id */
  unread(id) {
    return unreadIn(this.state.counts.get(id));
  }

  /** How many of the unread ones name me. @param {string} id */
  mentions(id) {
    return mentionsIn(this.state.counts.get(id));
  }

  get unreadTotal() {
    let total = 0;
    for (const count of this.state.counts.values()) total += unreadIn(count);
    return total;
  }
}

/** @param {PageState} page @returns {State} */
function firstState(page) {
  return {
    me: page.me,
    conversations: new Map(),
    moreConversations: null,
    counts: new Map(),
    unreadBySender: {},
    blocked: new Set(page.me.blocked ?? []),
    preferences: page.me.preferences ?? {},
    later: {},
    histories: new Map(),
    thread: null,
    pins: new Map(),
    replyingTo: new Map(),
    editingId: "",
    target: null,
    openId: null,
    pending: [],
    connection: { status: "connecting", transport: "stream", since: Date.now() },
    toasts: [],
    typing: new Map(),
    presence: new Map(),
    scheduled: new Map(),
    reminders: new Map(),
    notices: NO_NOTICES,
    broadcasts: [],
  };
}
