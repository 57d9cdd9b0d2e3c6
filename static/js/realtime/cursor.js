/**
 * Cursors are `<epoch>.<pos>`. Two of different epochs cannot be compared: between them lies a `reset`.
 *
 * @param {string} held
 * @param {string} wanted
 * @returns {boolean} whether everything up to `wanted` is known to who holds `held`
 */
export function reaches(held, wanted) {
  if (held === wanted) return true;
  const [heldEpoch, heldPos] = held.split(".");
  const [epoch, pos] = wanted.split(".");
  return heldEpoch === epoch && Number(heldPos) >= Number(pos);
}
