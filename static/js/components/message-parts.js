/** @import { Conversation, Message, Quote, Reaction } from "../types.js" */
/** @import { Shown } from "../state/runs.js" */

import { html, nothing, repeat } from "../../vendor/lit/lit.js";
import { listOf } from "../format.js";
import { gettext, interpolate, ngettext } from "../i18n.js";
import { icon } from "../icon.js";
import { markup } from "../markup-view.js";
import { namesIn } from "../mentions.js";
import { canBeAnswered, openThread, toggleReaction } from "../message-actions.js";
import { loader, store } from "../session.js";
import { showMenu } from "./message-menu.js";

/** @type {WeakMap<Message, {participants: unknown, text: unknown}>} */
const texts = new WeakMap();

/**
 * What a message says, drawn once for each version of it.
 *
 * @param {Shown} message
 * @param {Conversation} conversation
 */
export function textOf(message, conversation) {
  const { participants } = conversation;
  const known = texts.get(message);
  if (known?.participants === participants) return known.text;
  const text = markup(message.content, namesIn(message, conversation, store.state.me.id));
  texts.set(message, { participants, text });
  return text;
}

/**
 * The message that this one answers; a click goes there.
 *
 * @param {Quote} quote
 * @param {Conversation} conversation
 */
export function quoteView(quote, conversation) {
  const isMine = quote.sender?.id === store.state.me.id;
  const name = isMine ? gettext("You") : (quote.sender?.display_name ?? gettext("Deleted account"));
  const label = quote.excerpt
    ? interpolate(gettext("Answer to %(name)s: %(text)s"), { name, text: quote.excerpt })
    : interpolate(gettext("Answer to %(name)s: a message without text"), { name });
  return html`<button type="button" class="quote" data-id=${quote.sender?.id ?? "0"}
    aria-label=${label}
    @click=${() => loader.jump(conversation.id, quote.seq)}>
    <span class="quote-name" dir="auto">${name}</span>
    <span class="quote-text" dir="auto">${quote.excerpt || html`<em>${gettext("A message without text")}</em>`}</span>
  </button>`;
}

/** Above a message of a thread that stands in the conversation. @param {Message} message */
export function threadMark(message) {
  return html`<button type="button" class="message-note is-link" @click=${() => openThread(message)}>
    ${icon("messages-square")}${gettext("In a thread")}</button>`;
}

/** Below the message that a thread is about. @param {Message} message */
export function threadLine(message) {
  const count = message.reply_count ?? 0;
  const text = ngettext("%(count)s reply", "%(count)s replies", count);
  return html`<button type="button" class="thread-line" @click=${() => openThread(message)}>
    ${icon("messages-square")}${interpolate(text, { count })}</button>`;
}

/**
 * Who reacted with what; a click does the same or takes mine away.
 *
 * @param {Message} message
 * @param {Conversation} conversation
 */
export function reactionsView(message, conversation) {
  const { reactions = [] } = message;
  if (!reactions.length) return nothing;
  return html`<div class="reactions">
    ${repeat(
      reactions,
      ({ emoji }) => emoji,
      (reaction) => reactionView(reaction, message, conversation),
    )}
    ${
      canBeAnswered(message)
        ? html`<button type="button" class="reaction is-more" aria-label=${gettext("Add a reaction")} title=${gettext("Add a reaction")}
            @click=${(/** @type {MouseEvent & {currentTarget: Element}} */ event) => showMenu(event.currentTarget, message, "react")}>${icon("smile-plus")}</button>`
        : nothing
    }
  </div>`;
}

/** @param {Reaction} reaction @param {Message} message @param {Conversation} conversation */
function reactionView(reaction, message, conversation) {
  const { emoji, count, user_ids } = reaction;
  const isMine = user_ids.includes(store.state.me.id);
  const who = namesOf(user_ids, conversation);
  return html`<button type="button" class="reaction" aria-pressed=${isMine} data-emoji=${emoji} title=${who}
    aria-label=${interpolate(gettext("%(emoji)s %(count)s: %(names)s"), { emoji, count, names: who })} @click=${() => toggleReaction(message, emoji)}>
    <span class="reaction-emoji">${emoji}</span>${count}</button>`;
}

/**
 * “You, Ann and 2 more”.
 *
 * @param {string[]} userIds
 * @param {Conversation} conversation
 */
export function namesOf(userIds, conversation) {
  const { me } = store.state;
  const known = new Map(conversation.participants.map(({ user }) => [user.id, user.display_name]));
  const names = userIds.filter((id) => id !== me.id).flatMap((id) => known.get(id) ?? []);
  if (userIds.includes(me.id)) names.unshift(gettext("You"));
  const more = userIds.length - names.length;
  const text = names.length
    ? ngettext("%(count)s more", "%(count)s more", more)
    : ngettext("%(count)s person", "%(count)s people", more);
  if (more) names.push(interpolate(text, { count: more }));
  return listOf(names);
}
