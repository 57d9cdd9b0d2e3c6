/**
 * Which way events come next: the stream; where that does not get through twice in a row, long polls;
 * where those do not either, a poll every 10 s. From below, the stream is tried again after 30 s, 1 min,
 * 2 min … 10 min, and at once when everything was away and something answers again.
 *
 * @typedef {"stream" | "long-poll" | "poll"} Transport
 */

/** @type {Transport[]} */
const RUNGS = ["stream", "long-poll", "poll"];
const FALLS_AFTER_FAILURES = 2;
const EVERYTHING_AWAY_AFTER_FAILURES = FALLS_AFTER_FAILURES * (RUNGS.length - 1);
const STREAM_AGAIN_FIRST_MS = 30_000;
const STREAM_AGAIN_LAST_MS = 600_000;

export class Ladder {
  /** @param {() => number} now milliseconds */
  constructor(now = Date.now) {
    this.now = now;
    this.rung = 0;
    /** In a row, on whatever rung. */
    this.failures = 0;
    this.failuresHere = 0;
    this.streamAgainMs = STREAM_AGAIN_FIRST_MS;
    this.streamAgainAt = 0;
  }

  /** From the top: at first, when a stream got through, and when the network changed. */
  begin() {
    this.rung = 0;
    this.failures = 0;
    this.failuresHere = 0;
    this.streamAgainMs = STREAM_AGAIN_FIRST_MS;
    this.streamAgainAt = 0;
  }

  /** Try the stream next, and go on as before where it still does not get through. */
  climb() {
    this.streamAgainAt = 0;
  }

  /** @returns {Transport} of the next try */
  get transport() {
    return RUNGS[this.now() >= this.streamAgainAt ? 0 : this.rung];
  }

  /** @param {Transport} transport */
  succeeded(transport) {
    if (transport === "stream") return this.begin();
    this.answered();
    this.failuresHere = 0;
  }

  /** The server is there: a poll that did not wait was answered. Those that wait may still be cut off. */
  answered() {
    if (this.failures >= EVERYTHING_AWAY_AFTER_FAILURES) this.streamAgainAt = 0;
    this.failures = 0;
  }

  /** @param {Transport} transport */
  failed(transport) {
    this.failures += 1;
    if (transport === "stream" && this.rung > 0) return this.postponeStream();
    this.failuresHere += 1;
    if (this.failuresHere < FALLS_AFTER_FAILURES || this.rung === RUNGS.length - 1) return;
    this.failuresHere = 0;
    this.rung += 1;
    if (this.rung === 1) this.postponeStream();
  }

  postponeStream() {
    this.streamAgainAt = this.now() + this.streamAgainMs;
    this.streamAgainMs = Math.min(this.streamAgainMs * 2, STREAM_AGAIN_LAST_MS);
  }
}
