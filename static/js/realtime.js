/**
 * A client for Brook's events, usable without the rest of this interface:
 *
 *     const client = new RealtimeClient({
 *       url: "/api/realtime/stream",
 *       cursor: page.cursor,
 *       onEvent: ({ type, data }) => store.apply({ type, data }),
 *       onReset: () => reloadEverything(),
 *       onStatus: (status) => showStatus(status),
 *     });
 *     client.start();
 *
 * What it offers: `start()`, `stop()`, `retryNow()`, `describe()`, and the fields `cursor`, `status` and
 * `transport`. docs/client.md tells more of it.
 *
 * It reads the stream with fetch instead of EventSource, which hides status codes (401 means log in,
 * 429 and 503 say how long to wait), cannot be told to reconnect, and does not see a dead connection.
 *
 * - The cursor moves after an event was handed over, so after any interruption the server continues
 *   with exactly what was missed. A bare `id:` moves it as well.
 * - Where streams do not get through, the same events come by polls, at the same cursors: see ladder.js.
 * - Reconnects wait 1 s, 2 s, 4 s … 30 s, each shortened by up to half at random, and never end. They
 *   come at once when the browser comes online or the page is looked at again.
 * - Two ping periods without a byte mean that the connection is dead.
 *
 * @import { ConnectionStatus, StreamEvent } from "./types.js"
 * @import { Counts } from "./connection-report.js"
 * @import { Frame } from "./event-stream-parser.js"
 * @import { Transport } from "./ladder.js"
 */

import { backoffMs } from "./backoff.js";
import { ConnectionReport } from "./connection-report.js";
import { debug } from "./debug.js";
import { EventStreamParser } from "./event-stream-parser.js";
import { Ladder } from "./ladder.js";

const RENEWAL_MS = 500;
const POLL_EVERY_MS = 10_000;
const POLL_WAIT_SECONDS = 25;
const ANSWER_TIMEOUT_MS = 15_000;
const STREAM_LASTS_AT_LEAST_MS = 5_000;
const DEFAULT_PING_SECONDS = 25;
const PINGS_MISSED_UNTIL_DEAD = 2;

const TOO_MANY_STREAMS = "too_many_streams";

const noop = () => {};

/** The server is there, and wants us to wait. */
class Refused extends Error {
  /** @param {Response} response */
  constructor(response) {
    super(`answered ${response.status}`);
    this.isBusy = response.status === 429 || response.status === 503;
    this.waitMs = Number(response.headers.get("Retry-After") ?? 0) * 1_000 || 0;
  }
}

export class RealtimeClient {
  /**
   * @param {object} options
   * @param {string} options.url of the stream
   * @param {string} [options.pollUrl] where it does not get through; beside `url` if left out
   * @param {string} [options.cursor] `<epoch>.<pos>` of the snapshot held; none: from now on
   * @param {(event: StreamEvent) => void} [options.onEvent]
   * @param {(data: {reason: string, cursor: string}) => void} [options.onReset] reload your state
   * @param {(status: ConnectionStatus) => void} [options.onStatus]
   * @param {() => Record<string, string>} [options.headers] for example a bearer token
   * @param {(counts: Counts) => unknown} [options.onReport] how the connection has been, now and then
   */
  constructor(options) {
    this.url = options.url;
    this.pollUrl = options.pollUrl ?? options.url.replace(/stream$/, "poll");
    this.cursor = options.cursor ?? "";
    this.onEvent = options.onEvent ?? noop;
    this.onReset = options.onReset ?? noop;
    this.onStatus = options.onStatus ?? noop;
    this.headers = options.headers ?? (() => ({}));
    /** @type {ConnectionStatus} */
    this.status = "offline";
    /** @type {Transport} */
    this.transport = "stream";
    this.ladder = new Ladder();
    this.report = new ConnectionReport(options.onReport ?? noop);
    this.running = false;
    /** Another tab needed our place among the person's streams: we come back when we are looked at. */
    this.staysAway = false;
    this.heardAt = 0;
    this.streamBeganAt = 0;
    this.pingSeconds = DEFAULT_PING_SECONDS;
    /** @type {AbortController | null} */
    this.attempt = null;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.retryTimer = undefined;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.deadTimer = undefined;
    this.wake = this.wake.bind(this);
  }

  start() {
    if (this.running) return;
    this.running = true;
    addEventListener("online", this.wake);
    addEventListener("offline", this.wake);
    addEventListener("pageshow", this.wake);
    document.addEventListener("visibilitychange", this.wake);
    this.connect();
  }

  stop() {
    this.running = false;
    removeEventListener("online", this.wake);
    removeEventListener("offline", this.wake);
    removeEventListener("pageshow", this.wake);
    document.removeEventListener("visibilitychange", this.wake);
    this.drop("stopped");
  }

  /** Connect now instead of at the end of the waiting time. */
  retryNow() {
    if (!this.running || this.attempt) return;
    this.ladder.begin();
    this.staysAway = false;
    this.connect();
  }

  /** How it stands, for `window.brook.status()`. */
  describe() {
    const { status, transport, cursor, heardAt, staysAway } = this;
    return { status, transport, cursor, heardAt, staysAway, failures: this.ladder.failures };
  }

  /** @param {Event} event */
  wake(event) {
    const networkChanged = event.type === "online" || event.type === "offline";
    if (!networkChanged && document.visibilityState === "hidden") return;
    // Offline too: the connection is most likely dead, and a server on this machine is still there.
    const isSuspect = networkChanged || Date.now() - this.heardAt > this.deadAfterMs();
    if (this.attempt && isSuspect) this.drop(event.type);
    // A poll that only waits for its turn is no trouble: who looks at the page does not disturb the ladder.
    if (isSuspect || this.staysAway || this.status !== "live") this.retryNow();
  }

  async connect() {
    clearTimeout(this.retryTimer);
    const attempt = new AbortController();
    this.attempt = attempt;
    this.transport = this.ladder.transport;
    this.streamBeganAt = 0;
    if (this.status !== "live") this.setStatus("connecting");
    let waitMs = 0;
    try {
      await (this.transport === "stream" ? this.stream() : this.poll());
      if (this.attempt === attempt) waitMs = this.after();
    } catch (error) {
      debug("realtime", `${this.transport} failed`, error);
      if (this.attempt === attempt) waitMs = this.afterFailure(error);
    }
    if (this.attempt === attempt) this.waitAndConnect(waitMs);
  }

  // --- the ways events come ------------------------------------------------------------------------
  async stream() {
    const response = await this.ask(this.url, { last_event_id: this.cursor }, ANSWER_TIMEOUT_MS);
    if (!response) return;
    const parser = new EventStreamParser({
      onEvent: (frame) => this.dispatch(frame),
      onId: (id) => {
        this.cursor = id;
      },
    });
    const decoder = new TextDecoder();
    const reader = /** @type {ReadableStream<Uint8Array>} */ (response.body).getReader();
    try {
      for (;;) {
        const { done, value } = await reader.read();
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

  async poll() {
    // The first one does not wait, or nobody could say for half a minute whether we are connected.
    const wait = this.transport === "long-poll" && this.status === "live" ? POLL_WAIT_SECONDS : 0;
    const query = { ...(this.cursor ? { cursor: this.cursor } : {}), wait: String(wait) };
    const response = await this.ask(this.pollUrl, query, wait * 1_000 + ANSWER_TIMEOUT_MS);
    const answer = await response?.json();
    if (!answer) return;
    this.heardAt = Date.now();
    this.report.count("polls");
    if (wait || this.transport === "poll") this.ladder.succeeded(this.transport);
    else this.ladder.answered();
    for (const event of answer.events) {
      this.handle(event);
      if (event.id) this.cursor = event.id;
    }
    this.cursor = answer.cursor;
    if (answer.reset) this.onReset({ reason: "cursor_unusable", cursor: answer.cursor });
    this.setStatus("live");
  }

  /**
   * @param {string} path
   * @param {Record<string, string>} query what is empty is left out
   * @param {number} timeoutMs
   * @returns {Promise<Response | null>} null where we are signed out, or were told to stop meanwhile
   */
  async ask(path, query, timeoutMs) {
    const url = new URL(path, location.href);
    for (const [name, value] of Object.entries(query)) if (value) url.searchParams.set(name, value);
    const attempt = /** @type {AbortController} */ (this.attempt);
    this.expectBytesWithin(timeoutMs);
    const headers = {
      Accept: path === this.url ? "text/event-stream" : "application/json",
      ...this.headers(),
    };
    const response = await fetch(url, { headers, cache: "no-store", signal: attempt.signal });
    if (response.status === 401) this.endSignedOut();
    if (this.attempt !== attempt) return null;
    if (!response.ok || !response.body) throw new Refused(response);
    return response;
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
    this.handle({ type: frame.type, data });
  }

  /** @param {StreamEvent} event */
  handle(event) {
    debug("realtime", event.type, event.data);
    try {
      if (event.type === "init") this.begin(event.data);
      if (event.type === "auth.ended") this.staysAway = event.data.reason === TOO_MANY_STREAMS;
      if (event.type === "reset") {
        this.cursor = event.data.cursor;
        this.onReset(event.data);
      }
      this.onEvent(event);
    } catch (error) {
      // One event that cannot be handled must not end the stream: the next ones still count.
      console.error("realtime: event not handled", event.type, error);
    }
  }

  /** @param {{cursor?: string, ping_seconds?: number}} init */
  begin(init) {
    this.pingSeconds = init.ping_seconds ?? DEFAULT_PING_SECONDS;
    if (!this.cursor && init.cursor) this.cursor = init.cursor;
    this.streamBeganAt = Date.now();
    this.report.count("connects");
    this.expectBytesWithin(this.deadAfterMs());
    this.setStatus("live");
  }

  // --- and then ------------------------------------------------------------------------------------
  /** @returns {number} how long to wait before the next try */
  after() {
    if (this.transport === "poll") return POLL_EVERY_MS;
    if (this.transport === "long-poll") return 0;
    debug("realtime", "the stream ended");
    this.ladder.succeeded("stream");
    return Math.random() * RENEWAL_MS;
  }

  /**
   * @param {unknown} error
   * @returns {number} how long to wait before the next try
   */
  afterFailure(error) {
    this.report.count("failures");
    const waitMs = backoffMs(this.ladder.failures);
    const isProbe = this.transport === "stream" && this.ladder.rung > 0;
    if (error instanceof Refused && error.isBusy && !isProbe) this.ladder.failures += 1;
    else this.ladder.failed(this.transport);
    if (isProbe && this.status === "live") return 0;
    this.setStatus("offline");
    return Math.max(waitMs, error instanceof Refused ? error.waitMs : 0);
  }

  /** @param {number} waitMs */
  waitAndConnect(waitMs) {
    this.drop("waiting");
    if (!this.running) return;
    if (this.staysAway) return this.setStatus("offline");
    if (this.transport === "stream" && this.status === "live" && this.ladder.rung === 0) {
      this.setStatus("connecting");
    }
    debug("realtime", `connects again in ${Math.round(waitMs)} ms, by ${this.ladder.transport}`);
    this.retryTimer = setTimeout(() => this.connect(), waitMs);
  }

  endSignedOut() {
    this.stop();
    this.setStatus("signed-out");
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
    const attempt = this.attempt;
    this.deadTimer = setTimeout(() => attempt?.abort(), milliseconds);
  }

  /** @param {string} reason */
  drop(reason) {
    clearTimeout(this.deadTimer);
    clearTimeout(this.retryTimer);
    const attempt = this.attempt;
    this.attempt = null;
    attempt?.abort(reason);
  }

  /** @param {ConnectionStatus} status */
  setStatus(status) {
    if (this.status === status) return;
    if (this.status === "live") this.report.lost();
    if (status === "live") this.report.back();
    this.status = status;
    debug("realtime", `status ${status}`);
    this.onStatus(status);
  }
}
