/** For buttons: do it, and tell the person in a short note when it did not work. */

import { ApiError } from "./api.js";
import { store } from "./session.js";

/**
 * @param {() => Promise<unknown>} act
 * @returns {Promise<boolean>} whether it worked
 */
export async function attempt(act) {
  try {
    await act();
    return true;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    store.toast(error.detail, "problem");
    return false;
  }
}

/**
 * The same for forms.
 *
 * @typedef {{attr: string, detail: string}} FieldProblem
 *
 * @param {() => Promise<unknown>} act
 * @returns {Promise<FieldProblem | null>} what is wrong with a field, which the form shows beside it
 */
export async function attemptForm(act) {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.attr) return { attr: error.attr, detail: error.detail };
    store.toast(error.detail, "problem");
  }
  return null;
}
