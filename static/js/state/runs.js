/**
 * From messages to what stands in the list: days, the unread line, system lines, and runs of
 * messages by one person within five minutes. Pure functions.
 *
 * @import { History, Message, Pending, User } from "../types.js"
 *
 * @typedef {Message & {pending?: Pending}} Shown a message, or one of ours on its way
 *
 * @typedef {object} Run
 * @property {"run"} kind
 * @property {string} key
 * @property {User | null} sender
 * @property {boolean} isMine
 * @property {Shown[]} messages
 *
 * @typedef {Run
 *   | {kind: "day", key: string, date: string}
 *   | {kind: "unread", key: string, count: number}
 *   | {kind: "system", key: string, message: Message}} Item
 */

import { dayKey } from "../format.js";

const RUN_GAP_MS = 5 * 60_000;

/**
 * The run that a message was in last: it stays the same, with its elements, when messages come before it or go from
 * its beginning. Somebody who follows the end all day would see all of a long run drawn anew.
 *
 * @type {WeakMap<Message, string>}
 */
const runOf = new WeakMap();

/**
 * @param {History} history
 * @param {Pending[]} pending of this conversation
 * @param {User} me
 * @returns {Item[]}
 */
export function itemsOf(history, pending, me) {
  const waiting = history.hasAfter ? [] : pending.filter((one) => !isThere(history, one, me));
  const shown = [...history.messages, ...waiting.map((one) => asShown(one, me))];
  const line = history.unreadLine;
  /** @type {Item[]} */
  const items = [];
  /** @type {Run | null} */
  let run = null;
  let day = "";
  let lineIsDrawn = !line || !reachesBackTo(history, line.afterSeq);
  for (const message of shown) {
    if (dayKey(message.created_at) !== day) {
      day = dayKey(message.created_at);
      items.push({ kind: "day", key: `day ${day}`, date: message.created_at });
      run = null;
    }
    const isMine = message.sender?.id === me.id;
    if (line && !lineIsDrawn && message.seq > line.afterSeq && !isMine && message.type !== "system") {
      items.push({ kind: "unread", key: "unread", count: line.count });
      lineIsDrawn = true;
      run = null;
    }
    if (message.type === "system") {
      items.push({ kind: "system", key: message.id, message });
      run = null;
    } else if (run && continues(run, message)) {
      run.messages.push(message);
    } else {
      run = {
        kind: "run",
        key: `run ${keyOf(message)}`,
        sender: message.sender,
        isMine,
        messages: [message],
      };
      items.push(run);
    }
  }
  nameRuns(items);
  return items;
}

/** @param {Item[]} items */
function nameRuns(items) {
  const taken = new Set();
  for (const item of items) {
    if (item.kind !== "run") continue;
    const known = item.messages.map((message) => runOf.get(message)).find((key) => key && !taken.has(key));
    item.key = known ?? item.key;
    taken.add(item.key);
    for (const message of item.messages) runOf.set(message, item.key);
  }
}

/**
 * Whether what is held begins at or before this position: otherwise the first unread message is further up.
 *
 * @param {History} history
 * @param {number} seq
 */
export function reachesBackTo(history, seq) {
  const first = history.messages[0];
  return !history.hasBefore || (first !== undefined && first.seq <= seq + 1);
}

/** @param {Run} run @param {Shown} message */
function continues(run, message) {
  const last = run.messages.at(-1);
  if (!last || run.sender?.id !== message.sender?.id) return false;
  return Date.parse(message.created_at) - Date.parse(last.created_at) < RUN_GAP_MS;
}

/**
 * The same before and after the server confirmed it, so that its element stays.
 *
 * @param {Message} message
 */
export function keyOf(message) {
  return message.client_id && message.sender ? `${message.sender.id} ${message.client_id}` : message.id;
}

/** It arrived, and nobody told this page yet. @param {History} history @param {Pending} pending @param {User} me */
function isThere(history, { client_id }, me) {
  return history.messages.some((message) => message.client_id === client_id && message.sender?.id === me.id);
}

/** @param {Pending} pending @param {User} me @returns {Shown} */
function asShown(pending, me) {
  return {
    id: pending.client_id,
    conversation_id: pending.conversation_id,
    seq: Number.POSITIVE_INFINITY,
    client_id: pending.client_id,
    type: "text",
    sender: me,
    content: pending.content,
    attachments: pending.attachments ?? [],
    reply_to: pending.reply_to ?? null,
    thread_root: pending.thread_root ?? null,
    created_at: pending.created_at,
    pending,
  };
}
