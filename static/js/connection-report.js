/**
 * Counts how the connection has been, and hands the counts over now and then: for the server's metrics
 * (`POST /api/realtime/client-metrics`).
 *
 * @typedef {object} Counts since the last report
 * @property {number} connects
 * @property {number} failures
 * @property {number} polls
 * @property {number} parse_errors
 * @property {number} [reconnect_ms] the longest time without a connection
 */

const EVERY_MS = 300_000;

export class ConnectionReport {
  /** @param {(counts: Counts) => unknown} hand */
  constructor(hand) {
    this.hand = hand;
    this.lostAt = 0;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    this.counts = noCounts();
  }

  /** @param {"connects" | "failures" | "polls" | "parse_errors"} what */
  count(what) {
    this.counts[what] += 1;
    // At random: clients that lost their connection together do not report together.
    this.timer ??= setTimeout(() => this.report(), EVERY_MS * (0.5 + Math.random()));
  }

  lost() {
    this.lostAt ||= Date.now();
  }

  back() {
    if (!this.lostAt) return;
    this.counts.reconnect_ms = Math.max(this.counts.reconnect_ms ?? 0, Date.now() - this.lostAt);
    this.lostAt = 0;
  }

  report() {
    clearTimeout(this.timer);
    this.timer = undefined;
    const counts = this.counts;
    this.counts = noCounts();
    this.hand(counts);
  }
}

/** @returns {Counts} */
function noCounts() {
  return { connects: 0, failures: 0, polls: 0, parse_errors: 0 };
}
