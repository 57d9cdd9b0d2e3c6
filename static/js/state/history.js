/**
 * The held part of one conversation's messages. Pure functions: history in, history out.
 *
 * @import { History, Message, MessagePage, UnreadLine } from "../types.js"
 */

/** More nodes than this make scrolling heavy; what is cut off is loaded again when scrolled to. */
const MOST_MESSAGES = 250;
const SPARE_MESSAGES = 40;

/** @type {History} */
export const EMPTY_HISTORY = {
  messages: [],
  hasBefore: false,
  hasAfter: false,
  loading: "",
  failed: false,
  unreadLine: null,
};

/**
 * @param {MessagePage} page
 * @param {UnreadLine | null} unreadLine
 * @returns {History}
 */
export function historyOf(page, unreadLine) {
  return {
    ...EMPTY_HISTORY,
    messages: merged([], page.results),
    hasBefore: page.has_more_before,
    hasAfter: page.has_more_after,
    unreadLine,
  };
}

/**
 * The first page, put under whatever arrived live while it was on its way.
 *
 * @param {History} history
 * @param {MessagePage} page
 * @returns {History}
 */
export function withFirstPage(history, page) {
  return {
    ...history,
    messages: merged(page.has_more_after ? [] : history.messages, page.results),
    hasBefore: page.has_more_before,
    hasAfter: page.has_more_after,
    loading: "",
    failed: false,
  };
}

/**
 * @param {History} history
 * @param {MessagePage} page
 * @returns {History}
 */
export function withOlder(history, page) {
  const messages = merged(history.messages, page.results);
  const kept = messages.slice(0, MOST_MESSAGES);
  return {
    ...history,
    messages: kept,
    hasBefore: page.has_more_before,
    hasAfter: history.hasAfter || kept.length < messages.length,
    loading: "",
    failed: false,
  };
}

/**
 * @param {History} history
 * @param {MessagePage} page
 * @returns {History}
 */
export function withNewer(history, page) {
  const messages = merged(history.messages, page.results);
  const kept = messages.slice(-MOST_MESSAGES);
  return {
    ...history,
    messages: kept,
    hasBefore: history.hasBefore || kept.length < messages.length,
    hasAfter: page.has_more_after,
    loading: "",
    failed: false,
  };
}

/**
 * A message that was sent just now. Where newer ones are not held it would leave a hole: then it is
 * left out and comes with its page.
 *
 * @param {History} history
 * @param {Message} message
 * @returns {History}
 */
export function withArrived(history, message) {
  const index = history.messages.findIndex(({ id }) => id === message.id);
  const held = history.messages[index];
  if (held) {
    // What is held has heard of changes since; the answer to sending it may know more than the event.
    return { ...history, messages: history.messages.with(index, { ...message, ...held }) };
  }
  if (history.hasAfter) return history;
  if (message.seq > lastSeq(history)) return { ...history, messages: [...history.messages, message] };
  return { ...history, messages: merged(history.messages, [message]) };
}

/**
 * While somebody follows the end all day, what is far above goes.
 *
 * @param {History} history
 * @returns {History}
 */
export function withoutOldest(history) {
  return { ...history, messages: history.messages.slice(-MOST_MESSAGES), hasBefore: true };
}

/** @param {History} history */
export function isTooLong(history) {
  return history.messages.length > MOST_MESSAGES + SPARE_MESSAGES;
}

/** @param {History} history */
export function lastSeq(history) {
  return history.messages.at(-1)?.seq ?? 0;
}

/**
 * @param {Message[]} held ascending by seq
 * @param {Message[]} arrived
 * @returns {Message[]} ascending by seq, each once, the arrived version where both have it
 */
function merged(held, arrived) {
  const byId = new Map(held.map((message) => [message.id, message]));
  for (const message of arrived) byId.set(message.id, { ...byId.get(message.id), ...message });
  return [...byId.values()].sort((one, other) => one.seq - other.seq);
}
