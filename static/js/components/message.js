/** @import { Conversation, Pending } from "../types.js" */
/** @import { Item, Run, Shown } from "../state/runs.js" */

import { guard, html, nothing, repeat } from "../../vendor/lit/lit.js";
import { dayKey, dayLabel, fullTime, timeAhead, timeOfDay } from "../format.js";
import { direction, gettext, interpolate, ngettext, pgettext } from "../i18n.js";
import { icon } from "../icon.js";
import { isFewEmoji } from "../markup.js";
import { outbox, store } from "../session.js";
import { statusOf } from "../state/conversations.js";
import { keyOf } from "../state/runs.js";
import { directionOf, wordsOf } from "../system-message.js";
import { attachmentsView } from "./attachments.js";
import "./message-editor.js";
import { quoteView, reactionsView, textOf, threadLine, threadMark } from "./message-parts.js";
import { previewsView } from "./previews.js";

/** @typedef {"log" | "thread"} Place where it is shown */

const TICKS = {
  waiting: ["clock", gettext("Not sent yet")],
  failed: ["circle-alert", gettext("Not sent")],
  sent: ["check", pgettext("message", "Sent")],
  delivered: ["check-check", pgettext("message", "Delivered")],
  read: ["check-check", pgettext("message", "Read")],
};

/** @param {Item} item @param {Conversation} conversation @param {Place} [place] */
export function itemView(item, conversation, place = "log") {
  switch (item.kind) {
    case "day":
      return html`<div class="day"><span>${dayLabel(item.date)}</span></div>`;
    case "unread":
      return html`<div class="unread-line"><span>${newMessages(item.count)}</span></div>`;
    case "system":
      return html`<div class="system-line" data-key=${item.key} data-seq=${item.message.seq}><span dir=${directionOf(item.message)}>${wordsOf(item.message)}</span></div>`;
    default:
      return runView(item, conversation, place);
  }
}

/** @param {number} count */
function newMessages(count) {
  return interpolate(ngettext("%(count)s new message", "%(count)s new messages", count), { count });
}

/**
 * One person's messages within five minutes; templates/chat/_run.html draws the same before this
 * script runs.
 *
 * @param {Run} run
 * @param {Conversation} conversation
 * @param {Place} place
 */
function runView(run, conversation, place) {
  const { sender, isMine, messages } = run;
  const name = sender?.display_name ?? gettext("Deleted account");
  const showsName = !isMine && (conversation.kind === "group" || place === "thread");
  return html`
    <div class="run ${isMine ? "is-mine" : ""}">
      ${
        isMine
          ? nothing
          : html`<brook-avatar data-id=${sender?.id ?? "0"} name=${name} photo=${sender?.avatar_url || nothing}></brook-avatar>`
      }
      <div class="run-messages">
        ${repeat(messages, keyOf, (message, index) =>
          drawnOnce(message, conversation, showsName && index === 0 ? name : "", place),
        )}
      </div>
    </div>
  `;
}

/**
 * Again only when something of it is different: hundreds stand in a list, and it is drawn for each that comes.
 *
 * @param {Shown} message
 * @param {Conversation} conversation
 * @param {string} name
 * @param {Place} place
 */
function drawnOnce(message, conversation, name, place) {
  const { me, editingId, reminders } = store.state;
  const { mentions, mentions_all, reactions, sender } = message;
  const reminder = reminders.get(message.id);
  const namesPeople = mentions_all || mentions?.length || reactions?.length;
  const parts = [
    message,
    name,
    place,
    editingId === message.id,
    reminder,
    reminder && dayKey(new Date()),
    namesPeople ? conversation.participants : null,
    sender?.id === me.id ? statusOf(conversation, message, me.id) : "",
    conversation.kind,
    conversation.me.role,
  ];
  return guard(parts, () => messageView(message, conversation, name, place));
}

/**
 * The one rendering of a message.
 *
 * @param {Shown} message
 * @param {Conversation} conversation
 * @param {string} name shown above it; empty: none
 * @param {Place} place
 */
function messageView(message, conversation, name, place) {
  const isMine = message.sender?.id === store.state.me.id;
  const author = isMine ? gettext("You") : (message.sender?.display_name ?? gettext("Deleted account"));
  const label = interpolate(gettext("%(name)s, %(time)s"), {
    name: author,
    time: timeOfDay(message.created_at),
  });
  const isDeleted = Boolean(message.deleted_at);
  const hasFiles = Boolean(message.attachments?.length);
  const isLarge = !isDeleted && !hasFiles && !message.reply_to && isFewEmoji(message.content);
  const isEdited = store.state.editingId === message.id;
  const classes = [
    isLarge ? "is-large" : "",
    message.pending ? "is-pending" : "",
    isEdited ? "is-edited-now" : "",
    isDeleted ? "is-tombstone" : "",
    hasFiles ? "has-files" : "",
  ];
  return html`
    <article class="message ${classes.join(" ")}" tabindex="-1" data-key=${keyOf(message)} data-id=${message.id}
      data-seq=${message.seq} aria-label=${label}>
      <div class="bubble">
        ${name ? html`<div class="message-author" data-id=${message.sender?.id ?? "0"} dir="auto">${name}${message.sender?.is_bot ? html` <span class="role">${gettext("bot")}</span>` : nothing}</div>` : nothing}
        ${message.thread_root && place === "log" ? threadMark(message) : nothing}
        ${message.forwarded && !isDeleted ? html`<div class="message-note">${icon("forward")}${gettext("Forwarded")}</div>` : nothing}
        ${message.reply_to && !isDeleted ? quoteView(message.reply_to, conversation) : nothing}
        ${hasFiles && !isDeleted ? attachmentsView(message) : nothing}
        ${isDeleted || isEdited ? nothing : previewsView(message, conversation)}
        ${
          isEdited
            ? html`<brook-message-editor .message=${message}></brook-message-editor>`
            : html`<div class="message-text" dir="auto">${
                isDeleted
                  ? html`<em class="is-deleted">${gettext("This message was deleted")}</em>`
                  : textOf(message, conversation)
              }${meta(message, conversation, isMine)}</div>`
        }
      </div>
      ${isDeleted ? nothing : reactionsView(message, conversation)}
      ${message.reply_count && place === "log" ? threadLine(message) : nothing}
      ${message.pending?.state === "failed" ? failure(message.pending) : nothing}
    </article>
  `;
}

/** @param {Shown} message @param {Conversation} conversation @param {boolean} isMine */
function meta(message, conversation, isMine) {
  const { deleted_at, edited_at, created_at, pinned_at, starred } = message;
  const reminder = deleted_at ? undefined : store.state.reminders.get(message.id);
  return html`<span class="message-meta" dir=${direction}>${pinned_at ? mark("pin", gettext("Pinned")) : nothing}${
    starred ? mark("star", gettext("Starred")) : nothing
  }${reminder ? mark("timer", interpolate(gettext("You will be reminded: %(time)s"), { time: timeAhead(reminder.remind_at) })) : nothing}${
    edited_at && !deleted_at
      ? html`<span title=${interpolate(gettext("Edited %(time)s"), { time: fullTime(edited_at) })}>${gettext("edited")}</span> `
      : nothing
  }<time datetime=${created_at} title=${fullTime(created_at)}>${timeOfDay(created_at)}</time>${
    isMine && !deleted_at ? ticks(message, conversation) : nothing
  }</span>`;
}

/** @param {string} name of an icon @param {string} label */
function mark(name, label) {
  return html`<span class="mark is-${name}" role="img" aria-label=${label} title=${label}>${icon(name)}</span>`;
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
      <span title=${pending.problem}>${gettext("Not sent")}</span>
      ${pending.problem ? html`<span class="message-problem">${pending.problem}</span>` : nothing}
      <button type="button" class="link-button" @click=${() => outbox.retry(pending)}>${gettext("Retry")}</button>
      <button type="button" class="link-button" @click=${() => outbox.discard(pending)}>${gettext("Discard")}</button>
    </div>
  `;
}
