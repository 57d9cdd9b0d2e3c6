import { html, nothing } from "../../vendor/lit/lit.js";
import { api } from "../api.js";
import { gettext, interpolate } from "../i18n.js";
import { icon } from "../icon.js";
import { quoteOf } from "../outbox.js";
import { drafts, store } from "../session.js";

/**
 * Above the composer: which message the next one answers.
 *
 * @param {string} key id of the conversation, or of the thread's root
 * @param {() => void} drop
 */
export function replyBar(key, drop) {
  const message = store.state.replyingTo.get(key);
  if (!message) return nothing;
  const { sender } = message;
  const isMine = sender?.id === store.state.me.id;
  return html`<div class="reply-bar" data-id=${sender?.id ?? "0"}>
    ${icon("reply")}
    <div class="quote-body">
      <span class="quote-name" dir="auto">${isMine ? gettext("Reply to yourself") : replyTo(sender?.display_name)}</span>
      <span class="quote-text" dir="auto">${quoteOf(message).excerpt}</span>
    </div>
    <button type="button" class="icon-button is-small" aria-label=${gettext("Do not reply")} @click=${drop}>${icon("x")}</button>
  </div>`;
}

/** @param {string | undefined} name none: the account is gone */
function replyTo(name) {
  return name ? interpolate(gettext("Reply to %(name)s"), { name }) : gettext("Reply to a deleted account");
}

/**
 * What a draft answers, here or on another device, is answered again when it is opened.
 *
 * @param {string} key id of the conversation, or of the thread's root
 * @param {string} conversationId
 */
export async function restoreReply(key, conversationId) {
  const id = drafts.replyTo(key);
  if (!id || store.state.replyingTo.get(key)?.id === id) return;
  const held = store.state.histories.get(conversationId)?.messages.find((message) => message.id === id);
  const message = held ?? (await api.message(id).catch(() => null)); // without it, it is a draft like others
  if (message && !message.deleted_at && drafts.replyTo(key) === id) store.replyTo(key, message);
}
