/**
 * People: how present they are, and oneself.
 *
 * @import { Presence, User } from "./types.js"
 *
 * @typedef {object} Device
 * @property {string} id
 * @property {string} kind
 * @property {string} created_at
 * @property {string} last_seen_at
 * @property {string} device what it is called
 * @property {boolean} two_factor
 * @property {string | null} address
 * @property {string | null} place city and country of it
 * @property {boolean} current
 *
 * @typedef {User & {status_expires_at: string | null, time_zone: string, preferences: Record<string, boolean>,
 *   blocked: string[], email: string, unverified_email: string}} Myself
 */

import { call, query } from "./api.js";
import { send } from "./upload.js";

/** @param {File} file */
function picture(file) {
  const form = new FormData();
  form.set("file", file, file.name);
  return form;
}

export const people = {
  /** @param {string[]} ids @returns {Promise<{results: (Presence & {user_id: string})[], online_count: number}>} */
  presence: (ids) => call("GET", `/api/presence?${query({ user_ids: ids.join(",") })}`),

  /** @param {{status: "online" | "away" | "invisible", conversation_id?: string}} beat @returns {Promise<null>} */
  heartbeat: (beat) => call("POST", "/api/presence/heartbeat", beat),

  /** @returns {Promise<Myself>} */
  me: () => call("GET", "/api/users/me"),

  /** @param {object} changes @returns {Promise<Myself>} */
  changeMe: (changes) => call("PATCH", "/api/users/me", changes),

  /** @param {File} file @returns {Promise<Myself>} */
  setAvatar: (file) => send("PUT", "/api/users/me/avatar", picture(file)),

  /** @returns {Promise<null>} */
  removeAvatar: () => call("DELETE", "/api/users/me/avatar"),

  /** @param {string} before @param {string} after @returns {Promise<null>} */
  changePassword: (before, after) =>
    call("POST", "/api/auth/password", { old_password: before, new_password: after }),

  /** @returns {Promise<{results: Device[], next: string | null}>} */
  devices: () => call("GET", "/api/auth/sessions?limit=100"),

  /** @param {string} id @returns {Promise<null>} */
  endDevice: (id) => call("DELETE", `/api/auth/sessions/${id}`),

  /** @returns {Promise<null>} */
  endOtherDevices: () => call("DELETE", "/api/auth/sessions"),

  /** @returns {Promise<{results: User[], next: string | null}>} */
  blocked: () => call("GET", "/api/users/blocked?limit=100"),

  /** @param {string} id @returns {Promise<null>} */
  block: (id) => call("PUT", `/api/users/${id}/block`),

  /** @param {string} id @returns {Promise<null>} */
  unblock: (id) => call("DELETE", `/api/users/${id}/block`),
};
