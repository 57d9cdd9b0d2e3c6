/**
 * A client for Brook's event stream, usable without the rest of this interface:
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
 * It reads the stream with fetch instead of EventSource, which hides status codes (401 means log in,
 * 429 and 503 say how long to wait), cannot be told to reconnect, and does not see a dead connection.
 *
 * - The cursor moves after an event was handed over, so after any interruption the server continues
 *   with exactly what was missed. A bare `id:` moves it as well.
 * - Reconnects wait 1 s, 2 s, 4 s … 30 s, each shortened by up to half at random, and never end. They
 *   come at once when the browser comes online or the page is looked at again.
 * - Two ping periods without a byte mean that the connection is dead.
 *
 * @import { ConnectionStatus, StreamEvent } from "./types.js"
 * @import { Frame } from "./event-stream-parser.js"
 */

import { backoffMs } from "./backoff.js";
import { debug } from "./debug.js";
import { EventStreamParser } from "./event-stream-parser.js";

const RENEWAL_MS = 500;
const CONNECT_TIMEOUT_MS = 15_000;
const DEFAULT_PING_SECONDS = 25;
const PINGS_MISSED_UNTIL_DEAD = 2;

const TOO_MANY_STREAMS = "too_many_streams";

const noop = () => {};

export class RealtimeClient {
  /**
   * @param {object} options
   * @param {string} options.url
   * @param {string} [options.cursor] `<epoch>.<pos>` of the snapshot held; none: from now on
   * @param {(event: StreamEvent) => void} [options.onEvent]
   * @param {(data: {reason: string, cursor: string}) => void} [options.onReset] reload your state
   * @param {(status: ConnectionStatus) => void} [options.onStatus]
   * @param {() => Record<string, string>} [options.headers] for example a bearer token
   */
  constructor(options) {
    this.url = options.url;
    this.cursor = options.cursor ?? "";
    this.onEvent = options.onEvent ?? noop;
    this.onReset = options.onReset ?? noop;
    this.onStatus = options.onStatus ?? noop;
    this.headers = options.headers ?? (() => ({}));
    /** @type {ConnectionStatus} */
    this.status = "offline";
    this.failures = 0;
    this.running = false;
    /** Another tab needed our place among the person's streams: we come back when we are looked at. */
    this.staysAway = false;
    this.heardAt = 0;
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
    this.failures = 0;
    this.staysAway = false;
    this.connect();
  }

  /** @param {Event} event */
  wake(event) {
    const networkChanged = event.type === "online" || event.type === "offline";
    if (!networkChanged && document.visibilityState === "hidden") return;
    // Offline too: the connection is most likely dead, and a server on this machine is still there.
    const isSuspect = networkChanged || Date.now() - this.heardAt > this.deadAfterMs();
    if (this.attempt && isSuspect) this.drop(event.type);
    this.retryNow();
  }

  async connect() {
    clearTimeout(this.retryTimer);
    const attempt = new AbortController();
    this.attempt = attempt;
    this.setStatus("connecting");
    this.expectBytesWithin(CONNECT_TIMEOUT_MS);
    let waitMs = 0;
    try {
      const response = await fetch(this.address(), {
        headers: { Accept: "text/event-stream", ...this.headers() },
        cache: "no-store",
        signal: attempt.signal,
      });
      if (response.status === 401) return this.endSignedOut();
      if (!response.ok || !response.body) {
        waitMs = retryAfterMs(response);
        throw new Error(`stream answered ${response.status}`);
      }
      await this.read(response.body);
      debug("realtime", "the server ended the stream");
    } catch (error) {
      debug("realtime", "connection lost", error);
    }
    if (this.attempt === attempt) this.waitAndRetry(waitMs);
  }

  address() {
    const url = new URL(this.url, location.href);
    if (this.cursor) url.searchParams.set("last_event_id", this.cursor);
    return url;
  }

  /** @param {ReadableStream<Uint8Array>} body */
  async read(body) {
    const parser = new EventStreamParser({
      onEvent: (frame) => this.dispatch(frame),
      onId: (id) => {
        this.cursor = id;
      },
    });
    const decoder = new TextDecoder();
    const reader = body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      this.heardAt = Date.now();
      this.expectBytesWithin(this.deadAfterMs());
      parser.push(decoder.decode(value, { stream: true }));
    }
  }

  /** @param {Frame} frame */
  dispatch(frame) {
    try {
      const event = { type: frame.type, data: JSON.parse(frame.data) };
      debug("realtime", event.type, event.data);
      if (event.type === "init") this.begin(event.data);
      if (event.type === "auth.ended") this.staysAway = event.data.reason === TOO_MANY_STREAMS;
      if (event.type === "reset") {
        this.cursor = event.data.cursor;
        this.onReset(event.data);
      }
      this.onEvent(event);
    } catch (error) {
      // One event that cannot be handled must not end the stream: the next ones still count.
      console.error("realtime: event not handled", frame.type, error);
    }
  }

  /** @param {{cursor?: string, ping_seconds?: number}} init */
  begin(init) {
    this.pingSeconds = init.ping_seconds ?? DEFAULT_PING_SECONDS;
    if (!this.cursor && init.cursor) this.cursor = init.cursor;
    this.expectBytesWithin(this.deadAfterMs());
    this.setStatus("live");
  }

  /** @param {number} atLeastMs */
  waitAndRetry(atLeastMs) {
    this.drop("waiting");
    if (!this.running) return;
    if (this.staysAway) return this.setStatus("offline");
    const waitMs = Math.max(atLeastMs, this.nextWaitMs());
    this.failures += 1;
    debug("realtime", `connects again in ${Math.round(waitMs)} ms`);
    this.retryTimer = setTimeout(() => this.connect(), waitMs);
  }

  nextWaitMs() {
    if (this.status === "live") {
      this.failures = 0;
      this.setStatus("connecting");
      return Math.random() * RENEWAL_MS;
    }
    this.setStatus("offline");
    return backoffMs(this.failures);
  }

  endSignedOut() {
    this.stop();
    this.setStatus("signed-out");
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
    this.status = status;
    debug("realtime", `status ${status}`);
    this.onStatus(status);
  }
}

/** @param {Response} response */
function retryAfterMs(response) {
  return Number(response.headers.get("Retry-After") ?? 0) * 1_000 || 0;
}
