/** @import { Conversation, Message } from "../types.js" */

import { html, nothing } from "../../vendor/lit/lit.js";
import { shortTime } from "../format.js";
import { icon } from "../icon.js";
import { plainText } from "../markup.js";
import { store } from "../session.js";
import { partnerOf, statusOf, titleOf } from "../state/conversations.js";

/**
 * One line of the conversation list; templates/chat/_row.html draws the same before this script runs.
 *
 * @param {Conversation} conversation
 */
export function conversationRow(conversation) {
  const { me, openId } = store.state;
  const title = titleOf(conversation, me.id);
  const partner = partnerOf(conversation, me.id);
  const unread = store.unread(conversation.id);
  return html`
    <a class="row ${unread ? "is-unread" : ""}" href="/c/${conversation.id}"
      aria-current=${conversation.id === openId ? "page" : nothing}>
      <brook-avatar data-id=${partner?.id ?? conversation.id} name=${title}
        photo=${(partner ?? conversation).avatar_url || nothing}></brook-avatar>
      <span class="row-title" dir="auto">${title}</span>
      <time class="row-time" datetime=${conversation.last_activity_at}>${shortTime(conversation.last_activity_at)}</time>
      <span class="row-preview">${preview(conversation)}</span>
      <brook-badge class="row-badge" conversation=${conversation.id}></brook-badge>
    </a>
  `;
}

/** @param {Conversation} conversation */
function preview(conversation) {
  const { pending, me } = store.state;
  const waiting = pending.findLast((message) => message.conversation_id === conversation.id);
  if (waiting) {
    const mark = waiting.state === "failed" ? "circle-alert" : "clock";
    return html`${icon(mark)}<span class="row-text" dir="auto">You: ${plainText(waiting.content)}</span>`;
  }
  const last = conversation.last_message;
  if (!last) return html`<span class="row-text">No messages yet</span>`;
  return html`${tick(conversation, last, me.id)}<span class="row-text" dir="auto">${author(conversation, last)}${summary(last)}</span>`;
}

/** @param {Conversation} conversation @param {Message} last @param {string} myId */
function tick(conversation, last, myId) {
  if (last.sender?.id !== myId || last.type === "system" || last.deleted_at) return nothing;
  const status = statusOf(conversation, last, myId);
  return html`<span class="tick ${status === "read" ? "is-read" : ""}">${icon(status === "sent" ? "check" : "check-check")}</span>`;
}

/** @param {Conversation} conversation @param {Message} last */
function author(conversation, last) {
  if (last.type === "system" || !last.sender) return "";
  if (last.sender.id === store.state.me.id) return "You: ";
  return conversation.kind === "group" ? `${last.sender.display_name.split(" ")[0]}: ` : "";
}

/** @param {Message} last */
export function summary(last) {
  return last.deleted_at ? "Message deleted" : plainText(last.content);
}
