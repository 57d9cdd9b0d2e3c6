/** @import { Conversation, Message } from "../types.js" */

import { guard, html, nothing } from "../../vendor/lit/lit.js";
import { clockTime, dayKey, shortTime } from "../format.js";
import { directionIn, gettext, woven } from "../i18n.js";
import { icon } from "../icon.js";
import { plainText } from "../markup.js";
import { drafts, store } from "../session.js";
import { isMuted, partnerOf, statusOf, titleOf } from "../state/conversations.js";
import { typingText } from "../state/passing.js";
import { directionOf, wordsOf } from "../system-message.js";
import { face } from "./presence.js";

/**
 * One line of the conversation list, drawn again only when something of it is different.
 *
 * @param {Conversation} conversation
 */
export function conversationRow(conversation) {
  const { me, openId, pending, typing } = store.state;
  const { id } = conversation;
  const counts = [store.unread(id), store.mentions(id)];
  const said = [pending, typing.get(id), drafts.text(id)];
  const parts = [
    conversation,
    me,
    openId === id,
    isMuted(conversation),
    dayKey(new Date()),
    ...counts,
    ...said,
  ];
  return guard(parts, () => rowView(conversation));
}

/**
 * templates/chat/_row.html draws the same before this script runs.
 *
 * @param {Conversation} conversation
 */
function rowView(conversation) {
  const { me, openId } = store.state;
  const title = titleOf(conversation, me.id);
  const partner = partnerOf(conversation, me.id);
  const unread = store.unread(conversation.id);
  return html`
    <a class="row ${unread ? "is-unread" : ""}" href="/c/${conversation.id}"
      aria-current=${conversation.id === openId ? "page" : nothing}>
      ${face({ id: partner?.id ?? conversation.id, name: title, photo: (partner ?? conversation).avatar_url }, "", partner?.id)}
      <span class="row-title"><span dir="auto">${title}</span>${marks(conversation)}</span>
      <time class="row-time" datetime=${conversation.last_activity_at}>${shortTime(conversation.last_activity_at)}</time>
      <span class="row-preview">${preview(conversation)}</span>
      <span class="row-badge">
        ${store.mentions(conversation.id) ? html`<span class="badge is-mention" title=${gettext("You were mentioned")}>@<span class="visually-hidden">${gettext("You were mentioned")}</span></span>` : nothing}
        <brook-badge class=${isMuted(conversation) ? "is-muted" : nothing} conversation=${conversation.id}></brook-badge>
      </span>
    </a>
  `;
}

/** Pinned, muted. @param {Conversation} conversation */
function marks(conversation) {
  const pinned = conversation.me.pinned
    ? html`<span class="row-mark" role="img" aria-label=${gettext("Pinned")} title=${gettext("Pinned")}>${icon("pin")}</span>`
    : nothing;
  const muted = isMuted(conversation)
    ? html`<span class="row-mark" role="img" aria-label=${gettext("Muted")} title=${gettext("Muted")}>${icon("bell-off")}</span>`
    : nothing;
  return html`${pinned}${muted}`;
}

/** @param {Conversation} conversation */
function preview(conversation) {
  const { pending, me, openId, typing } = store.state;
  const types = typingText(typing.get(conversation.id), conversation.kind === "direct");
  if (types) return html`<span class="row-text is-typing" dir="auto">${types}</span>`;
  const other = conversation.me.draft?.conflict?.content ?? "";
  const draft = conversation.id === openId ? "" : drafts.text(conversation.id).trim() || other;
  if (draft) {
    const label = other ? gettext("Drafts:") : gettext("Draft:");
    return html`<span class="row-text" dir=${directionIn(draft)}><span class="row-draft">${label} </span>${plainText(draft)}</span>`;
  }
  const waiting = pending.findLast((message) => message.conversation_id === conversation.id);
  if (waiting) {
    const mark = waiting.state === "failed" ? "circle-alert" : "clock";
    return html`${icon(mark)}<span class="row-text" dir=${directionIn(waiting.content)}>${woven(
      gettext("You: %(text)s"),
      {
        text: plainText(waiting.content) || waiting.attachments?.[0]?.name,
      },
    )}</span>`;
  }
  const last = conversation.last_message;
  if (!last) return html`<span class="row-text">${gettext("No messages yet")}</span>`;
  const going = last.type === "system" ? directionOf(last) : directionIn(summary(last));
  return html`${tick(conversation, last, me.id)}<span class="row-text" dir=${going}>${said(conversation, last)}</span>`;
}

/** @param {Conversation} conversation @param {Message} last @param {string} myId */
function tick(conversation, last, myId) {
  if (last.sender?.id !== myId || last.type === "system" || last.deleted_at) return nothing;
  const status = statusOf(conversation, last, myId);
  return html`<span class="tick ${status === "read" ? "is-read" : ""}">${icon(status === "sent" ? "check" : "check-check")}</span>`;
}

/** Who, and what. @param {Conversation} conversation @param {Message} last */
function said(conversation, last) {
  const text = html`${attached(last)}${summary(last)}`;
  const { sender } = last;
  if (last.type === "system" || !sender) return text;
  if (sender.id === store.state.me.id) return woven(gettext("You: %(text)s"), { text });
  if (conversation.kind !== "group") return text;
  const name = html`<bdi>${sender.display_name.split(" ")[0]}</bdi>`;
  return woven(gettext("%(name)s: %(text)s"), { name, text });
}

const KIND_ICONS = { image: "image", voice: "mic", file: "paperclip" };

/** @param {Message} last */
function attached({ attachments: [first] = [], deleted_at }) {
  return first && !deleted_at ? html`<span class="row-kind">${icon(KIND_ICONS[first.kind])}</span>` : nothing;
}

/** @param {Message} last */
export function summary(last) {
  if (last.deleted_at) return gettext("Message deleted");
  if (last.type === "system") return wordsOf(last);
  const text = plainText(last.content);
  const [first] = last.attachments ?? [];
  if (text || !first) return text;
  if (first.kind === "image") return gettext("Photo");
  if (first.kind === "file") return first.name;
  return first.duration
    ? `${gettext("Voice message")} · ${clockTime(first.duration)}`
    : gettext("Voice message");
}
