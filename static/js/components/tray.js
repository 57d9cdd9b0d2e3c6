/** @import { Upload } from "../upload.js" */

import { html, nothing, repeat } from "../../vendor/lit/lit.js";
import { fileSize } from "../format.js";
import { gettext, interpolate, ngettext } from "../i18n.js";
import { icon } from "../icon.js";

/**
 * The files that go with the next message.
 *
 * @param {Upload[]} uploads
 * @param {(upload: Upload) => void} onRemove
 */
export function tray(uploads, onRemove) {
  if (!uploads.length) return nothing;
  const label = ngettext("%(count)s attachment", "%(count)s attachments", uploads.length);
  return html`<ul class="tray" aria-label=${interpolate(label, { count: uploads.length })}>
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
  const { name } = file;
  return html`
    <div class="tray-item is-${kind} is-${state}">
      ${
        kind === "image"
          ? html`<img class="tray-picture" src=${previewUrl} alt="" />`
          : html`<span class="tray-symbol">${icon(kind === "voice" ? "mic" : "file-text")}</span>`
      }
      <span class="tray-text">
        <span class="tray-name" dir="auto" title=${name}>${name}</span>
        <span class="tray-note">${state === "failed" ? problem || gettext("Not uploaded") : fileSize(file.size)}</span>
      </span>
      ${
        state === "uploading"
          ? html`<progress class="tray-progress" max="1" .value=${progress} aria-label=${interpolate(gettext("Uploading %(name)s"), { name })}></progress>`
          : nothing
      }
      ${
        state === "failed"
          ? html`<button type="button" class="tray-retry" aria-label=${interpolate(gettext("Try %(name)s again"), { name })} title=${gettext("Try again")}
              @click=${() => upload.start().catch(() => {})}>${icon("refresh-cw")}</button>`
          : nothing
      }
      <button type="button" class="tray-remove" aria-label=${interpolate(gettext("Remove %(name)s"), { name })} title=${gettext("Remove")}
        @click=${() => onRemove(upload)}>${icon("x")}</button>
    </div>
  `;
}
