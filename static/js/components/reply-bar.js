import { html, nothing } from "../../vendor/lit/lit.js";
import { gettext, interpolate } from "../i18n.js";
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
  const { sender } = message;
  const isMine = sender?.id === store.state.me.id;
  return html`<div class="reply-bar" data-id=${sender?.id ?? "0"}>
    ${icon("reply")}
    <div class="quote-body">
      <span class="quote-name" dir="auto">${isMine ? gettext("Reply to yourself") : replyTo(sender?.display_name)}</span>
      <span class="quote-text" dir="auto">${quoteOf(message).excerpt}</span>
    </div>
    <button type="button" class="icon-button is-small" aria-label=${gettext("Do not reply")} @click=${() => store.takeReply(key)}>${icon("x")}</button>
  </div>`;
}

/** @param {string | undefined} name none: the account is gone */
function replyTo(name) {
  return name ? interpolate(gettext("Reply to %(name)s"), { name }) : gettext("Reply to a deleted account");
}
