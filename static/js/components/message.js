/** @import { Conversation, Pending } from "../types.js" */
/** @import { Item, Run, Shown } from "../state/runs.js" */

import { html, nothing, repeat } from "../../vendor/lit/lit.js";
import { dayLabel, fullTime, plural, timeOfDay } from "../format.js";
import { icon } from "../icon.js";
import { isFewEmoji } from "../markup.js";
import { markup } from "../markup-view.js";
import { outbox, store } from "../session.js";
import { statusOf } from "../state/conversations.js";
import { keyOf } from "../state/runs.js";

const TICKS = {
  waiting: ["clock", "Not sent yet"],
  failed: ["circle-alert", "Not sent"],
  sent: ["check", "Sent"],
  delivered: ["check-check", "Delivered"],
  read: ["check-check", "Read"],
};

/** @param {Item} item @param {Conversation} conversation */
export function itemView(item, conversation) {
  switch (item.kind) {
    case "day":
      return html`<div class="day"><span>${dayLabel(item.date)}</span></div>`;
    case "unread":
      return html`<div class="unread-line"><span>${plural(item.count, "new message")}</span></div>`;
    case "system":
      return html`<div class="system-line" data-key=${item.key}><span dir="auto">${item.message.content}</span></div>`;
    default:
      return runView(item, conversation);
  }
}

/**
 * One person's messages within five minutes; templates/chat/_run.html draws the same before this
 * script runs.
 *
 * @param {Run} run
 * @param {Conversation} conversation
 */
function runView(run, conversation) {
  const { sender, isMine, messages } = run;
  const name = sender?.display_name ?? "Deleted account";
  const showsName = !isMine && conversation.kind === "group";
  return html`
    <div class="run ${isMine ? "is-mine" : ""}">
      ${
        isMine
          ? nothing
          : html`<brook-avatar data-id=${sender?.id ?? "0"} name=${name} photo=${sender?.avatar_url || nothing}></brook-avatar>`
      }
      <div class="run-messages">
        ${repeat(messages, keyOf, (message, index) =>
          messageView(message, conversation, showsName && index === 0 ? name : ""),
        )}
      </div>
    </div>
  `;
}

/**
 * The one rendering of a message.
 *
 * @param {Shown} message
 * @param {Conversation} conversation
 * @param {string} name shown above it; empty: none
 */
function messageView(message, conversation, name) {
  const isMine = message.sender?.id === store.state.me.id;
  const author = isMine ? "You" : (message.sender?.display_name ?? "Deleted account");
  const isLarge = !message.deleted_at && isFewEmoji(message.content);
  return html`
    <article class="message ${isLarge ? "is-large" : ""} ${message.pending ? "is-pending" : ""}"
      data-key=${keyOf(message)} data-id=${message.id} aria-label="${author}, ${timeOfDay(message.created_at)}">
      <div class="bubble">
        ${name ? html`<div class="message-author" data-id=${message.sender?.id ?? "0"} dir="auto">${name}</div>` : nothing}
        <div class="message-text" dir="auto">${
          message.deleted_at ? html`<em class="is-deleted">Message deleted</em>` : markup(message.content)
        }<span class="message-meta">${message.edited_at && !message.deleted_at ? html`<span>edited</span> ` : nothing}<time datetime=${message.created_at} title=${fullTime(message.created_at)}>${timeOfDay(message.created_at)}</time>${
          isMine && !message.deleted_at ? ticks(message, conversation) : nothing
        }</span></div>
      </div>
      ${message.pending?.state === "failed" ? failure(message.pending) : nothing}
    </article>
  `;
}

/** @param {Shown} message @param {Conversation} conversation */
function ticks(message, conversation) {
  const status = message.pending?.state ?? statusOf(conversation, message, store.state.me.id);
  const [name = "", label = ""] = TICKS[status];
  return html`<span class="tick is-${status}" role="img" aria-label=${label}>${icon(name)}</span>`;
}

/** @param {Pending} pending */
function failure(pending) {
  return html`
    <div class="message-failure" role="alert">
      <span title=${pending.problem}>Not sent</span>
      <button type="button" class="link-button" @click=${() => outbox.retry(pending)}>Retry</button>
      <button type="button" class="link-button" @click=${() => outbox.discard(pending)}>Discard</button>
    </div>
  `;
}
