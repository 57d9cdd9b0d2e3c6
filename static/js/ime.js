/** Writing systems with more characters than keys: what is typed is put together first, and Enter ends that. */

/**
 * Whether a key belongs to the input method, and is none for us.
 *
 * @param {KeyboardEvent} event
 */
export function isComposing(event) {
  // keyCode 229 as well: Safari ends the composition before it tells of the Enter that ended it.
  return event.isComposing || event.keyCode === 229;
}
