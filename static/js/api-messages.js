/**
 * The requests about single messages, as a part of `api`.
 *
 * @import { Message, Reminder, User } from "./types.js"
 *
 * @typedef {{results: Message[], next: string | null}} MessageList
 *
 * @typedef {object} MessageStatus
 * @property {{participants: number, delivered: number, read: number}} summary
 * @property {{user_id: string, status: "sent" | "delivered" | "read", delivered_at: string | null,
 *   read_at: string | null}[]} statuses
 * @property {User[]} people who they are
 * @property {string | null} next
 */

const MOST_PINS = 100; // of a conversation

/** @param {(method: string, path: string, body?: object) => Promise<any>} call */
export function messageRequests(call) {
  return {
    /** @param {string} id @returns {Promise<Message>} */
    message: (id) => call("GET", `/api/messages/${id}`),

    /** @param {string} id @param {string} content @returns {Promise<Message>} */
    edit: (id, content) => call("PATCH", `/api/messages/${id}`, { content }),

    /** @param {string} id @returns {Promise<null>} */
    remove: (id) => call("DELETE", `/api/messages/${id}`),

    /** @param {string} id @returns {Promise<null>} */
    hidePreviews: (id) => call("DELETE", `/api/messages/${id}/previews`),

    /** @param {"message" | "user" | "conversation"} kind @param {string} id @param {string} reason @param {string} note @returns {Promise<unknown>} */
    report: (kind, id, reason, note) => call("POST", `/api/${kind}s/${id}/report`, { reason, note }),

    /** @param {string} id @param {string} emoji @returns {Promise<unknown>} */
    react: (id, emoji) => call("POST", `/api/messages/${id}/reactions`, { emoji }),

    /** @param {string} id @param {string} emoji @returns {Promise<null>} */
    unreact: (id, emoji) => call("DELETE", `/api/messages/${id}/reactions/${encodeURIComponent(emoji)}`),

    /** @param {string} id @returns {Promise<null>} */
    star: (id) => call("PUT", `/api/messages/${id}/star`),

    /** @param {string} id @returns {Promise<null>} */
    unstar: (id) => call("DELETE", `/api/messages/${id}/star`),

    /** @param {string | null} [cursor] @returns {Promise<MessageList>} */
    starred: (cursor = null) =>
      call("GET", `/api/messages/starred${cursor ? `?cursor=${encodeURIComponent(cursor)}` : ""}`),

    /** @param {string} id @param {string} remindAt @returns {Promise<Reminder>} */
    remind: (id, remindAt) => call("POST", `/api/messages/${id}/reminder`, { remind_at: remindAt }),

    /** @param {string} id @returns {Promise<null>} */
    forgetReminder: (id) => call("DELETE", `/api/messages/${id}/reminder`),

    /** @param {string | null} [cursor] @returns {Promise<{results: Reminder[], next: string | null}>} soonest first */
    reminders: (cursor = null) =>
      call("GET", `/api/reminders${cursor ? `?cursor=${encodeURIComponent(cursor)}` : ""}`),

    /** @param {string} id @returns {Promise<Message>} */
    pin: (id) => call("PUT", `/api/messages/${id}/pin`),

    /** @param {string} id @returns {Promise<null>} */
    unpin: (id) => call("DELETE", `/api/messages/${id}/pin`),

    /** @param {string} conversationId @returns {Promise<MessageList>} pinned last comes first */
    pins: (conversationId) => call("GET", `/api/conversations/${conversationId}/pins?limit=${MOST_PINS}`),

    /** @param {string} id @param {string[]} conversationIds @param {string} clientId @returns {Promise<{results: Message[]}>} */
    forward: (id, conversationIds, clientId) =>
      call("POST", `/api/messages/${id}/forward`, { conversation_ids: conversationIds, client_id: clientId }),

    /** @param {string} id @param {string | null} [cursor] @returns {Promise<MessageStatus>} */
    status: (id, cursor = null) =>
      call("GET", `/api/messages/${id}/status${cursor ? `?cursor=${encodeURIComponent(cursor)}` : ""}`),
  };
}
