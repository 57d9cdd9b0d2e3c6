/**
 * What a conversation looks like to me. Pure functions.
 *
 * @import { Conversation, Me, Message, Participant, ReceiptCounts, User } from "../types.js"
 */

import { gettext } from "../i18n.js";

/**
 * The other person of a direct conversation.
 *
 * @param {Conversation} conversation
 * @param {string} myId
 * @returns {User | undefined}
 */
export function partnerOf(conversation, myId) {
  if (conversation.kind !== "direct") return undefined;
  return conversation.participants.find(({ user }) => user.id !== myId)?.user;
}

/**
 * @param {Conversation} conversation
 * @param {string} myId
 * @returns {string}
 */
export function titleOf(conversation, myId) {
  const given = conversation.me.title || conversation.title;
  return given || partnerOf(conversation, myId)?.display_name || gettext("Conversation");
}

/**
 * Events leave `me` out, because it differs per person: it stays as held, or begins from my entry
 * among the participants.
 *
 * @param {Conversation} arrived
 * @param {Conversation | undefined} held
 * @param {string} myId
 * @returns {Conversation}
 */
export function completed(arrived, held, myId) {
  const last_seq = Math.max(arrived.last_seq, held?.last_seq ?? 0);
  const newest = (held?.last_seq ?? 0) > arrived.last_seq ? held : arrived;
  return {
    ...arrived,
    last_seq,
    last_message: newest?.last_message ?? null,
    last_activity_at: newest?.last_activity_at ?? arrived.last_activity_at,
    participants: arrived.participants ?? held?.participants ?? [],
    reached: held?.reached ?? { delivered: 0, read: 0 },
    me: arrived.me ?? held?.me ?? myselfIn(arrived, myId),
  };
}

/**
 * @param {Conversation} conversation
 * @param {string} myId
 * @returns {Me}
 */
function myselfIn(conversation, myId) {
  const mine = conversation.participants?.find(({ user }) => user.id === myId);
  return {
    role: mine?.role ?? "member",
    title: null,
    read_seq: mine?.read_seq ?? 0,
    unread: 0,
    mentions: 0,
    notification_level: "all",
    muted_until: null,
    pinned: false,
    archived: false,
    draft: null,
  };
}

/**
 * @param {Conversation} conversation
 * @param {Message} message
 * @returns {Conversation}
 */
export function withLastMessage(conversation, message) {
  const last = conversation.last_message;
  if (last && message.seq < last.seq) return conversation;
  if (last?.id === message.id) return { ...conversation, last_message: { ...message, ...last } };
  const isNew = message.seq > conversation.last_seq;
  return {
    ...conversation,
    last_message: message,
    last_seq: Math.max(conversation.last_seq, message.seq),
    last_activity_at: isNew ? message.created_at : conversation.last_activity_at,
  };
}

/**
 * @param {Conversation} conversation
 * @param {string} userId
 * @param {(participant: Participant) => Participant} change
 * @returns {Conversation}
 */
export function withParticipant(conversation, userId, change) {
  return {
    ...conversation,
    participants: conversation.participants.map((participant) =>
      participant.user.id === userId ? change(participant) : participant,
    ),
  };
}

/**
 * How far somebody has come; positions only grow.
 *
 * @param {Conversation} conversation
 * @param {{user_id: string, delivered_seq: number, read_seq: number}} receipt
 * @returns {Conversation}
 */
export function withReceipt(conversation, { user_id, delivered_seq, read_seq }) {
  return withParticipant(conversation, user_id, (participant) => ({
    ...participant,
    read_seq: Math.max(participant.read_seq, read_seq ?? 0),
    delivered_seq: Math.max(participant.delivered_seq, delivered_seq ?? 0),
  }));
}

/**
 * The same of many people at once: how many of them have a message of mine.
 *
 * @param {Conversation} conversation
 * @param {ReceiptCounts} counts
 * @returns {Conversation}
 */
export function withCounts(conversation, { seq, participants, delivered, read }) {
  const reached = conversation.reached ?? { delivered: 0, read: 0 };
  return {
    ...conversation,
    reached: {
      delivered: delivered >= participants ? Math.max(reached.delivered, seq) : reached.delivered,
      read: read >= participants ? Math.max(reached.read, seq) : reached.read,
    },
  };
}

/**
 * @param {Conversation} conversation
 * @param {string} myId
 * @returns {Conversation}
 */
export function withoutReads(conversation, myId) {
  const participants = conversation.participants.map((participant) =>
    participant.user.id === myId ? participant : { ...participant, read_seq: 0 },
  );
  const reached = { delivered: conversation.reached?.delivered ?? 0, read: 0 };
  return { ...conversation, participants, reached };
}

/**
 * How far a message of mine got with everybody else.
 *
 * @param {Conversation} conversation
 * @param {Message} message
 * @param {string} myId
 * @returns {"sent" | "delivered" | "read"}
 */
export function statusOf(conversation, message, myId) {
  const reached = conversation.reached ?? { delivered: 0, read: 0 };
  if (message.status === "read" || message.seq <= reached.read) return "read";
  const others = conversation.participants.filter(({ user }) => user.id !== myId);
  const isComplete = others.length > 0 && conversation.participant_count <= others.length + 1;
  if (isComplete && others.every(({ read_seq }) => read_seq >= message.seq)) return "read";
  const everyoneHasIt = others.every(
    ({ read_seq, delivered_seq }) => Math.max(read_seq, delivered_seq) >= message.seq,
  );
  if ((isComplete && everyoneHasIt) || message.seq <= reached.delivered) return "delivered";
  return message.status ?? "sent";
}

/**
 * Pinned first, then by newest activity.
 *
 * @param {Iterable<Conversation>} conversations
 * @returns {Conversation[]}
 */
export function sorted(conversations) {
  return [...conversations].sort(
    (one, other) =>
      Number(other.me.pinned) - Number(one.me.pinned) ||
      other.last_activity_at.localeCompare(one.last_activity_at) ||
      other.id.localeCompare(one.id),
  );
}

/**
 * Nothing of it makes a noise now.
 *
 * @param {Conversation} conversation
 */
export function isMuted({ me: { notification_level, muted_until } }) {
  return notification_level === "none" || Boolean(muted_until && Date.parse(muted_until) > Date.now());
}
