/** One's own account: its safety, its copy, its end. */

import { call } from "./api.js";

export const account = {
  /** @param {string} password @param {"keep" | "remove"} messages @returns {Promise<null>} */
  remove: (password, messages) => call("DELETE", "/api/users/me", { password, messages }),
};
