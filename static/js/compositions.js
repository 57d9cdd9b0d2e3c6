/**
 * What stands in the composer, by conversation or thread, while another one is shown: its text (see
 * drafts.js) and its files.
 *
 * @import { Upload } from "./upload.js"
 */

/** @type {Map<string, Upload[]>} */
const files = new Map();

/** @param {string} key @returns {Upload[]} */
export function filesOf(key) {
  return files.get(key) ?? [];
}

/** @param {string} key @param {Upload[]} uploads */
export function keepFiles(key, uploads) {
  if (uploads.length) files.set(key, uploads);
  else files.delete(key);
}
