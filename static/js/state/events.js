/**
 * What each event does to the store. One function an event type, each harmless when repeated; types
 * without an entry change nothing that is shown.
 *
 * @import { Store } from "../store.js"
 * @import { Conversation, Me, Message, Participant, Role, User } from "../types.js"
 */

import { titleOf, withLastMessage, withParticipant } from "./conversations.js";
import { counted, discounted, toldByServer } from "./counts.js";
import { withArrived, withChanged, withTombstone } from "./history.js";

/** @type {Record<string, (store: Store, data: any) => void>} */
export const handlers = {
  "message.created": messageCreated,
  "message.updated": messageUpdated,
  "message.deleted": messageDeleted,
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
};

/** @param {Store} store @param {{message: Message}} data */
function messageCreated(store, data) {
  const { message } = data;
  const id = message.conversation_id;
  if (!store.conversationFor(id, { type: "message.created", data })) return;
  store.takeMessage(message);
  const history = store.state.histories.get(id);
  if (history) store.setHistory(id, withArrived(history, message));
  const isOthers = message.sender?.id !== store.state.me.id;
  const count = store.state.counts.get(id);
  if (!count || !isOthers || message.type === "system") return;
  const next = counted(count, message.seq);
  if (next === count) return;
  store.changeCount(id, next);
  const isGroup = store.state.conversations.get(id)?.kind === "group";
  if (isGroup && message.sender) store.addUnreadBySender(message.sender.id, 1);
}

/** @param {Store} store @param {{message: Message}} data */
function messageUpdated(store, { message }) {
  const id = message.conversation_id;
  const history = store.state.histories.get(id);
  if (history) store.setHistory(id, withChanged(history, message));
  const conversation = store.state.conversations.get(id);
  if (conversation?.last_message?.id === message.id) {
    store.put(withLastMessage(conversation, message));
  }
}

/** @param {Store} store @param {{conversation_id: string, message_id: string, seq: number}} data */
function messageDeleted(store, { conversation_id: id, message_id, seq }) {
  const conversation = store.state.conversations.get(id);
  const history = store.state.histories.get(id);
  const held = history?.messages.find((message) => message.id === message_id);
  const last = conversation?.last_message;
  const message = held ?? (last?.id === message_id ? last : undefined);
  if (message?.deleted_at) return;
  if (history) store.setHistory(id, withTombstone(history, message_id));
  if (conversation && last?.id === message_id) {
    const deleted_at = new Date().toISOString();
    store.put({ ...conversation, last_message: { ...last, content: "", deleted_at } });
  }
  const count = store.state.counts.get(id);
  if (count && message && message.sender?.id !== store.state.me.id && message.type !== "system") {
    store.changeCount(id, discounted(count, seq));
  }
}

/**
 * @param {Store} store
 * @param {{conversation_id: string, receipts?: {user_id: string, delivered_seq: number, read_seq: number}[]}} data
 */
function receiptUpdated(store, { conversation_id, receipts = [] }) {
  let conversation = store.state.conversations.get(conversation_id);
  if (!conversation) return;
  for (const receipt of receipts) {
    conversation = withParticipant(conversation, receipt.user_id, (participant) => ({
      ...participant,
      read_seq: Math.max(participant.read_seq, receipt.read_seq ?? 0),
      delivered_seq: Math.max(participant.delivered_seq, receipt.delivered_seq ?? 0),
    }));
  }
  store.put(conversation);
}

/**
 * @param {Store} store
 * @param {{conversation_id: string, unread: number, read_seq: number, last_seq: number}} data
 */
function unreadUpdated(store, data) {
  const id = data.conversation_id;
  const conversation = store.conversationFor(id, { type: "unread.updated", data });
  const count = store.state.counts.get(id);
  if (!conversation || !count) return;
  const told = { unread: data.unread, readSeq: data.read_seq, upTo: data.last_seq };
  store.changeCount(id, toldByServer(count, told));
}

/** @param {Store} store @param {{conversation_id?: string, me?: Partial<Me>}} data */
function meUpdated(store, { conversation_id, me }) {
  const conversation = store.state.conversations.get(conversation_id ?? "");
  if (conversation && me) store.put({ ...conversation, me: { ...conversation.me, ...me } });
}

/** @param {Store} store @param {{conversation: Conversation}} data */
function conversationArrived(store, { conversation }) {
  store.hold(conversation);
}

/** @param {Store} store @param {{conversation_id: string}} data */
function conversationDeleted(store, { conversation_id }) {
  goodbye(store, conversation_id, (title) => `“${title}” was deleted.`);
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
    return goodbye(store, id, (title) => `You are no longer in “${title}”.`);
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
  const { me, conversations } = store.state;
  if (user.id === me.id) store.set({ me: { ...me, ...user } });
  for (const conversation of conversations.values()) {
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
