/**
 * One connection to the server that never gives up: the stream, or polls where that does not get through.
 * It hands on what comes and knows how it stands; cursors and tabs are its owner's.
 *
 * @import { ConnectionStatus, StreamEvent } from "../types.js"
 * @import { Transport } from "./ladder.js"
 * @import { Frame } from "./parser.js"
 * @import { ConnectionReport } from "./report.js"
 * @import { Requests } from "./requests.js"
 *
 * @typedef {object} Owner
 * @property {string} cursor up to where it has everything
 * @property {(event: StreamEvent | null, cursor: string) => void} take an event, a move of the cursor, or both;
 *   the cursor is empty where the event is passing
 * @property {(userId: string) => boolean} isOurs whether events are for who is shown here
 * @property {() => void} changed how the connection stands
 */

import { backoffMs } from "../backoff.js";
import { debug } from "../debug.js";
import { Ladder } from "./ladder.js";
import { EventStreamParser } from "./parser.js";
import { Refused, SignedOut } from "./requests.js";

const RENEWAL_MS = 500;
const POLL_EVERY_MS = 10_000;
const POLL_WAIT_SECONDS = 25;
const ANSWER_TIMEOUT_MS = 15_000;
const STREAM_LASTS_AT_LEAST_MS = 5_000;
const DEFAULT_PING_SECONDS = 25;
const PINGS_MISSED_UNTIL_DEAD = 2;
const TOO_MANY_STREAMS = "too_many_streams";

export class Connection {
  /**
   * @param {Owner} owner
   * @param {{url: string, pollUrl: string, requests: Requests, report: ConnectionReport}} options
   */
  constructor(owner, { url, pollUrl, requests, report }) {
    this.owner = owner;
    this.url = url;
    this.pollUrl = pollUrl;
    this.requests = requests;
    this.report = report;
    /** @type {ConnectionStatus} */
    this.state = "connecting";
    this.since = Date.now();
    /** How events come, or are to come. @type {Transport} */
    this.transport = "stream";
    /** What is tried now: while polls bring them, the stream now and then. @type {Transport} */
    this.trying = "stream";
    this.ladder = new Ladder();
    this.running = false;
    /** Another browser needed our place among the person's streams: we come back when we are looked at. */
    this.staysAway = false;
    this.heardAt = 0;
    this.askedAt = 0;
    this.streamBeganAt = 0;
    this.nextRetryAt = 0;
    this.pingSeconds = DEFAULT_PING_SECONDS;
    /** @type {AbortController | null} */
    this.attempt = null;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.retryTimer = undefined;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.deadTimer = undefined;
  }

  /** @param {ConnectionStatus} state how it stood so far, for whoever takes over from another tab */
  start(state) {
    this.state = state;
    this.running = true;
    this.staysAway = false;
    this.ladder.begin();
    this.connect();
  }

  stop() {
    this.running = false;
    this.nextRetryAt = 0;
    this.drop();
  }

  /** Connect now instead of at the end of the waiting time. */
  retryNow() {
    if (!this.running || this.attempt) return;
    if (this.state === "live") this.ladder.climb();
    else this.ladder.begin();
    this.staysAway = false;
    this.connect();
  }

  /**
   * Somebody looks at the page, the machine woke up, or the network changed.
   *
   * @param {boolean} networkChanged
   */
  wake(networkChanged) {
    // Offline too: the connection is most likely dead, and a server on this machine is still there.
    const isSuspect = networkChanged || this.isSilent();
    if (this.attempt && isSuspect) this.drop();
    // A poll that only waits for its turn is no trouble: who looks at the page does not disturb the ladder.
    if (isSuspect || this.staysAway || this.state !== "live") this.retryNow();
  }

  /** Timers may have slept with the machine: looked at now and then. */
  check() {
    if (this.attempt && this.isSilent()) this.wake(false);
  }

  async connect() {
    clearTimeout(this.retryTimer);
    const attempt = new AbortController();
    this.attempt = attempt;
    this.trying = this.ladder.transport;
    this.askedAt = Date.now();
    this.streamBeganAt = 0;
    this.nextRetryAt = 0;
    if (this.state !== "live") this.setState("connecting");
    let waitMs = 0;
    try {
      await (this.trying === "stream" ? this.stream(attempt) : this.poll(attempt));
      if (this.attempt === attempt) waitMs = this.after();
    } catch (error) {
      debug("realtime", `${this.trying} failed`, error);
      if (this.attempt === attempt) waitMs = this.afterFailure(error);
    }
    if (this.attempt === attempt) this.waitAndConnect(waitMs);
  }

  // --- the ways events come ------------------------------------------------------------------------
  /** @param {AbortController} attempt */
  async stream(attempt) {
    this.expectBytesWithin(ANSWER_TIMEOUT_MS);
    const response = await this.requests.get(this.url, {
      query: { last_event_id: this.owner.cursor },
      accept: "text/event-stream",
      signal: attempt.signal,
    });
    const parser = new EventStreamParser({
      onEvent: (frame) => this.running && this.dispatch(frame),
      onId: (id) => this.running && this.owner.take(null, id),
    });
    // The parser drops the one byte order mark that a stream may begin with.
    const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
    const reader = /** @type {ReadableStream<Uint8Array>} */ (response.body).getReader();
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (this.attempt !== attempt) return;
        if (done) break;
        this.heardAt = Date.now();
        if (this.streamBeganAt) this.expectBytesWithin(this.deadAfterMs());
        parser.push(decoder.decode(value, { stream: true }));
      }
    } catch (error) {
      if (!this.hasLasted()) throw error;
    }
    if (!this.hasLasted() && !this.staysAway) throw new Error("the stream ended at once");
  }

  /** @param {AbortController} attempt */
  async poll(attempt) {
    // The first one does not wait, or nobody could say for half a minute whether we are connected.
    const wait = this.trying === "long-poll" && this.state === "live" ? POLL_WAIT_SECONDS : 0;
    this.expectBytesWithin(wait * 1_000 + ANSWER_TIMEOUT_MS);
    const response = await this.requests.get(this.pollUrl, {
      query: { cursor: this.owner.cursor, wait: String(wait) },
      accept: "application/json",
      signal: attempt.signal,
    });
    const answer = await response.json();
    if (this.attempt !== attempt) return;
    if (!this.owner.isOurs(answer.user_id)) throw new SignedOut(); // somebody else logged in meanwhile
    this.heardAt = Date.now();
    this.report.count("polls");
    if (wait || this.trying === "poll") this.ladder.succeeded(this.trying);
    else this.ladder.answered();
    for (const { id, ...event } of answer.events) this.running && this.handle(event, id);
    if (!this.running) return;
    const { cursor } = answer;
    if (answer.reset) this.handle({ type: "reset", data: { reason: "cursor_unusable", cursor } });
    else this.owner.take(null, cursor);
    this.setState("live");
  }

  // --- events --------------------------------------------------------------------------------------
  /** @param {Frame} frame */
  dispatch(frame) {
    let data;
    try {
      data = JSON.parse(frame.data);
    } catch (error) {
      this.report.count("parse_errors");
      return console.error("realtime: not JSON", frame.type, error);
    }
    // A frame without an id of its own has that of the last one, which is where we are.
    this.handle({ type: frame.type, data }, frame.id === this.owner.cursor ? "" : frame.id);
  }

  /** @param {StreamEvent} event @param {string} [cursor] */
  handle(event, cursor = "") {
    if (event.type === "init") this.begin(event.data);
    if (event.type === "auth.ended") this.staysAway = event.data.reason === TOO_MANY_STREAMS;
    this.owner.take(event, cursor);
    if (event.type === "auth.expiring" && this.requests.renew()) this.waitAndConnect(0);
  }

  /** @param {{ping_seconds?: number}} init */
  begin(init) {
    this.pingSeconds = init.ping_seconds ?? DEFAULT_PING_SECONDS;
    this.streamBeganAt = Date.now();
    this.report.count("connects");
    this.expectBytesWithin(this.deadAfterMs());
    this.setState("live");
  }

  // --- and then ------------------------------------------------------------------------------------
  /** @returns {number} how long to wait before the next try */
  after() {
    if (this.trying === "poll") return POLL_EVERY_MS;
    if (this.trying === "long-poll") return 0;
    debug("realtime", "the stream ended");
    this.ladder.succeeded("stream");
    return Math.random() * RENEWAL_MS;
  }

  /**
   * @param {unknown} error
   * @returns {number} how long to wait before the next try
   */
  afterFailure(error) {
    if (error instanceof SignedOut) return this.endSignedOut();
    this.report.count("failures");
    const waitMs = backoffMs(this.ladder.failures);
    const isProbe = this.trying === "stream" && this.ladder.rung > 0;
    if (error instanceof Refused && error.isBusy && !isProbe) this.ladder.failures += 1;
    else this.ladder.failed(this.trying);
    if (isProbe && this.state === "live") return 0;
    this.setState("offline");
    return Math.max(waitMs, error instanceof Refused ? error.waitMs : 0);
  }

  /** @param {number} waitMs */
  waitAndConnect(waitMs) {
    this.drop();
    if (!this.running) return;
    if (this.staysAway) return this.setState("offline");
    debug("realtime", `connects again in ${Math.round(waitMs)} ms, by ${this.ladder.transport}`);
    if (this.state !== "live") this.nextRetryAt = Date.now() + waitMs;
    this.retryTimer = setTimeout(() => this.connect(), waitMs);
    if (this.trying === "stream" && this.state === "live" && this.ladder.rung === 0) {
      this.setState("connecting");
    } else if (this.nextRetryAt) this.owner.changed();
  }

  endSignedOut() {
    this.stop();
    this.setState("signed-out");
    return 0;
  }

  isSilent() {
    return Date.now() - Math.max(this.askedAt, this.heardAt) > this.deadAfterMs();
  }

  hasLasted() {
    return this.streamBeganAt > 0 && Date.now() - this.streamBeganAt >= STREAM_LASTS_AT_LEAST_MS;
  }

  deadAfterMs() {
    return this.pingSeconds * PINGS_MISSED_UNTIL_DEAD * 1_000;
  }

  /** @param {number} milliseconds */
  expectBytesWithin(milliseconds) {
    clearTimeout(this.deadTimer);
    const { attempt } = this;
    this.deadTimer = setTimeout(() => attempt?.abort(), milliseconds);
  }

  drop() {
    clearTimeout(this.deadTimer);
    clearTimeout(this.retryTimer);
    const { attempt } = this;
    this.attempt = null;
    this.streamBeganAt = 0;
    attempt?.abort();
  }

  /** @param {ConnectionStatus} state */
  setState(state) {
    if (this.state === state && this.transport === this.trying) return;
    if (this.state === "live" && state !== "live") this.report.lost();
    if (state === "live") this.report.back();
    if (this.state !== state) this.since = Date.now();
    this.state = state;
    this.transport = this.trying;
    debug("realtime", `is ${state}, by ${this.transport}`);
    this.owner.changed();
  }
}
