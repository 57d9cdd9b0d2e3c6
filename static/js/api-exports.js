/**
 * Conversations as files.
 *
 * @typedef {"html" | "json" | "zip"} ExportFormat
 *
 * @typedef {object} Export
 * @property {string} id
 * @property {string} conversation_id
 * @property {ExportFormat} format
 * @property {"waiting" | "running" | "done" | "failed"} state
 * @property {string | null} reason
 * @property {number | null} size bytes
 * @property {string} created_at
 * @property {string} expires_at
 * @property {string | null} url once it is there
 */

import { call, query } from "./api.js";

export const exports = {
  /** @param {string} conversationId @param {ExportFormat} format @returns {Promise<Export>} */
  ask: (conversationId, format) => call("POST", `/api/conversations/${conversationId}/export`, { format }),

  /** @param {string | null} [cursor] @returns {Promise<{results: Export[], next: string | null}>} newest first */
  list: (cursor = null) =>
    call("GET", `/api/exports?${query({ limit: 100, ...(cursor ? { cursor } : {}) })}`),
};
