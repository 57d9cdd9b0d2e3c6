import { html } from "../vendor/lit/lit.js";

const SPRITE = new URL("../vendor/lucide/sprite.svg", import.meta.url).pathname;

/**
 * A Lucide icon, always decoration: what it stands beside says what it means.
 *
 * @param {string} name as listed in bin/vendor
 */
export function icon(name) {
  return html`<svg class="icon" aria-hidden="true"><use href="${SPRITE}#${name}"></use></svg>`;
}
