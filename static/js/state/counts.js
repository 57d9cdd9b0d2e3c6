/**
 * Unread counts that may hear of the same message twice, of a count before or after the messages it
 * counted, and of deletions of messages that are not held: a count holds up to a position and a number
 * of deletions, and only messages above and later deletions change it.
 *
 * @typedef {object} Told what the server counted
 * @property {number} unread
 * @property {number} mentions
 * @property {number} upTo the conversation's last_seq when it counted
 * @property {number} deletedCount the same for deletions
 * @property {number} readSeq
 * @property {Record<string, number>} readSenders read further than that, by sender
 *
 * @typedef {{seq: number, isMention: boolean}} Above
 * @typedef {Told & {above: Above[]}} Count `above`: unread messages that arrived above `upTo`
 */

/**
 * @param {Partial<Told>} told
 * @returns {Count}
 */
export function countOf(told) {
  const none = { unread: 0, mentions: 0, upTo: 0, deletedCount: 0, readSeq: 0, readSenders: {} };
  return { ...none, ...told, above: [] };
}

/** @param {Count | undefined} count */
export function unreadIn(count) {
  return count ? count.unread + count.above.length : 0;
}

/** @param {Count | undefined} count */
export function mentionsIn(count) {
  return count ? count.mentions + count.above.filter(({ isMention }) => isMention).length : 0;
}

/**
 * @param {Count} count
 * @param {Above} message somebody else's
 * @returns {Count}
 */
export function counted(count, message) {
  const { seq } = message;
  const isKnown = seq <= count.upTo || seq <= count.readSeq || count.above.some((one) => one.seq === seq);
  return isKnown ? count : { ...count, above: [...count.above, message] };
}

/**
 * The server's own count, taken over unless it is older than what is held.
 *
 * @param {Count} count
 * @param {Told} told
 * @returns {Count}
 */
export function toldByServer(count, told) {
  if (told.upTo < count.upTo || told.deletedCount < count.deletedCount) return readUpTo(count, told.readSeq);
  return { ...told, above: count.above.filter(({ seq }) => seq > told.upTo) };
}

/**
 * We read up to here. Below the newest message the server's count has to say how many are left.
 *
 * @param {Count} count
 * @param {number} seq
 * @returns {Count}
 */
export function readUpTo(count, seq) {
  if (seq <= count.readSeq) return count;
  const isAll = seq >= count.upTo;
  return {
    ...count,
    unread: isAll ? 0 : count.unread,
    mentions: isAll ? 0 : count.mentions,
    readSeq: seq,
    above: count.above.filter((one) => one.seq > seq),
  };
}

/**
 * A message was deleted, held or not.
 *
 * @param {Count} count
 * @param {Above & {deletedCount: number, senderId: string | null, isCounted: boolean}} deleted
 *   `isCounted`: messages like it count as unread
 * @returns {Count}
 */
export function discounted(count, { seq, isMention, deletedCount, senderId, isCounted }) {
  if (deletedCount <= count.deletedCount) return count;
  const known = { ...count, deletedCount };
  const readSeq = Math.max(count.readSeq, count.readSenders[senderId ?? ""] ?? 0);
  if (!isCounted || seq <= readSeq) return known;
  if (seq > count.upTo) return { ...known, above: count.above.filter((one) => one.seq !== seq) };
  return {
    ...known,
    unread: Math.max(0, count.unread - 1),
    mentions: Math.max(0, count.mentions - Number(isMention)),
  };
}
