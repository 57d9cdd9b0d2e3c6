/**
 * What each event does to the store. One function an event type, each harmless when repeated; types
 * without an entry change nothing that is shown.
 *
 * @import { Store } from "../store.js"
 * @import { Conversation, Draft, Me, Participant, ReceiptCounts, Role, User } from "../types.js"
 */

import { gettext, interpolate } from "../i18n.js";
import { titleOf, withCounts, withoutReads, withParticipant, withReceipt } from "./conversations.js";
import { toldByServer } from "./counts.js";
import { messageHandlers } from "./message-events.js";
import { changed, withUser } from "./messages.js";
import { withChanges, withNotice, withoutNotices } from "./notices.js";
import { passingHandlers } from "./passing.js";

/** What is kept aside of `me.updated`, the newest word of each, for the modules that show it. */
const LATER = /** @type {const} */ (["scheduled", "reminder", "export"]);

/** @type {Record<string, (store: Store, data: any) => void>} */
export const handlers = {
  ...messageHandlers,
  ...passingHandlers,
  "receipt.updated": receiptUpdated,
  "unread.updated": unreadUpdated,
  "me.updated": meUpdated,
  "conversation.created": conversationArrived,
  "conversation.updated": conversationArrived,
  "conversation.deleted": conversationDeleted,
  "participant.added": participantAdded,
  "participant.removed": participantGone,
  "participant.left": participantGone,
  "participant.role_updated": roleUpdated,
  "user.updated": userUpdated,
  "broadcast.created": (store, broadcast) => store.takeBroadcasts([broadcast]),
  "notification.created": (store, data) => store.set({ notices: withNotice(store.state.notices, data) }),
  "notification.updated": (store, data) => store.set({ notices: withChanges(store.state.notices, data) }),
  "notification.deleted": (store, data) => store.set({ notices: withoutNotices(store.state.notices, data) }),
};

/**
 * @param {Store} store
 * @param {{conversation_id: string, receipts?: {user_id: string, delivered_seq: number, read_seq: number}[],
 *   counts?: ReceiptCounts}} data `counts` in place of receipts where there are many people
 */
function receiptUpdated(store, { conversation_id, receipts = [], counts }) {
  const conversation = store.state.conversations.get(conversation_id);
  if (!conversation) return;
  const next = receipts.reduce(withReceipt, conversation);
  store.put(counts ? withCounts(next, counts) : next);
}

/**
 * @param {Store} store
 * @param {{conversation_id: string, unread: number, mentions: number, read_seq: number, last_seq: number,
 *   read_senders?: Record<string, number>, deleted_count: number}} data
 */
function unreadUpdated(store, data) {
  const id = data.conversation_id;
  const conversation = store.conversationFor(id, { type: "unread.updated", data });
  const count = store.state.counts.get(id);
  if (!conversation || !count) return;
  const told = {
    unread: data.unread,
    mentions: data.mentions,
    upTo: data.last_seq,
    deletedCount: data.deleted_count ?? count.deletedCount,
    readSeq: data.read_seq,
    readSenders: data.read_senders ?? {},
  };
  store.changeCount(id, toldByServer(count, told));
}

/**
 * One's own changes, on all of one's devices.
 *
 * @param {Store} store
 * @param {{conversation_id?: string, me?: Me, last_seq?: number, deleted_count?: number, draft?: Draft | null,
 *   message_id?: string, starred?: boolean, blocked?: string[], preferences?: Record<string, any>,
 *   scheduled?: object, reminder?: object, export?: object}} data
 */
function meUpdated(store, data) {
  const { conversation_id: id = "", message_id, starred, blocked, preferences } = data;
  const conversation = store.state.conversations.get(id);
  if (conversation && data.me) ownSideUpdated(store, conversation, data.me, data);
  if (conversation && data.draft !== undefined) {
    store.put({ ...conversation, me: { ...conversation.me, draft: data.draft } });
  }
  if (message_id && starred !== undefined) {
    store.changeAllMessages((messages) =>
      changed(messages, message_id, (message) =>
        message.starred === starred ? message : { ...message, starred },
      ),
    );
  }
  if (blocked) store.set({ blocked: new Set(blocked) });
  if (preferences) preferencesUpdated(store, preferences);
  for (const what of LATER) {
    if (data[what]) store.set({ later: { ...store.state.later, [what]: data[what] } });
  }
}

/**
 * @param {Store} store
 * @param {Conversation} conversation
 * @param {Me} me
 * @param {{last_seq?: number, deleted_count?: number}} when it was counted
 */
function ownSideUpdated(store, conversation, me, { last_seq, deleted_count }) {
  const { unread, mentions } = conversation.me;
  store.put({ ...conversation, me: { ...conversation.me, ...me, unread, mentions } });
  const count = store.state.counts.get(conversation.id);
  if (!count || last_seq === undefined) return;
  const told = {
    unread: me.unread,
    mentions: me.mentions,
    upTo: last_seq,
    deletedCount: deleted_count ?? count.deletedCount,
    readSeq: me.read_seq,
    readSenders: me.read_senders ?? {},
  };
  store.changeCount(conversation.id, toldByServer(count, told));
}

/** Who hides what they read sees what nobody read. @param {Store} store @param {Record<string, any>} preferences */
function preferencesUpdated(store, preferences) {
  const before = store.state.preferences;
  store.set({ preferences: { ...before, ...preferences } });
  if (preferences.receipts === before.receipts) return;
  for (const conversation of store.state.conversations.values()) {
    if (preferences.receipts === false) store.put(withoutReads(conversation, store.state.me.id));
    else if (preferences.receipts) store.want(conversation.id);
  }
  if (preferences.receipts === false) {
    store.changeAllMessages((messages) =>
      messages.map((message) => (message.status === "read" ? { ...message, status: "delivered" } : message)),
    );
  }
}

/** @param {Store} store @param {{conversation: Conversation}} data */
function conversationArrived(store, { conversation }) {
  store.hold(conversation);
}

/** @param {Store} store @param {{conversation_id: string}} data */
function conversationDeleted(store, { conversation_id }) {
  goodbye(store, conversation_id, (title) => interpolate(gettext("“%(title)s” was deleted."), { title }));
}

/**
 * @typedef {{conversation_id: string, user: User, role: Role, participant_count: number}} ParticipantEvent
 * @param {Store} store
 * @param {ParticipantEvent & {participant: Participant}} data
 */
function participantAdded(store, data) {
  const event = { type: "participant.added", data };
  const conversation = store.conversationFor(data.conversation_id, event);
  if (!conversation) return;
  if (conversation.participants.some(({ user }) => user.id === data.user.id)) return;
  const { participant, participant_count } = data;
  const participants = [...conversation.participants, participant];
  store.put({ ...conversation, participants, participant_count });
}

/** @param {Store} store @param {ParticipantEvent} data */
function participantGone(store, { conversation_id: id, user, participant_count }) {
  if (user.id === store.state.me.id) {
    return goodbye(store, id, (title) =>
      interpolate(gettext("You are no longer in “%(title)s”."), { title }),
    );
  }
  const conversation = store.state.conversations.get(id);
  if (!conversation) return;
  const participants = conversation.participants.filter((other) => other.user.id !== user.id);
  store.put({ ...conversation, participants, participant_count });
}

/** @param {Store} store @param {ParticipantEvent} data */
function roleUpdated(store, { conversation_id, user, role }) {
  const conversation = store.state.conversations.get(conversation_id);
  if (!conversation) return;
  const isMe = user.id === store.state.me.id;
  const me = isMe ? { ...conversation.me, role } : conversation.me;
  const changed = withParticipant(conversation, user.id, (other) => ({ ...other, role }));
  store.put({ ...changed, me });
}

/** @param {Store} store @param {{user: User}} data */
function userUpdated(store, { user }) {
  const { me } = store.state;
  if (user.id === me.id) store.set({ me: { ...me, ...user } });
  store.changeAllMessages((messages) => withUser(messages, user));
  for (const conversation of store.state.conversations.values()) {
    if (!conversation.participants.some((participant) => participant.user.id === user.id)) continue;
    store.put(
      withParticipant(conversation, user.id, (participant) => ({
        ...participant,
        user: { ...participant.user, ...user },
      })),
    );
  }
}

/**
 * @param {Store} store
 * @param {string} id
 * @param {(title: string) => string} text
 */
function goodbye(store, id, text) {
  const conversation = store.state.conversations.get(id);
  if (!conversation) return;
  store.forget(id);
  store.toast(text(titleOf(conversation, store.state.me.id)));
}
