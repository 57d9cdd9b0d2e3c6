/**
 * One's own account: its safety, its copy, its end.
 *
 * @typedef {{state: "waiting" | "running" | "done" | "failed", size: number | null, expires_at: string, url: string | null}} Takeout
 * @typedef {{enabled: boolean, is_required: boolean, recovery_codes_left: number}} TwoFactor
 */

import { call } from "./api.js";

const TWO_FACTOR = "/api/auth/two-factor";

export const account = {
  /** @param {string} email @param {string} password @returns {Promise<{email: string, unverified_email: string}>} */
  setEmail: (email, password) => call("PUT", "/api/users/me/email", { email, password }),

  /** @returns {Promise<Takeout>} */
  takeout: () => call("GET", "/api/users/me/export"),

  /** @returns {Promise<Takeout>} */
  askForTakeout: () => call("POST", "/api/users/me/export"),

  /** @returns {Promise<TwoFactor>} */
  twoFactor: () => call("GET", TWO_FACTOR),

  /** @param {string} password @returns {Promise<{secret: string, uri: string}>} */
  beginTwoFactor: (password) => call("POST", TWO_FACTOR, { password }),

  /** @param {string} code @returns {Promise<{recovery_codes: string[]}>} */
  confirmTwoFactor: (code) => call("POST", `${TWO_FACTOR}/confirm`, { code }),

  /** @param {string} password @param {string} code @returns {Promise<null>} */
  endTwoFactor: (password, code) => call("DELETE", TWO_FACTOR, { password, code }),

  /** @param {string} password @param {string} code @returns {Promise<{recovery_codes: string[]}>} */
  newRecoveryCodes: (password, code) => call("POST", `${TWO_FACTOR}/recovery-codes`, { password, code }),

  /** @param {string} password @param {"keep" | "remove"} messages @returns {Promise<null>} */
  remove: (password, messages) => call("DELETE", "/api/users/me", { password, messages }),
};
