/** Logs to the console when localStorage.debug is set: `localStorage.debug = "realtime"` or `"*"`. */

/** @type {string} */
const wanted = (() => {
  try {
    return localStorage.getItem("debug") ?? "";
  } catch {
    return "";
  }
})();

/**
 * @param {string} area
 * @param {...unknown} details
 */
export function debug(area, ...details) {
  if (wanted === "*" || wanted.split(",").includes(area)) {
    console.debug(`brook:${area}`, ...details);
  }
}
