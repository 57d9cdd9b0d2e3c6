/**
 * Notifications, why there was one, and how somebody wants to be told.
 *
 * @typedef {object} Notice a notification
 * @property {string} id
 * @property {string} type
 * @property {string} title
 * @property {string} text
 * @property {{conversation_id?: string | null, message_id?: string | null, seq?: number | null, sender_id?: string | null,
 *   sender_name?: string, conversation_title?: string, avatar_url?: string | null}} data
 * @property {number} count
 * @property {boolean} is_read
 * @property {string} created_at
 * @property {string} updated_at
 *
 * @typedef {"in_app" | "browser" | "push" | "mail" | "sound"} Channel
 *
 * @typedef {object} NoticePreferences
 * @property {Record<string, Record<Channel, boolean>>} levels by type
 * @property {{enabled: boolean, start: string, end: string, time_zone: string}} quiet_hours
 * @property {string | null} snooze_until
 * @property {string[]} keywords
 * @property {boolean} push_content
 * @property {string} email_digest
 * @property {number} email_digest_hour
 *
 * @typedef {object} Why
 * @property {string | null} decided_at null: worked out now
 * @property {boolean} notified
 * @property {string} type
 * @property {"snoozed" | "quiet_hours" | null} hush
 * @property {Record<Channel, boolean>} channels
 * @property {{step: string, passed: boolean, detail: string}[]} steps
 * @property {{outcome: string, detail: string}} mail
 *
 * @typedef {{results: Notice[], count: number, page: number, pages: number, unread_count: number}} NoticePage
 */

import { call, query } from "./api.js";

const PAGE_SIZE = 20;

export const notifications = {
  /** @param {number} page from 1 @param {boolean} onlyUnread @returns {Promise<NoticePage>} */
  list: (page, onlyUnread) =>
    call(
      "GET",
      `/api/notifications?${query({ page, limit: PAGE_SIZE, ...(onlyUnread ? { unread: "true" } : {}) })}`,
    ),

  /** @param {string} messageId @returns {Promise<Why>} */
  why: (messageId) => call("GET", `/api/notifications/why?${query({ message_id: messageId })}`),

  /** The newest that are not read, as many as the server gives. @returns {Promise<NoticePage>} */
  unread: () => call("GET", `/api/notifications?${query({ limit: 100, unread: "true" })}`),

  /** @returns {Promise<{unread_count: number}>} */
  unreadCount: () => call("GET", "/api/notifications/unread-count"),

  /** @param {string} id @returns {Promise<Notice>} */
  read: (id) => call("PATCH", `/api/notifications/${id}/read`),

  /** @returns {Promise<{unread_count: number}>} */
  readAll: () => call("PATCH", "/api/notifications/read-all", {}),

  /** @param {string} id @returns {Promise<null>} */
  remove: (id) => call("DELETE", `/api/notifications/${id}`),

  /** @returns {Promise<NoticePreferences>} */
  preferences: () => call("GET", "/api/notifications/preferences"),

  /** @param {object} changes @returns {Promise<NoticePreferences>} */
  setPreferences: (changes) => call("PUT", "/api/notifications/preferences", changes),

  /** @returns {Promise<{public_key: string}>} */
  pushKey: () => call("GET", "/api/notifications/push-key"),

  /** @param {PushSubscriptionJSON} subscription @returns {Promise<unknown>} */
  subscribe: (subscription) => call("POST", "/api/notifications/push-subscriptions", subscription),

  /** @param {string} endpoint @returns {Promise<null>} */
  unsubscribe: (endpoint) => call("DELETE", "/api/notifications/push-subscriptions", { endpoint }),
};
