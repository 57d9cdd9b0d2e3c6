/**
 * The notifications that are shown, and how many are not read. Pure functions, harmless when repeated.
 *
 * @import { Notice, NoticePage } from "../api-notifications.js"
 *
 * @typedef {object} Notices
 * @property {number} unread
 * @property {Notice[] | null} results of the page that is shown; null: none is
 * @property {number} page from 1
 * @property {number} pages
 * @property {boolean} onlyUnread
 * @property {boolean} isLoading
 * @property {boolean} failed
 */

const MOST_ON_A_PAGE = 20;

/** @type {Notices} */
export const NO_NOTICES = {
  unread: 0,
  results: null,
  page: 1,
  pages: 1,
  onlyUnread: false,
  isLoading: false,
  failed: false,
};

/** @param {Notices} notices @param {NoticePage} answer @returns {Notices} */
export function withPage(notices, { results, page, pages, unread_count }) {
  return { ...notices, results, page, pages, unread: unread_count, isLoading: false, failed: false };
}

/** @param {Notices} notices @param {{notification: Notice, unread_count: number}} data @returns {Notices} */
export function withNotice(notices, { notification, unread_count }) {
  const { results, page } = notices;
  const next = { ...notices, unread: unread_count };
  if (!results || page > 1 || results.some(({ id }) => id === notification.id)) return next;
  return { ...next, results: [notification, ...results].slice(0, MOST_ON_A_PAGE) };
}

/**
 * @param {Notices} notices
 * @param {{ids: string[], unread_count: number, notifications?: Notice[], is_read?: boolean}} data
 * @returns {Notices}
 */
export function withChanges(notices, { ids, unread_count, notifications = [], is_read }) {
  const fresh = new Map(notifications.map((notice) => [notice.id, notice]));
  const changed = (/** @type {Notice} */ notice) => {
    const now = fresh.get(notice.id) ?? notice;
    return is_read && ids.includes(now.id) ? { ...now, is_read } : now;
  };
  const results = notices.results?.map(changed) ?? null;
  if (fresh.size) results?.sort((one, other) => other.updated_at.localeCompare(one.updated_at));
  return { ...notices, results, unread: unread_count };
}

/** @param {Notices} notices @param {{ids: string[], unread_count: number}} data @returns {Notices} */
export function withoutNotices(notices, { ids, unread_count }) {
  const results = notices.results?.filter(({ id }) => !ids.includes(id)) ?? null;
  return { ...notices, results, unread: unread_count };
}
