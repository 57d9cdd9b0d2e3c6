/**
 * Conversations as those see them who look after them.
 *
 * @import { Conversation, Me, Participant, Role } from "./types.js"
 *
 * @typedef {object} Invite
 * @property {string} code
 * @property {string} url
 * @property {string | null} expires_at null: never
 * @property {number | null} max_uses null: any number
 * @property {number} uses
 * @property {number | null} uses_left
 */

import { call, query } from "./api.js";
import { send } from "./upload.js";

/** @param {string} id */
const address = (id) => `/api/conversations/${id}`;

/** @typedef {{results: Participant[], next: string | null}} ParticipantPage */

export const groups = {
  /** @param {string} id @param {{search: string, cursor?: string | undefined}} where @returns {Promise<ParticipantPage>} */
  people: (id, { search, cursor }) =>
    call(
      "GET",
      `${address(id)}/participants?${query({ search, limit: 100, ...(cursor ? { cursor } : {}) })}`,
    ),

  /** @param {string} id @param {{title?: string, description?: string, history?: string}} changes @returns {Promise<Conversation>} */
  change: (id, changes) => call("PATCH", address(id), changes),

  /** @param {string} id @param {File} file @returns {Promise<Conversation>} */
  setPicture: (id, file) => {
    const form = new FormData();
    form.set("file", file, file.name);
    return send("PUT", `${address(id)}/avatar`, form);
  },

  /** @param {string} id @returns {Promise<null>} */
  removePicture: (id) => call("DELETE", `${address(id)}/avatar`),

  /** @param {string} id @returns {Promise<null>} */
  remove: (id) => call("DELETE", address(id)),

  /** @param {string} id @param {Partial<Me>} changes @returns {Promise<Me>} */
  changeOwn: (id, changes) => call("PATCH", `${address(id)}/me`, changes),

  /** @param {string} id @param {string[]} userIds @returns {Promise<Conversation>} */
  addPeople: (id, userIds) => call("POST", `${address(id)}/participants`, { user_ids: userIds }),

  /** @param {string} id @param {string} userId @param {Role} role @param {string} [successorId] @returns {Promise<Participant>} */
  setRole: (id, userId, role, successorId) =>
    call("PATCH", `${address(id)}/participants/${userId}`, {
      role,
      ...(successorId ? { successor_id: successorId } : {}),
    }),

  /** @param {string} id @param {string} userId @returns {Promise<null>} */
  removePerson: (id, userId) => call("DELETE", `${address(id)}/participants/${userId}`),

  /** @param {string} id @param {string} myId @param {string} [successorId] @returns {Promise<null>} */
  leave: (id, myId, successorId) =>
    call(
      "DELETE",
      `${address(id)}/participants/${myId}${successorId ? `?${query({ successor_id: successorId })}` : ""}`,
    ),

  /** @param {string} id @returns {Promise<{results: Invite[]}>} */
  invites: (id) => call("GET", `${address(id)}/invites`),

  /** @param {string} id @param {{expires_in_hours?: number, expires_at?: null, max_uses: number | null}} wanted @returns {Promise<Invite>} */
  invite: (id, wanted) => call("POST", `${address(id)}/invites`, wanted),

  /** @param {string} id @param {string} code @returns {Promise<null>} */
  revoke: (id, code) => call("DELETE", `${address(id)}/invites/${code}`),
};
