/** @import { Upload } from "../upload.js" */

import { html, nothing, repeat } from "../../vendor/lit/lit.js";
import { fileSize, plural } from "../format.js";
import { icon } from "../icon.js";

/**
 * The files that go with the next message.
 *
 * @param {Upload[]} uploads
 * @param {(upload: Upload) => void} onRemove
 */
export function tray(uploads, onRemove) {
  if (!uploads.length) return nothing;
  return html`<ul class="tray" aria-label=${plural(uploads.length, "attachment")}>
    ${repeat(
      uploads,
      ({ key }) => key,
      (upload) => html`<li>${item(upload, onRemove)}</li>`,
    )}
  </ul>`;
}

/** @param {Upload} upload @param {(upload: Upload) => void} onRemove */
function item(upload, onRemove) {
  const { file, kind, state, progress, problem, previewUrl } = upload;
  return html`
    <div class="tray-item is-${kind} is-${state}">
      ${
        kind === "image"
          ? html`<img class="tray-picture" src=${previewUrl} alt="" />`
          : html`<span class="tray-symbol">${icon(kind === "voice" ? "mic" : "file-text")}</span>`
      }
      <span class="tray-text">
        <span class="tray-name" dir="auto" title=${file.name}>${file.name}</span>
        <span class="tray-note">${state === "failed" ? problem || "Not uploaded" : fileSize(file.size)}</span>
      </span>
      ${
        state === "uploading"
          ? html`<progress class="tray-progress" max="1" .value=${progress} aria-label="Uploading ${file.name}"></progress>`
          : nothing
      }
      ${
        state === "failed"
          ? html`<button type="button" class="tray-retry" aria-label="Try ${file.name} again" title="Try again"
              @click=${() => upload.start().catch(() => {})}>${icon("refresh-cw")}</button>`
          : nothing
      }
      <button type="button" class="tray-remove" aria-label="Remove ${file.name}" title="Remove"
        @click=${() => onRemove(upload)}>${icon("x")}</button>
    </div>
  `;
}
