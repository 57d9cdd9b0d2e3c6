import { html, nothing } from "../../vendor/lit/lit.js";
import { icon } from "../icon.js";
import { quoteOf } from "../outbox.js";
import { store } from "../session.js";

/**
 * Above the composer: which message the next one answers.
 *
 * @param {string} key id of the conversation, or of the thread's root
 */
export function replyBar(key) {
  const message = store.state.replyingTo.get(key);
  if (!message) return nothing;
  const name = message.sender?.id === store.state.me.id ? "yourself" : message.sender?.display_name;
  return html`<div class="reply-bar" data-id=${message.sender?.id ?? "0"}>
    ${icon("reply")}
    <div class="quote-body">
      <span class="quote-name" dir="auto">Reply to ${name ?? "a deleted account"}</span>
      <span class="quote-text" dir="auto">${quoteOf(message).excerpt}</span>
    </div>
    <button type="button" class="icon-button is-small" aria-label="Do not reply" @click=${() => store.takeReply(key)}>${icon("x")}</button>
  </div>`;
}
