import { html } from "../../vendor/lit/lit.js";
import { icon } from "../icon.js";

/**
 * A camera on the corner of a circle, that asks for a picture.
 *
 * @param {string} label
 * @param {(file: File) => void} onChoose
 */
export function pictureButton(label, onChoose) {
  const chosen = (/** @type {Event} */ { target }) => {
    const input = /** @type {HTMLInputElement} */ (target);
    const [file] = input.files ?? [];
    input.value = "";
    if (file) onChoose(file);
  };
  return html`<label class="picture-button" title=${label}>
    <input type="file" class="visually-hidden" accept="image/*" aria-label=${label} @change=${chosen} />${icon("camera")}
  </label>`;
}
