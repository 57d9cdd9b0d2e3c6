/** @import { Conversation, Message, Preview } from "../types.js" */

import { html, nothing } from "../../vendor/lit/lit.js";
import { gettext } from "../i18n.js";
import { icon } from "../icon.js";
import { hidePreviews, mayHidePreviews } from "../message-actions.js";

const WIDE_FROM_PX = 300; // smaller pictures, and upright ones, stand beside the text

/**
 * What a message links to, as a card. The browser asks nobody but us: the picture is a small one of our own.
 *
 * @param {Message} message
 * @param {Conversation} conversation
 */
export function previewsView(message, conversation) {
  return (message.previews ?? []).map((preview) => cardOf(preview, message, conversation));
}

/** @param {Preview} preview @param {Message} message @param {Conversation} conversation */
function cardOf(preview, message, conversation) {
  const { url, title, description, site_name, image_url, width, height } = preview;
  const host = hostOf(url);
  if (!host) return nothing;
  const isWide = (width ?? 0) >= WIDE_FROM_PX && (width ?? 0) > (height ?? 0);
  const isNamed = site_name && !host.startsWith(site_name.toLowerCase().replace(/^www\./, ""));
  const source = isNamed ? `${site_name} · ${host}` : host;
  return html`<div class="preview ${isWide ? "is-wide" : ""}">
    <a class="preview-link" href=${url} target="_blank" rel="noopener noreferrer nofollow">
      ${
        image_url
          ? html`<img class="preview-image" src=${image_url} width=${width ?? nothing} height=${height ?? nothing} alt=""
              loading="lazy" decoding="async" @error=${dropPicture} />`
          : nothing
      }
      <span class="preview-text">
        <span class="preview-site" dir="auto">${source}</span>
        ${title ? html`<strong class="preview-title" dir="auto">${title}</strong>` : nothing}
        ${description ? html`<span class="preview-description" dir="auto">${description}</span>` : nothing}
      </span>
    </a>
    ${
      mayHidePreviews(message, conversation)
        ? html`<button type="button" class="icon-button is-small preview-hide" aria-label=${gettext("Remove the preview")}
            title=${gettext("Remove the preview")} @click=${() => hidePreviews(message)}>${icon("x")}</button>`
        : nothing
    }
  </div>`;
}

/** What is there to read stays where the picture cannot be had. @param {Event & {currentTarget: HTMLElement}} event */
function dropPicture({ currentTarget }) {
  currentTarget.hidden = true;
}

/** @param {string} url @returns {string} empty where it is none of the Web's */
function hostOf(url) {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  return parsed && /^https?:$/.test(parsed.protocol) ? parsed.host.replace(/^www\./, "") : "";
}
