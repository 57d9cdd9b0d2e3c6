/** @import { Attachment, Message } from "../types.js" */

import { html, nothing } from "../../vendor/lit/lit.js";
import { fileSize } from "../format.js";
import { gettext, interpolate, ngettext } from "../i18n.js";
import { icon } from "../icon.js";
import "./voice.js";
import { openLightbox } from "./lightbox.js";

const PICTURE_WIDTH_PX = 380;
const PICTURE_HEIGHT_PX = 320;
const PICTURES_IN_GRID = 4;

/** What kind of file it is, by the beginning of its media type or by a part of it. @type {[string, string][]} */
const SYMBOLS = [
  ["image/", "image"],
  ["video/", "file-video"],
  ["audio/", "file-audio"],
  ["text/csv", "file-spreadsheet"],
  ["spreadsheet", "file-spreadsheet"],
  ["excel", "file-spreadsheet"],
  ["zip", "file-archive"],
  ["tar", "file-archive"],
  ["compressed", "file-archive"],
  ["text/", "file-text"],
  ["pdf", "file-text"],
  ["word", "file-text"],
];

/** Pictures, recordings and files of a message. @param {Message} message */
export function attachmentsView({ attachments = [], conversation_id }) {
  const pictures = attachments.filter(({ kind }) => kind === "image");
  const others = attachments.filter(({ kind }) => kind !== "image");
  return html`
    ${pictures.length === 1 ? onePicture(/** @type {Attachment} */ (pictures[0]), conversation_id) : nothing}
    ${pictures.length > 1 ? grid(pictures, conversation_id) : nothing}
    ${others.map((attachment) =>
      attachment.kind === "voice"
        ? html`<brook-voice .attachment=${attachment}></brook-voice>`
        : fileView(attachment),
    )}
  `;
}

/** In its own shape, with its place kept before it is there. @param {Attachment} picture @param {string} conversationId */
function onePicture(picture, conversationId) {
  const { width, height } = fitted(picture);
  return html`<button type="button" class="picture" aria-label=${pictureLabel(picture, 0)}
    @click=${() => openLightbox(picture, conversationId)}>
    <img src=${picture.thumbnail_url ?? picture.url} width=${width} height=${height} alt="" loading="lazy" decoding="async" />
  </button>`;
}

/** @param {Attachment} picture */
function fitted({ width, height }) {
  if (!width || !height) return { width: PICTURE_WIDTH_PX, height: Math.round(PICTURE_WIDTH_PX * 0.75) };
  const scale = Math.min(1, PICTURE_WIDTH_PX / width, PICTURE_HEIGHT_PX / height);
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/** @param {Attachment[]} pictures @param {string} conversationId */
function grid(pictures, conversationId) {
  const shown = pictures.slice(0, PICTURES_IN_GRID);
  const more = pictures.length - shown.length;
  return html`<div class="pictures is-${shown.length}">
    ${shown.map(
      (picture, index) => html`<button type="button" class="picture" aria-label=${pictureLabel(
        picture,
        index === shown.length - 1 ? more : 0,
      )} @click=${() => openLightbox(picture, conversationId)}>
        <img src=${picture.thumbnail_url ?? picture.url} alt="" loading="lazy" decoding="async" />
        ${more && index === shown.length - 1 ? html`<span class="picture-more" aria-hidden="true">+${more}</span>` : nothing}
      </button>`,
    )}
  </div>`;
}

/** @param {Attachment} picture @param {number} more behind it */
function pictureLabel({ name }, more) {
  if (!more) return interpolate(gettext("Picture %(name)s"), { name });
  const text = ngettext("Picture %(name)s and %(count)s more", "Picture %(name)s and %(count)s more", more);
  return interpolate(text, { name, count: more });
}

/** @param {Attachment} file */
function fileView({ name, size, url, media_type }) {
  const symbol = SYMBOLS.find(([part]) => media_type.includes(part))?.[1] ?? "file";
  return html`<a class="file" href=${url} download=${name}>
    <span class="file-symbol">${icon(symbol)}</span>
    <span class="file-name" dir="auto">${name}</span>
    <span class="file-note">${fileSize(size)}</span>
    <span class="file-download">${icon("download")}</span>
  </a>`;
}
