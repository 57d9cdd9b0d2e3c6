import { generate } from "../vendor/lean-qr/lean-qr.js";
import { html } from "../vendor/lit/lit.js";

/**
 * A text as a QR code to be scanned from the screen.
 *
 * @param {string} text
 * @param {string} label what it is, for those who cannot see it
 */
export function qrCode(text, label) {
  const code = generate(text);
  let path = "";
  for (let y = 0; y < code.size; y += 1) {
    for (let x = 0; x < code.size; x += 1) if (code.get(x, y)) path += `M${x} ${y}h1v1h-1z`;
  }
  const { size } = code;
  return html`<svg class="qr" viewBox="-3 -3 ${size + 6} ${size + 6}" role="img" aria-label=${label} shape-rendering="crispEdges"><path d=${path} /></svg>`;
}
