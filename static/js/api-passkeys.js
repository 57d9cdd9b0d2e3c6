/**
 * One's own passkeys.
 *
 * @import { Ceremony, Proof } from "./passkeys.js"
 *
 * @typedef {object} Passkey
 * @property {string} id
 * @property {string} name
 * @property {boolean} backed_up its keeper has a copy for one's other devices
 * @property {string} created_at
 * @property {string | null} last_used_at
 * @property {string | null} cloned_at when it was refused because it counted backwards
 *
 * @typedef {{password: string, code?: string}} Confirmation
 */

import { call } from "./api.js";

const PASSKEYS = "/api/users/me/passkeys";

export const passkeys = {
  /** @returns {Promise<{results: Passkey[], unavailable: string | null}>} */
  list: () => call("GET", PASSKEYS),

  /** @param {Confirmation} oneself @returns {Promise<Ceremony>} */
  begin: (oneself) => call("POST", `${PASSKEYS}/options`, oneself),

  /** @param {Proof} proof @param {string} name empty: the server finds one @returns {Promise<Passkey>} */
  add: (proof, name) => call("POST", PASSKEYS, name ? { ...proof, name } : proof),

  /** @param {string} id @param {string} name @returns {Promise<Passkey>} */
  rename: (id, name) => call("PATCH", `${PASSKEYS}/${id}`, { name }),

  /** @param {string} id @param {Confirmation} oneself @returns {Promise<null>} */
  remove: (id, oneself) => call("DELETE", `${PASSKEYS}/${id}`, oneself),
};
