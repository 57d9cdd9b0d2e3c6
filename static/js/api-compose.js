/**
 * What is written and not said yet: drafts, typing, messages to be.
 *
 * @import { Draft, Scheduled } from "./types.js"
 */

import { call, query } from "./api.js";

export const compose = {
  /**
   * @param {string} conversationId
   * @param {{content: string, reply_to: string | null, based_on: number}} draft
   * @returns {Promise<Draft>}
   */
  saveDraft: (conversationId, draft) => call("PUT", `/api/conversations/${conversationId}/draft`, draft),

  /** @param {string} conversationId @param {boolean} isTyping @returns {Promise<null>} */
  typing: (conversationId, isTyping) =>
    call("POST", "/api/realtime/typing", { conversation_id: conversationId, is_typing: isTyping }),

  /** @param {string | null} [cursor] @returns {Promise<{results: Scheduled[], next: string | null}>} */
  scheduled: (cursor = null) =>
    call("GET", `/api/messages/scheduled${cursor ? `?${query({ cursor })}` : ""}`),

  /**
   * @param {{conversation_id: string, client_id: string, content: string, send_at: string, reply_to: string | null,
   *   thread_root: string | null, attachment_ids: string[]}} message
   * @returns {Promise<Scheduled>}
   */
  schedule: (message) => call("POST", "/api/messages/scheduled", message),

  /** @param {string} id @param {{content?: string, send_at?: string, attachment_ids?: string[]}} changes @returns {Promise<Scheduled>} */
  reschedule: (id, changes) => call("PATCH", `/api/messages/scheduled/${id}`, changes),

  /** @param {string} id @returns {Promise<Scheduled>} sent, or failed */
  sendScheduled: (id) => call("POST", `/api/messages/scheduled/${id}/send`),

  /** @param {string} id @returns {Promise<null>} */
  cancelScheduled: (id) => call("DELETE", `/api/messages/scheduled/${id}`),
};
