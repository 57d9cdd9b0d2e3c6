/**
 * What happens to messages that are held, wherever: pure functions, a list in and a list out, the same
 * list when nothing changed.
 *
 * @import { Message, Reaction, User } from "../types.js"
 */

/**
 * @param {Message[]} messages
 * @param {string} id
 * @param {(message: Message) => Message} change
 * @returns {Message[]}
 */
export function changed(messages, id, change) {
  return eachChanged(messages, (message) => (message.id === id ? change(message) : message));
}

/**
 * @param {Message[]} messages
 * @param {(message: Message) => Message} change
 * @returns {Message[]}
 */
export function eachChanged(messages, change) {
  const next = messages.map(change);
  return next.some((message, i) => message !== messages[i]) ? next : messages;
}

/**
 * Replies show what the message says now that they answer.
 *
 * @param {Message[]} messages
 * @param {string} id of the message that is quoted
 * @param {string} excerpt
 */
export function quoted(messages, id, excerpt) {
  return eachChanged(messages, (message) => {
    const { reply_to } = message;
    if (reply_to?.id !== id || reply_to.excerpt === excerpt) return message;
    return { ...message, reply_to: { ...reply_to, excerpt } };
  });
}

/**
 * What is left of a deleted message.
 *
 * @param {Message} message
 * @param {string} deletedAt
 * @returns {Message}
 */
export function tombstone(message, deletedAt) {
  if (message.deleted_at) return message;
  return {
    ...message,
    content: "",
    mentions: [],
    mentions_all: false,
    reply_to: null,
    attachments: [],
    previews: [],
    reactions: [],
    pinned_at: null,
    starred: false,
    deleted_at: deletedAt,
  };
}

/**
 * @param {Message} message
 * @param {string} emoji
 * @param {string} userId
 * @returns {Message}
 */
export function withReaction(message, emoji, userId) {
  const reactions = message.reactions ?? [];
  const kind = reactions.find((one) => one.emoji === emoji);
  if (kind?.user_ids.includes(userId) || message.deleted_at) return message;
  if (!kind) return { ...message, reactions: [...reactions, reactionOf(emoji, [userId])] };
  const more = reactionOf(emoji, [...kind.user_ids, userId]);
  return { ...message, reactions: reactions.map((one) => (one === kind ? more : one)) };
}

/**
 * @param {Message} message
 * @param {string} emoji
 * @param {string} userId
 * @returns {Message}
 */
export function withoutReaction(message, emoji, userId) {
  const reactions = message.reactions ?? [];
  const kind = reactions.find((one) => one.emoji === emoji);
  if (!kind?.user_ids.includes(userId)) return message;
  const less = reactionOf(
    emoji,
    kind.user_ids.filter((id) => id !== userId),
  );
  const next = reactions.map((one) => (one === kind ? less : one));
  return { ...message, reactions: next.filter(({ count }) => count > 0) };
}

/** @param {string} emoji @param {string[]} userIds @returns {Reaction} */
function reactionOf(emoji, userIds) {
  return { emoji, count: userIds.length, user_ids: userIds };
}

/**
 * A person's new name or picture, on all they said.
 *
 * @param {Message[]} messages
 * @param {User} user
 */
export function withUser(messages, user) {
  return eachChanged(messages, (message) => {
    const isSender = message.sender?.id === user.id;
    const isQuoted = message.reply_to?.sender?.id === user.id;
    if (!isSender && !isQuoted) return message;
    const sender = isSender ? { ...message.sender, ...user } : message.sender;
    const { reply_to } = message;
    const reply = reply_to && isQuoted ? { ...reply_to, sender: { ...reply_to.sender, ...user } } : reply_to;
    return { ...message, sender, reply_to: reply };
  });
}
