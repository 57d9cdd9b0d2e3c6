/**
 * What a store is made of: its state, who is told of changes, and the small parts that stand for themselves:
 * messages on their way, the connection, short notes.
 *
 * @import { Broadcast, Conversation, ConnectionStatus, History, Message, OpenThread, Pending, Presence, Reminder, Scheduled, Target, Toast, User } from "./types.js"
 * @import { Transport } from "./realtime/ladder.js"
 * @import { Count } from "./state/counts.js"
 * @import { Notices } from "./state/notices.js"
 *
 * @typedef {object} State
 * @property {User} me
 * @property {Map<string, Conversation>} conversations
 * @property {string | null} moreConversations cursor of the next page of the list
 * @property {Map<string, Count>} counts unread messages by conversation
 * @property {Record<string, number>} unreadBySender
 * @property {Set<string>} blocked ids of people
 * @property {Record<string, any>} preferences
 * @property {{scheduled?: any, reminder?: any, export?: any}} later the newest word about messages to be, reminders, exports
 * @property {Map<string, History>} histories
 * @property {OpenThread | null} thread
 * @property {Map<string, Message[]>} pins of conversations whose pins were asked for
 * @property {Map<string, Message>} replyingTo what the next message answers, by conversation or thread
 * @property {string} editingId the message that is being edited
 * @property {Target | null} target
 * @property {string | null} openId the conversation shown
 * @property {Pending[]} pending in the order they were written
 * @property {{status: ConnectionStatus, transport: Transport, since: number}} connection `since`: when it stopped being live
 * @property {Toast[]} toasts
 * @property {Map<string, Map<string, string>>} typing names of those who type, by id, by conversation
 * @property {Map<string, Presence>} presence of people, by id
 * @property {Map<string, Scheduled>} scheduled my messages to be
 * @property {Map<string, Reminder>} reminders of mine, by message
 * @property {Broadcast[]} broadcasts what staff told everybody, the last first
 * @property {Notices} notices
 */

export class BaseStore {
  /** @param {State} state */
  constructor(state) {
    this.state = state;
    /** @type {Set<() => void>} */
    this.listeners = new Set();
    this.toastCount = 0;
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

  /** Several changes become one for whoever listens. @param {Partial<State>} part */
  exchange(part) {
    this.state = { ...this.state, ...part };
  }

  /** @param {Partial<State>} part */
  set(part) {
    this.exchange(part);
    this.notify();
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

  /** @param {{state: ConnectionStatus, transport: Transport}} status */
  setConnection({ state, transport }) {
    const { connection } = this.state;
    if (connection.status === state && connection.transport === transport) return;
    const since = connection.status === "live" ? Date.now() : connection.since;
    this.set({ connection: { status: state, transport, since } });
  }

  /** @param {string} text @param {Toast["kind"]} [kind] @param {Toast["action"]} [action] */
  toast(text, kind = "info", action = undefined) {
    this.toastCount += 1;
    this.set({ toasts: [...this.state.toasts, { id: this.toastCount, text, kind, action }] });
  }

  /** @param {Broadcast[]} told some of which may be held already */
  takeBroadcasts(told) {
    const all = new Map([...this.state.broadcasts, ...told].map((each) => [each.id, each]));
    this.set({ broadcasts: [...all.values()].sort((a, b) => b.sent_at.localeCompare(a.sent_at)) });
  }

  /** @param {number} id */
  dropToast(id) {
    this.set({ toasts: this.state.toasts.filter((toast) => toast.id !== id) });
  }

  /**
   * The next message of a conversation, or of a thread, answers this one.
   *
   * @param {string} key id of the conversation, or of the thread's root
   * @param {Message} message
   */
  replyTo(key, message) {
    this.set({ replyingTo: new Map(this.state.replyingTo).set(key, message) });
  }

  /** What the next message answers, once. @param {string} key @returns {Message | undefined} */
  takeReply(key) {
    const message = this.state.replyingTo.get(key);
    if (!message) return undefined;
    const replyingTo = new Map(this.state.replyingTo);
    replyingTo.delete(key);
    this.set({ replyingTo });
    return message;
  }
}
