/**
 * The tabs of one browser that share a stream: one leads, holds it and tells the others what comes.
 * A leader that does not answer (its tab is frozen) loses its place to whoever asked.
 *
 * @import { StreamEvent } from "../types.js"
 * @import { RealtimeStatus } from "../realtime.js"
 *
 * @typedef {object} Relayed what came by the stream: an event, a move of the cursor, or both
 * @property {StreamEvent | null} event
 * @property {string} before the leader's cursor before it
 * @property {string} cursor and after it; the same where the event is passing
 *
 * @typedef {object} Word what a leader says of itself
 * @property {RealtimeStatus} status
 * @property {number} pingSeconds
 * @property {StreamEvent | null} init as the stream began
 *
 * @typedef {"retry" | "wake" | "hello"} Wish what a tab asks of its leader, who always answers with its word
 *
 * @typedef {{from: string} & ({kind: "word", word: Word} | {kind: "relayed", relayed: Relayed}
 *   | {kind: "wish", wish: Wish} | {kind: "here"} | {kind: "bye", led: boolean})} TabMessage
 *
 * @typedef {object} Owner
 * @property {() => void} lead hold the stream
 * @property {() => void} follow another tab holds it now
 * @property {() => Word} word
 * @property {(word: Word, isNew: boolean) => void} heard `isNew`: another tab leads than before
 * @property {(relayed: Relayed) => void} receive
 * @property {(wish: Wish) => void} wished
 * @property {() => void} changed how many there are
 */

import { debug } from "../debug.js";
import { leadershipOf } from "./leadership.js";

const ANSWERS_WITHIN_MS = 5_000;

export class Tabs {
  /** @param {string} name who shares: for example one person @param {Owner} owner */
  constructor(name, owner) {
    this.name = `brook.realtime.${name}`;
    this.owner = owner;
    this.id = `${Date.now()}-${Math.random()}`;
    this.leads = false;
    this.leaderId = "";
    this.heardAt = 0;
    /** The other tabs, and when they said last that they are here. @type {Map<string, number>} */
    this.others = new Map();
    /** @type {BroadcastChannel | null} */
    this.channel = null;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.answerTimer = undefined;
    this.leadership = leadershipOf(this.name, {
      id: this.id,
      lead: () => this.#lead(),
      follow: () => this.#follow(),
      tell: () => this.tell(),
    });
  }

  get count() {
    return this.others.size + 1;
  }

  join() {
    this.heardAt = Date.now();
    this.channel = new BroadcastChannel(this.name);
    this.channel.onmessage = ({ data }) => this.#hear(data);
    this.leadership.join();
    this.ask("hello");
  }

  leave() {
    clearTimeout(this.answerTimer);
    this.answerTimer = undefined;
    this.#post({ kind: "bye", led: this.leads });
    this.channel?.close();
    this.channel = null;
    this.leads = false;
    this.leaderId = "";
    this.others.clear();
    this.leadership.leave();
  }

  /** Ask the leader for something; where it does not answer, lead in its place. @param {Wish} wish */
  ask(wish) {
    if (this.leads || !this.channel) return;
    this.#post({ kind: "wish", wish });
    this.answerTimer ??= setTimeout(() => this.#unanswered(), ANSWERS_WITHIN_MS * (1 + Math.random()));
  }

  /** As a leader: how it stands. */
  tell() {
    if (this.leads) this.#post({ kind: "word", word: this.owner.word() });
  }

  /** As a leader: what came. @param {Relayed} relayed */
  relay(relayed) {
    if (this.leads) this.#post({ kind: "relayed", relayed });
  }

  /** As a leader: those who say nothing any more crashed, or are frozen. @param {number} milliseconds */
  forgetSilent(milliseconds) {
    this.#count(() => {
      for (const [id, at] of this.others) if (Date.now() - at > milliseconds) this.others.delete(id);
    });
  }

  #unanswered() {
    this.answerTimer = undefined;
    debug("realtime", "the leading tab does not answer");
    if (!this.leads) this.leadership.take();
  }

  #lead() {
    clearTimeout(this.answerTimer);
    this.answerTimer = undefined;
    this.leads = true;
    this.leaderId = this.id;
    this.others.clear(); // whoever hears the new leader says that it is here
    debug("realtime", "this tab leads");
    this.owner.lead();
    this.tell();
  }

  #follow() {
    this.leads = false;
    this.leaderId = "";
    this.heardAt = Date.now();
    debug("realtime", "another tab leads");
    this.owner.follow();
  }

  /** @param {TabMessage} message */
  #hear(message) {
    const { from, kind } = message;
    if (kind === "wish" || kind === "here") this.#count(() => this.others.set(from, Date.now()));
    if (kind === "wish" && this.leads) {
      this.owner.wished(message.wish);
      this.tell();
    }
    if (kind === "bye") {
      this.#count(() => this.others.delete(from));
      if (message.led) this.leadership.leaderLeft();
    }
    if (kind === "word") this.leadership.heardLeader(from);
    if (this.leads || (kind !== "word" && kind !== "relayed")) return;
    this.heardAt = Date.now();
    clearTimeout(this.answerTimer);
    this.answerTimer = undefined;
    if (kind === "relayed") {
      if (message.relayed.event?.type === "ping") this.#post({ kind: "here" });
      return this.owner.receive(message.relayed);
    }
    const isNew = from !== this.leaderId;
    this.leaderId = from;
    if (isNew) this.#post({ kind: "here" });
    this.owner.heard(message.word, isNew);
  }

  /** @param {() => void} change of the others */
  #count(change) {
    const { count } = this;
    change();
    if (this.leads && this.count !== count) this.owner.changed();
  }

  /** @param {Record<string, unknown>} message */
  #post(message) {
    this.channel?.postMessage({ ...message, from: this.id });
  }
}
