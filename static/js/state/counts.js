/**
 * Unread counts that may hear of the same message twice and of a count before or after the messages
 * it counted: a count holds up to a position, and only messages above it are added.
 *
 * @typedef {object} Count
 * @property {number} base unread messages up to `upTo`, as the server counted
 * @property {number} upTo
 * @property {number} readSeq
 * @property {number[]} above positions of unread messages that arrived above `upTo`
 */

/**
 * @param {number} unread
 * @param {number} upTo
 * @param {number} readSeq
 * @returns {Count}
 */
export function countOf(unread, upTo, readSeq) {
  return { base: unread, upTo, readSeq, above: [] };
}

/** @param {Count | undefined} count */
export function unreadIn(count) {
  return count ? count.base + count.above.length : 0;
}

/**
 * @param {Count} count
 * @param {number} seq of somebody else's message
 * @returns {Count}
 */
export function counted(count, seq) {
  const known = seq <= count.upTo || seq <= count.readSeq || count.above.includes(seq);
  return known ? count : { ...count, above: [...count.above, seq] };
}

/**
 * The server's own count, taken over unless it is older than what is held.
 *
 * @param {Count} count
 * @param {{unread: number, readSeq: number, upTo: number}} told
 * @returns {Count}
 */
export function toldByServer(count, { unread, readSeq, upTo }) {
  if (upTo < count.upTo) return readUpTo(count, readSeq);
  return { base: unread, upTo, readSeq, above: count.above.filter((seq) => seq > upTo) };
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
  return {
    base: seq >= count.upTo ? 0 : count.base,
    upTo: count.upTo,
    readSeq: seq,
    above: count.above.filter((position) => position > seq),
  };
}

/**
 * @param {Count} count
 * @param {number} seq of a deleted message of somebody else that had not been read
 * @returns {Count}
 */
export function discounted(count, seq) {
  if (seq <= count.readSeq) return count;
  if (seq > count.upTo) return { ...count, above: count.above.filter((other) => other !== seq) };
  return { ...count, base: Math.max(0, count.base - 1) };
}
