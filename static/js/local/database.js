/**
 * What this browser keeps of one person's Brook: messages still to be sent, and what was read last.
 * It belongs to one person. Whoever else comes finds nothing of it, and logging out leaves nothing.
 *
 * @import { DBSchema, IDBPDatabase, IDBPObjectStore } from "../../vendor/idb/idb.js"
 *
 * @typedef {"outbox" | "pages" | "histories"} Part
 * @typedef {IDBPObjectStore<any, any, any, "readwrite">} Rows
 */

import { openDB } from "../../vendor/idb/idb.js";

const NAME = "brook";
const VERSION = 1;
/** @type {Part[]} */
const PARTS = ["outbox", "pages", "histories"];
const OWNER = "owner";

export class LocalDatabase {
  /** @param {string} userId */
  constructor(userId) {
    this.userId = userId;
    /** Where the browser keeps nothing, as some do in private windows, all that is lost is what is kept. */
    this.opened = open(userId).catch(() => null);
  }

  /**
   * @param {Part} part
   * @returns {Promise<any[]>}
   */
  async all(part) {
    /** @type {any[]} */
    let rows = [];
    await this.change([part], async (of) => {
      rows = await of(part).getAll();
    });
    return rows;
  }

  /**
   * Read and write in one transaction, unless somebody else has come meanwhile.
   *
   * @param {Part[]} parts
   * @param {(of: (part: Part) => Rows) => unknown} act may wait for the database only
   * @returns {Promise<boolean>} whether it was done and is kept
   */
  async change(parts, act) {
    const database = await this.opened;
    if (!database) return false;
    try {
      const transaction = database.transaction([OWNER, ...parts], "readwrite");
      const isOurs = (await transaction.objectStore(OWNER).get(OWNER)) === this.userId;
      if (isOurs) await act((part) => /** @type {Rows} */ (transaction.objectStore(part)));
      await transaction.done;
      return isOurs;
    } catch {
      return false; // it is full, or was closed
    }
  }

  /** Nothing is left. */
  async forget() {
    const database = await this.opened;
    await database
      ?.transaction([OWNER, ...PARTS], "readwrite")
      .objectStore(OWNER)
      .delete(OWNER);
    await Promise.all(PARTS.map((part) => database?.clear(part)));
  }
}

/** @param {string} userId */
async function open(userId) {
  const database = await openDB(NAME, VERSION, {
    upgrade: (upgraded) => {
      upgraded.createObjectStore(OWNER);
      upgraded.createObjectStore("outbox", { keyPath: "client_id" });
      upgraded.createObjectStore("pages");
      upgraded.createObjectStore("histories");
    },
    blocking: (_before, _after, event) => /** @type {IDBDatabase} */ (event.target).close(),
  });
  const transaction = database.transaction([OWNER, ...PARTS], "readwrite");
  const owner = transaction.objectStore(OWNER);
  if ((await owner.get(OWNER)) !== userId) {
    for (const part of PARTS) transaction.objectStore(part).clear();
    owner.put(userId, OWNER);
  }
  await transaction.done;
  return database;
}

/**
 * Whoever had this browser last, as far as it was kept: for pages that the server did not make.
 *
 * @returns {Promise<string | null>} their id
 */
export async function lastOwner() {
  try {
    if (!(await indexedDB.databases()).some(({ name }) => name === NAME)) return null;
    const database = await openDB(NAME, VERSION);
    const owner = await database.get(OWNER, OWNER);
    database.close();
    return owner ?? null;
  } catch {
    return null;
  }
}
