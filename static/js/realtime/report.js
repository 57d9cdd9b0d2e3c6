/**
 * Counts how the connection has been, and hands the counts over now and then: for the server's metrics
 * (`POST /api/realtime/client-metrics`). At most once a minute, whatever pages a tab goes through.
 *
 * @typedef {object} Counts since the last report
 * @property {number} connects
 * @property {number} failures
 * @property {number} polls
 * @property {number} parse_errors
 * @property {number} [reconnect_ms] the longest time without a connection
 */

const AT_MOST_EVERY_MS = 60_000;
const KEPT_AS = "brook.connection-report";

export class ConnectionReport {
  /** @param {(counts: Counts) => unknown} hand */
  constructor(hand) {
    this.hand = hand;
    this.lostAt = 0;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    /** What the tab's last page had no time to tell. */
    const { counts = noCounts(), reportedAt = 0 } = kept() ?? {};
    this.counts = counts;
    this.reportedAt = reportedAt;
    if (!isEmpty(counts)) this.reportSoon();
  }

  /** @param {"connects" | "failures" | "polls" | "parse_errors"} what */
  count(what) {
    this.counts[what] += 1;
    this.reportSoon();
  }

  reportSoon() {
    // At random: clients that lost their connection together do not report together.
    this.timer ??= setTimeout(() => this.report(), AT_MOST_EVERY_MS * (1 + Math.random()));
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
    this.reportedAt = Date.now();
    if (!isEmpty(counts)) this.hand(counts);
  }

  /** The page is left: told now, or by the next page of this tab. */
  leave() {
    if (Date.now() - this.reportedAt >= AT_MOST_EVERY_MS) this.report();
    keep({ counts: this.counts, reportedAt: this.reportedAt });
    clearTimeout(this.timer);
    this.timer = undefined;
    this.counts = noCounts();
  }
}

/** @returns {Counts} */
function noCounts() {
  return { connects: 0, failures: 0, polls: 0, parse_errors: 0 };
}

/** @param {Counts} counts */
function isEmpty(counts) {
  return !Object.values(counts).some(Boolean);
}

/** @returns {{counts?: Counts, reportedAt?: number} | null} once: it is not counted again */
function kept() {
  try {
    const text = sessionStorage.getItem(KEPT_AS);
    sessionStorage.removeItem(KEPT_AS);
    return JSON.parse(text ?? "null");
  } catch {
    return null; // a browser that keeps nothing
  }
}

/** @param {{counts: Counts, reportedAt: number}} what */
function keep(what) {
  try {
    sessionStorage.setItem(KEPT_AS, JSON.stringify(what));
  } catch {
    // a browser that keeps nothing
  }
}
