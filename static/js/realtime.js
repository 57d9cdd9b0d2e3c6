/**
 * A client for Brook's events, usable without the rest of this interface:
 *
 *     const client = new RealtimeClient({
 *       url: "/api/realtime/stream",
 *       cursor: page.cursor,
 *       share: page.me.id,
 *       onEvent: ({ type, data }) => store.apply({ type, data }),
 *       onReset: () => reloadEverything(),
 *       onStatus: (status) => show(status.state),
 *     });
 *     client.start();
 *
 * What it offers: `start()`, `stop()`, `retryNow()`, `describe()`, and the fields `cursor` and `isLeader`.
 * docs/client.md tells more of it.
 *
 * It reads the stream with fetch instead of EventSource, which hides status codes (401 means log in,
 * 429 and 503 say how long to wait), cannot be told to reconnect, and does not see a dead connection.
 *
 * - The cursor moves after an event was handed over, so after any interruption the server continues
 *   with exactly what was missed. A bare `id:` moves it as well.
 * - Where streams do not get through, the same events come by polls, at the same cursors: ladder.js.
 * - Reconnects wait 1 s, 2 s, 4 s … 30 s, each shortened by up to half at random, and never end. They
 *   come at once when the browser comes online or the page is looked at again.
 * - Two ping periods without a byte mean that the connection is dead.
 * - Tabs that share have one stream: one leads and tells the others, each event once to each (tabs.js).
 *
 * @import { ConnectionStatus, StreamEvent } from "./types.js"
 * @import { Transport } from "./realtime/ladder.js"
 * @import { Counts } from "./realtime/report.js"
 * @import { TokenSource } from "./realtime/requests.js"
 * @import { Relayed, Wish, Word } from "./realtime/tabs.js"
 *
 * @typedef {object} RealtimeStatus
 * @property {ConnectionStatus} state
 * @property {Transport} transport
 * @property {number} since when the state began, in ms since 1970 as all times here
 * @property {string} lastEventId the cursor
 * @property {boolean} leader whether this tab holds the stream: of several, one makes sounds and notes
 * @property {number} tabs that share it, this one included
 * @property {number} retries in a row that failed
 * @property {number | null} nextRetryAt
 * @property {number} heardAt when the last byte came
 * @property {boolean} staysAway another browser needed our place among the person's streams
 */

import { debug } from "./debug.js";
import { Connection } from "./realtime/connection.js";
import { Follower } from "./realtime/follower.js";
import { ConnectionReport } from "./realtime/report.js";
import { Requests } from "./realtime/requests.js";
import { Tabs } from "./realtime/tabs.js";

const LOOKS_EVERY_MS = 5_000;

const noop = () => {};

export class RealtimeClient {
  /**
   * @param {object} options
   * @param {string} options.url of the stream
   * @param {string} [options.pollUrl] where it does not get through; beside `url` if left out
   * @param {string} [options.cursor] `<epoch>.<pos>` of the snapshot held; none: from now on
   * @param {string} [options.remember] without a snapshot: go on where the tab's last page with this name was
   * @param {string} [options.share] tabs of this name have one stream; whoever may see the same has the same name
   * @param {string} [options.userId] who the events are for: those of anybody else end as signed out
   * @param {(event: StreamEvent) => void} [options.onEvent]
   * @param {(data: {reason: string, cursor: string}) => void} [options.onReset] reload your state
   * @param {(status: RealtimeStatus) => void} [options.onStatus]
   * @param {() => Record<string, string>} [options.headers] more of them
   * @param {TokenSource} [options.token] in place of the cookie
   * @param {(counts: Counts) => unknown} [options.onReport] how the connection has been, now and then
   */
  constructor({ url, pollUrl = url.replace(/stream$/, "poll"), share, headers, token, ...options }) {
    this.remember = options.remember ? `brook.cursor.${options.remember}` : "";
    this.cursor = options.cursor || (this.remember && (sessionStorage.getItem(this.remember) ?? ""));
    this.userId = options.userId;
    this.onEvent = options.onEvent ?? noop;
    this.onReset = options.onReset ?? noop;
    this.onStatus = options.onStatus ?? noop;
    this.report = new ConnectionReport(options.onReport ?? noop);
    this.requests = new Requests({ ...(headers && { headers }), ...(token && { token }) });
    this.pollUrl = pollUrl;
    this.connection = new Connection(this, { url, pollUrl, requests: this.requests, report: this.report });
    this.tabs = share && "BroadcastChannel" in globalThis ? new Tabs(share, this) : null;
    /** @type {Follower | null} */
    this.follower = null;
    /** What the leader said last, while another tab leads. @type {RealtimeStatus | null} */
    this.told = null;
    /** The last `init`: tabs that come later get it too. @type {StreamEvent | null} */
    this.init = null;
    /** @type {AbortController | null} */
    this.running = null;
    this.paused = false;
    this.shown = "";
  }

  get isLeader() {
    return !this.follower;
  }

  start() {
    if (this.running) return;
    this.running = new AbortController();
    const { signal } = this.running;
    for (const type of ["online", "offline", "pageshow", "pagehide"]) {
      addEventListener(type, (event) => this.noticed(event.type), { signal });
    }
    for (const type of ["visibilitychange", "freeze", "resume"]) {
      document.addEventListener(type, (event) => this.noticed(event.type), { signal });
    }
    const timer = setInterval(() => this.look(), LOOKS_EVERY_MS);
    signal.addEventListener("abort", () => clearInterval(timer));
    this.join();
  }

  stop() {
    this.part();
    this.running?.abort();
    this.running = null;
  }

  /** Connect now instead of at the end of the waiting time. */
  retryNow() {
    if (this.follower) this.tabs?.ask("retry");
    else this.connection.retryNow();
  }

  /** How it stands, for `window.brook.status()`. @returns {RealtimeStatus} */
  describe() {
    const { state, transport, since, nextRetryAt, heardAt, staysAway, ladder } = this.connection;
    const retries = ladder.failures;
    const own = { state, transport, since, retries, nextRetryAt: nextRetryAt || null, heardAt, staysAway };
    const here = { lastEventId: this.cursor, leader: this.isLeader };
    return { tabs: this.tabs?.count ?? 1, ...own, ...(this.follower && this.told), ...here };
  }

  // --- this page -----------------------------------------------------------------------------------
  join() {
    this.paused = false;
    if (this.tabs) {
      this.follower = new Follower(this, { pollUrl: this.pollUrl, requests: this.requests });
      this.tabs.join();
    } else this.connection.start(this.connection.state);
    this.changed();
  }

  /** Give the stream to another tab, if there is one. */
  part() {
    this.follower?.stop();
    this.connection.stop();
    this.tabs?.leave();
    this.report.leave();
    if (this.remember) sessionStorage.setItem(this.remember, this.cursor);
  }

  /** @param {string} what the type of an event of the page */
  noticed(what) {
    if (what === "pagehide" || what === "freeze") {
      this.paused = true;
      return this.part();
    }
    if (this.paused) {
      // Not by any other: a page that is left turns hidden after its `pagehide`.
      if (what === "pageshow" || what === "resume") this.join();
      return;
    }
    const networkChanged = what === "online" || what === "offline";
    if (!networkChanged && document.visibilityState === "hidden") return;
    if (this.follower) this.tabs?.ask("wake");
    else this.connection.wake(networkChanged);
  }

  /** Now and then: timers may have slept, and a leader may have fallen silent. */
  look() {
    if (this.paused) return;
    const { tabs, follower, connection } = this;
    const silentMs = connection.deadAfterMs();
    if (!follower) {
      tabs?.forgetSilent(silentMs + LOOKS_EVERY_MS);
      return connection.check();
    }
    if (tabs && Date.now() - tabs.heardAt > silentMs) tabs.ask("hello");
  }

  // --- what tabs.js tells ----------------------------------------------------------------------------
  lead() {
    const { state } = this.describe();
    this.follower?.stop();
    this.follower = null;
    this.connection.start(state);
    this.changed();
  }

  follow() {
    this.told = this.describe();
    this.connection.stop();
    this.follower = new Follower(this, { pollUrl: this.pollUrl, requests: this.requests });
    this.changed();
  }

  /** @returns {Word} */
  word() {
    return { status: this.describe(), pingSeconds: this.connection.pingSeconds, init: this.init };
  }

  /** @param {Word} word @param {boolean} isNew another tab leads than before */
  heard({ status, pingSeconds, init }, isNew) {
    this.told = status;
    this.connection.pingSeconds = pingSeconds;
    this.follower?.catchUpTo(status.lastEventId);
    this.changed();
    if (isNew && init) this.take(init, "");
  }

  /** @param {Relayed} relayed */
  receive(relayed) {
    this.follower?.receive(relayed);
  }

  /** @param {Wish} wish */
  wished(wish) {
    if (wish === "retry") this.connection.retryNow();
    if (wish === "wake") this.connection.wake(false);
  }

  // --- what comes ------------------------------------------------------------------------------------
  /**
   * @param {StreamEvent | null} event
   * @param {string} cursor where we are after it; empty: where we were
   */
  take(event, cursor) {
    const before = this.cursor;
    if (event) this.handle(event);
    if (cursor) this.cursor = cursor;
    if (event || this.cursor !== before) this.tabs?.relay({ event, before, cursor: this.cursor });
  }

  /** @param {StreamEvent} event */
  handle(event) {
    debug("realtime", event.type, event.data);
    if (event.type === "init" && !this.welcome(event)) return;
    if (event.type === "reset") this.cursor = event.data.cursor;
    try {
      if (event.type === "reset") this.onReset(event.data);
      this.onEvent(event);
    } catch (error) {
      // One event that cannot be handled must not end the stream: the next ones still count.
      console.error("realtime: event not handled", event.type, error);
    }
  }

  /** @param {string} userId whose events a stream or a poll brings */
  isOurs(userId) {
    return !this.userId || userId === this.userId;
  }

  /** @param {StreamEvent} init @returns {boolean} whether the stream is for us */
  welcome(init) {
    const isOurs = this.isOurs(init.data.user_id);
    if (!isOurs) this.connection.endSignedOut(); // somebody else logged in meanwhile
    this.init = init;
    if (!this.cursor && init.data.cursor) this.cursor = init.data.cursor;
    return isOurs;
  }

  /** The connection, who leads, or the number of tabs. */
  changed() {
    const status = this.describe();
    const { heardAt, lastEventId, ...shown } = status;
    const text = JSON.stringify(shown);
    if (text === this.shown) return;
    this.shown = text;
    this.tabs?.tell();
    try {
      this.onStatus(status);
    } catch (error) {
      console.error("realtime: status not handled", error);
    }
    if (status.state === "signed-out") this.stop();
  }
}
