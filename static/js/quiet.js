/** Whether nothing may interrupt now: snoozed, or quiet hours by the clock on the person's wall. */

/** @import { NoticePreferences } from "./api-notifications.js" */

/**
 * @param {NoticePreferences} preferences
 * @param {Date} [now]
 */
export function isHushed({ snooze_until, quiet_hours }, now = new Date()) {
  if (snooze_until && Date.parse(snooze_until) > now.getTime()) return true;
  if (!quiet_hours.enabled) return false;
  const { start, end, time_zone } = quiet_hours;
  const clock = clockIn(time_zone, now);
  return start <= end ? clock >= start && clock < end : clock >= start || clock < end;
}

/** @param {string} timeZone @param {Date} now @returns {string} hours and minutes, as in 07:05 */
function clockIn(timeZone, now) {
  const options = /** @type {const} */ ({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  try {
    return new Intl.DateTimeFormat("en-GB", { ...options, timeZone }).format(now);
  } catch {
    return new Intl.DateTimeFormat("en-GB", options).format(now); // a zone that this browser does not know
  }
}
