/**
 * Where the outbox lies when no page is open, and what its tabs tell one another about it.
 *
 * @import { LocalDatabase } from "./database.js"
 * @import { Message, Pending } from "../types.js"
 *
 * @typedef {object} KeptFile
 * @property {File} file
 * @property {{duration?: number, waveform?: number[]} | undefined} recording
 * @property {[number, number] | null} size of a picture
 *
 * @typedef {object} Row
 * @property {string} client_id
 * @property {number} order when it was written
 * @property {Pending} pending without its attachments
 * @property {KeptFile[]} files
 *
 * @typedef {{type: "added", row: Row}
 *   | {type: "changed", clientId: string, part: Partial<Pending>}
 *   | {type: "gone", clientId: string, message: Message | null}} News
 */

const CHANNEL = "brook.outbox";

export class Shelf {
  /**
   * @param {LocalDatabase} database
   * @param {(news: News) => void} onNews from another tab
   */
  constructor(database, onNews) {
    this.database = database;
    /** What is safe when this page goes. @type {Set<string>} */
    this.held = new Set();
    this.lastOrder = 0;
    this.channel = new BroadcastChannel(`${CHANNEL}.${database.userId}`);
    this.channel.onmessage = ({ data }) => onNews(data);
  }

  /** @returns {Promise<Row[]>} in the order they were written */
  async rows() {
    /** @type {Row[]} */
    const rows = await this.database.all("outbox");
    for (const { client_id } of rows) this.held.add(client_id);
    return rows.sort((one, other) => one.order - other.order);
  }

  /** @param {Pending} pending @param {KeptFile[]} files */
  async add(pending, files) {
    this.lastOrder = Math.max(Date.now(), this.lastOrder + 1);
    const bare = { ...pending, attachments: [] };
    const row = { client_id: pending.client_id, order: this.lastOrder, pending: bare, files };
    const isKept = await this.database.change(["outbox"], (of) => of("outbox").put(row));
    if (!isKept) return;
    this.held.add(row.client_id);
    this.channel.postMessage({ type: "added", row });
  }

  /** @param {string} clientId @param {Partial<Pending>} part */
  async change(clientId, part) {
    this.channel.postMessage({ type: "changed", clientId, part });
    await this.database.change(["outbox"], async (of) => {
      const row = await of("outbox").get(clientId);
      if (row) of("outbox").put({ ...row, pending: { ...row.pending, ...part } });
    });
  }

  /** @param {string} clientId @param {Message | null} message what it became */
  async drop(clientId, message) {
    this.held.delete(clientId);
    await this.database.change(["outbox"], (of) => of("outbox").delete(clientId));
    this.channel.postMessage({ type: "gone", clientId, message });
  }

  /** Another tab has sent it, or somebody discarded it there. @param {string} clientId */
  async isGone(clientId) {
    if (!this.held.has(clientId)) return false; // never was on the shelf: this page alone has it
    let isThere = false;
    const isSure = await this.database.change(["outbox"], async (of) => {
      isThere = (await of("outbox").getKey(clientId)) !== undefined;
    });
    return isSure && !isThere;
  }
}

/**
 * Do something while no other tab does it. Without Web Locks, as on plain http, several may: the
 * server knows each message by its client_id.
 *
 * @param {string} name
 * @param {() => Promise<void>} act
 */
export async function alone(name, act) {
  if (navigator.locks) await navigator.locks.request(name, act);
  else await act();
}
