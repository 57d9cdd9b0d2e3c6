/** Times, days and initials, in the reader's own language habits and time zone. */

const DAY_MS = 86_400_000;
const DAYS_BY_NAME = 6;

const clock = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit" });
const weekdayShort = new Intl.DateTimeFormat("en", { weekday: "short" });
const weekdayLong = new Intl.DateTimeFormat("en", { weekday: "long" });
const dayOfYear = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const dayAndYear = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "short" });
const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** @param {string} iso */
export function timeOfDay(iso) {
  return clock.format(new Date(iso));
}

/** @param {string} iso */
export function fullTime(iso) {
  return full.format(new Date(iso));
}

/** The day in the reader's time zone: equal for equal days. @param {string | Date} when */
export function dayKey(when) {
  return new Date(when).toDateString();
}

/** @param {Date} date */
function daysAgo(date) {
  const midnight = (/** @type {Date} */ day) => new Date(day).setHours(0, 0, 0, 0);
  return Math.round((midnight(new Date()) - midnight(date)) / DAY_MS);
}

/** For the conversation list: a time today, then ever coarser. @param {string} iso */
export function shortTime(iso) {
  const date = new Date(iso);
  const days = daysAgo(date);
  if (days <= 0) return clock.format(date);
  if (days === 1) return "Yesterday";
  if (days <= DAYS_BY_NAME) return weekdayShort.format(date);
  return dateOf(date);
}

/** For day separators. @param {string} iso */
export function dayLabel(iso) {
  const date = new Date(iso);
  const days = daysAgo(date);
  if (days <= 0) return "Today";
  if (days === 1) return "Yesterday";
  if (days <= DAYS_BY_NAME) return weekdayLong.format(date);
  return dateOf(date);
}

/** @param {Date} date */
function dateOf(date) {
  const isThisYear = date.getFullYear() === new Date().getFullYear();
  return (isThisYear ? dayOfYear : dayAndYear).format(date);
}

/** @param {number} count @param {string} noun @param {string} [plural] */
export function plural(count, noun, plural = `${noun}s`) {
  return `${count.toLocaleString()} ${count === 1 ? noun : plural}`;
}

/** What fits into a badge. @param {number} count */
export function badgeText(count) {
  return count > 999 ? "999+" : String(count);
}

/** Two letters for a circle: of the first and the last word. @param {string} name */
export function initials(name) {
  const words = name
    .replace(/[^\p{L}\p{N}\p{M}\s]/gu, "")
    .split(/\s+/)
    .filter(Boolean);
  const first = words[0];
  if (!first) return firstGraphemes(name.trim(), 1) || "?";
  const last = words.length > 1 ? words.at(-1) : undefined;
  if (last) return (firstGraphemes(first, 1) + firstGraphemes(last, 1)).toUpperCase();
  return firstGraphemes(first, /^\p{Script=Latin}/u.test(first) ? 2 : 1).toUpperCase();
}

/** @param {string} text @param {number} count */
function firstGraphemes(text, count) {
  let taken = "";
  for (const { segment } of graphemes.segment(text)) {
    if (count-- <= 0) break;
    taken += segment;
  }
  return taken;
}

const UNITS = ["B", "KB", "MB", "GB"];

/** @param {number} bytes */
export function fileSize(bytes) {
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), UNITS.length - 1);
  const value = bytes / 1_000 ** power;
  return `${value.toLocaleString(undefined, { maximumFractionDigits: value < 10 && power ? 1 : 0 })} ${UNITS[power]}`;
}

/** Minutes and seconds. @param {number} seconds */
export function clockTime(seconds) {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** A moment still to come: “today, 18:00”. @param {string | Date} when */
export function timeAhead(when) {
  const date = new Date(when);
  const days = -daysAgo(date);
  if (days <= 0) return `today, ${clock.format(date)}`;
  if (days === 1) return `tomorrow, ${clock.format(date)}`;
  if (days <= DAYS_BY_NAME) return `${weekdayLong.format(date)}, ${clock.format(date)}`;
  return `${dateOf(date)}, ${clock.format(date)}`;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** “last seen 5 minutes ago”; empty where nobody knows. @param {string | null | undefined} iso */
export function lastSeen(iso) {
  if (!iso) return "";
  const date = new Date(iso);
  const agoMs = Date.now() - date.getTime();
  if (agoMs < MINUTE_MS) return "last seen just now";
  if (agoMs < HOUR_MS) return `last seen ${plural(Math.floor(agoMs / MINUTE_MS), "minute")} ago`;
  if (daysAgo(date) <= 0) return `last seen at ${clock.format(date)}`;
  if (daysAgo(date) === 1) return `last seen yesterday at ${clock.format(date)}`;
  return `last seen on ${dateOf(date)}`;
}
