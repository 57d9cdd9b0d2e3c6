/** Times, days and initials, in the language of the page, the reader's own habits and time zone. */

import { gettext, interpolate, lazily, locale, ngettext } from "./i18n.js";

const DAY_MS = 86_400_000;
const DAYS_BY_NAME = 6;
const PLAIN = /^[ -~]*$/; // a character is a grapheme
const UNJOINED = "\u200c"; // between two letters that Arabic would write as one word

const clock = lazily(() => new Intl.DateTimeFormat(locale, { hour: "numeric", minute: "2-digit" }));
const weekdayShort = lazily(() => new Intl.DateTimeFormat(locale, { weekday: "short" }));
const weekdayLong = lazily(() => new Intl.DateTimeFormat(locale, { weekday: "long" }));
const dayOfYear = lazily(() => new Intl.DateTimeFormat(locale, { day: "numeric", month: "short" }));
const dayAndYear = lazily(() => new Intl.DateTimeFormat(locale, { dateStyle: "medium" }));
const full = lazily(() => new Intl.DateTimeFormat(locale, { dateStyle: "full", timeStyle: "short" }));
const graphemes = lazily(() => new Intl.Segmenter(locale, { granularity: "grapheme" }));

/** @param {string} iso */
export function timeOfDay(iso) {
  return clock().format(new Date(iso));
}

/** @param {string} iso */
export function fullTime(iso) {
  return full().format(new Date(iso));
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
  if (days <= 0) return clock().format(date);
  if (days === 1) return gettext("Yesterday");
  if (days <= DAYS_BY_NAME) return weekdayShort().format(date);
  return dayOf(date);
}

/** For day separators. @param {string} iso */
export function dayLabel(iso) {
  const date = new Date(iso);
  const days = daysAgo(date);
  if (days <= 0) return gettext("Today");
  if (days === 1) return gettext("Yesterday");
  if (days <= DAYS_BY_NAME) return weekdayLong().format(date);
  return dayOf(date);
}

/** A day, with its year where that is another one. @param {string} iso */
export function dateOf(iso) {
  return dayOf(new Date(iso));
}

/** @param {Date} date */
function dayOf(date) {
  const isThisYear = date.getFullYear() === new Date().getFullYear();
  return (isThisYear ? dayOfYear() : dayAndYear()).format(date);
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
  const between = /^\p{Script=Arabic}/u.test(last ?? "") ? UNJOINED : "";
  if (last) return (firstGraphemes(first, 1) + between + firstGraphemes(last, 1)).toUpperCase();
  return firstGraphemes(first, /^\p{Script=Latin}/u.test(first) ? 2 : 1).toUpperCase();
}

/** @param {string} text @param {number} count */
function firstGraphemes(text, count) {
  if (PLAIN.test(text)) return text.slice(0, count);
  let taken = "";
  for (const { segment } of graphemes().segment(text)) {
    if (count-- <= 0) break;
    taken += segment;
  }
  return taken;
}

const UNITS = [gettext("%(size)s B"), gettext("%(size)s KB"), gettext("%(size)s MB"), gettext("%(size)s GB")];

/** @param {number} bytes */
export function fileSize(bytes) {
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), UNITS.length - 1);
  const value = bytes / 1_000 ** power;
  const size = value.toLocaleString(locale, { maximumFractionDigits: value < 10 && power ? 1 : 0 });
  return interpolate(UNITS[power] ?? "", { size });
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
  const time = clock().format(date);
  if (days <= 0) return interpolate(gettext("today, %(time)s"), { time });
  if (days === 1) return interpolate(gettext("tomorrow, %(time)s"), { time });
  const day = days <= DAYS_BY_NAME ? weekdayLong().format(date) : dayOf(date);
  return interpolate(gettext("%(day)s, %(time)s"), { day, time });
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** “last seen 5 minutes ago”; empty where nobody knows. @param {string | null | undefined} iso */
export function lastSeen(iso) {
  if (!iso) return "";
  const date = new Date(iso);
  const agoMs = Date.now() - date.getTime();
  if (agoMs < MINUTE_MS) return gettext("last seen just now");
  if (agoMs < HOUR_MS) {
    const count = Math.floor(agoMs / MINUTE_MS);
    const text = ngettext("last seen %(count)s minute ago", "last seen %(count)s minutes ago", count);
    return interpolate(text, { count });
  }
  const time = clock().format(date);
  if (daysAgo(date) <= 0) return interpolate(gettext("last seen at %(time)s"), { time });
  if (daysAgo(date) === 1) return interpolate(gettext("last seen yesterday at %(time)s"), { time });
  return interpolate(gettext("last seen on %(date)s"), { date: dayOf(date) });
}

const lists = lazily(() => new Intl.ListFormat(locale));

/** “Ann, Ben and 2 more”. @param {string[]} names */
export function listOf(names) {
  return lists().format(names);
}
