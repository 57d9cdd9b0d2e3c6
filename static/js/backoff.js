const FIRST_MS = 1_000;
const LAST_MS = 30_000;

/**
 * How long to wait after so many failures in a row: 1 s, 2 s, 4 s … 30 s, each shortened by up to
 * half at random so that many clients do not come back in step.
 *
 * @param {number} failures from 0
 */
export function backoffMs(failures) {
  return Math.min(LAST_MS, FIRST_MS * 2 ** failures) * (1 - Math.random() / 2);
}
