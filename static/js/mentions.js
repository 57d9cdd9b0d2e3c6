/**
 * Who is named in a message, to be drawn so. The server has found them: here only their names are looked for.
 *
 * @import { Conversation, Message } from "./types.js"
 *
 * @typedef {object} Names
 * @property {RegExp} pattern with one group, so that `split` gives texts and names in turn
 * @property {Set<string>} mine those that mean me, in lower case
 */

const EVERYBODY = "all";

/**
 * @param {Message} message
 * @param {Conversation} conversation
 * @param {string} myId
 * @returns {Names | null} null where nobody is named
 */
export function namesIn({ mentions = [], mentions_all = false }, conversation, myId) {
  if (!mentions.length && !mentions_all) return null;
  const people = conversation.participants.filter(({ user }) => mentions.includes(user.id));
  const mine = new Set(people.filter(({ user }) => user.id === myId).map(({ user }) => lower(user.username)));
  const names = people.map(({ user }) => user.username);
  if (mentions_all) {
    names.push(EVERYBODY);
    mine.add(EVERYBODY);
  }
  if (!names.length) return null;
  const longestFirst = names.toSorted((one, other) => other.length - one.length);
  const pattern = new RegExp(`(@(?:${longestFirst.map(escaped).join("|")}))(?![\\p{L}\\p{N}_])`, "iu");
  return { pattern, mine };
}

/** @param {string} name */
export function lower(name) {
  return name.toLowerCase();
}

/** @param {string} text */
function escaped(text) {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");
}
