import { html, nothing } from "../../vendor/lit/lit.js";
import { gettext } from "../i18n.js";
import { icon } from "../icon.js";
import { plainText } from "../markup.js";
import { drafts } from "../session.js";

/**
 * What another device wrote at the same time: both are kept until somebody chooses.
 *
 * @param {string} key
 * @param {(text: string) => void} write
 */
export function draftConflict(key, write) {
  const conflict = drafts.onServer(key)?.conflict;
  if (!conflict) return nothing;
  const mine = drafts.text(key);
  return html`<div class="draft-conflict" role="status">
    ${icon("sticky-note")}
    <p><strong>${gettext("Also written on another device")}</strong><span dir="auto">${plainText(conflict.content)}</span></p>
    <button type="button" class="link-button" @click=${() => write([mine.trimEnd(), conflict.content].filter(Boolean).join("\n"))}>${gettext("Keep both")}</button>
    <button type="button" class="link-button" @click=${() => write(conflict.content)}>${gettext("Use this")}</button>
    <button type="button" class="icon-button is-small" aria-label=${gettext("Discard what the other device wrote")} @click=${() => discard(key, mine)}>${icon("x")}</button>
  </div>`;
}

/** Anything that is written on top of the current version ends the conflict. @param {string} key @param {string} mine */
function discard(key, mine) {
  drafts.write(key, mine);
  drafts.flush(key);
}
