/**
 * What a tab does with what its leader tells. Each relayed event carries the leader's cursor before and
 * after it: who has everything before takes it, who has it already leaves it, and who misses something
 * (its page is older than the leader's cursor, or it was frozen) asks the server for all since its own.
 *
 * @import { StreamEvent } from "../types.js"
 * @import { Requests } from "./requests.js"
 * @import { Relayed } from "./tabs.js"
 *
 * @typedef {object} Owner
 * @property {string} cursor
 * @property {(event: StreamEvent | null, cursor: string) => void} take
 * @property {(userId: string) => boolean} isOurs
 */

import { backoffMs } from "../backoff.js";
import { debug } from "../debug.js";
import { reaches } from "./cursor.js";
import { SignedOut } from "./requests.js";

const ANSWER_TIMEOUT_MS = 15_000;
/** So often the server may not know yet what the leader has, when the two ask different processes. */
const FRUITLESS_POLLS = 5;

export class Follower {
  /** @param {Owner} owner @param {{pollUrl: string, requests: Requests}} options */
  constructor(owner, { pollUrl, requests }) {
    this.owner = owner;
    this.pollUrl = pollUrl;
    this.requests = requests;
    this.target = "";
    this.isBehind = false;
    this.failures = 0;
    this.leaving = new AbortController();
    this.wake = () => {};
  }

  stop() {
    this.leaving.abort();
    this.wake();
  }

  /** @param {Relayed} relayed */
  receive({ event, before, cursor }) {
    if (event?.type === "reset") {
      this.target = cursor;
      return this.owner.take(event, "");
    }
    const isPassing = before === cursor;
    if (isPassing && event) this.owner.take(event, "");
    if (!this.owner.cursor) this.owner.take(null, before);
    if (isPassing || this.isBehind || !reaches(this.owner.cursor, before)) return this.catchUpTo(cursor);
    if (!reaches(this.owner.cursor, cursor)) this.owner.take(event, cursor);
  }

  /** @param {string} cursor of the leader */
  catchUpTo(cursor) {
    if (!this.owner.cursor) this.owner.take(null, cursor);
    this.target = cursor;
    if (this.failures) this.wake(); // the leader has something: the server is there again
    if (!this.isBehind && !reaches(this.owner.cursor, cursor)) this.#catchUp();
  }

  async #catchUp() {
    this.isBehind = true;
    debug("realtime", `behind the leading tab: ${this.owner.cursor} of ${this.target}`);
    let fruitless = 0;
    while (!this.leaving.signal.aborted && !reaches(this.owner.cursor, this.target)) {
      const before = this.owner.cursor;
      try {
        await this.#poll(before);
        this.failures = 0;
      } catch (error) {
        if (error instanceof SignedOut) break; // the leader sees that as well
        this.failures += 1;
      }
      if (this.owner.cursor !== before) continue;
      if (!this.failures) fruitless += 1;
      if (fruitless > FRUITLESS_POLLS) this.#giveUp();
      else await this.#sleep(backoffMs(Math.max(0, this.failures - 1)));
    }
    this.isBehind = false;
  }

  /** @param {string} cursor */
  async #poll(cursor) {
    const signal = AbortSignal.any([this.leaving.signal, AbortSignal.timeout(ANSWER_TIMEOUT_MS)]);
    const query = { cursor, wait: "0" };
    const response = await this.requests.get(this.pollUrl, { query, accept: "application/json", signal });
    const answer = await response.json();
    if (this.leaving.signal.aborted || this.owner.cursor !== cursor) return;
    if (!this.owner.isOurs(answer.user_id)) throw new SignedOut();
    for (const { id, ...event } of answer.events) this.owner.take(event, id ?? "");
    if (answer.reset) this.#reset(answer.cursor);
    else this.owner.take(null, answer.cursor);
  }

  /** @param {number} milliseconds @returns {Promise<void>} */
  #sleep(milliseconds) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Completeness cannot be proved: our state is loaded anew. */
  #giveUp() {
    this.target = this.owner.cursor;
    this.#reset(this.owner.cursor);
  }

  /** @param {string} cursor */
  #reset(cursor) {
    this.owner.take({ type: "reset", data: { reason: "cursor_unusable", cursor } }, "");
  }
}
