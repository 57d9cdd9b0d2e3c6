import { html, nothing, repeat } from "../../vendor/lit/lit.js";
import { dayKey } from "../format.js";
import { gettext } from "../i18n.js";
import { icon } from "../icon.js";
import { focusComposer } from "../message-actions.js";
import { router } from "../router.js";
import { loader, store } from "../session.js";
import { titleOf } from "../state/conversations.js";
import { EMPTY_HISTORY } from "../state/history.js";
import { itemsOf } from "../state/runs.js";
import { BrookElement } from "./element.js";
import { itemView } from "./message.js";
import { listenForMessages } from "./message-toolbar.js";

/** @import { Item } from "../state/runs.js" */
/** @import { Message } from "../types.js" */

const FINE_POINTER = matchMedia("(pointer: fine)");

/** One thread beside its conversation: what it is about, the replies, a composer of its own. */
class BrookThread extends BrookElement {
  constructor() {
    super();
    this.shownId = "";
  }

  select() {
    const { thread, conversations, pending, me, editingId, reminders } = store.state;
    return [thread, conversations.get(thread?.conversationId ?? ""), pending, me, editingId, reminders];
  }

  connectedCallback() {
    super.connectedCallback();
    listenForMessages(this);
  }

  /** @returns {HTMLElement | null} */
  get scroller() {
    return this.querySelector(".thread-log");
  }

  render() {
    const { thread, conversations, me } = store.state;
    const conversation = conversations.get(thread?.conversationId ?? "");
    document.body.dataset.thread = thread && conversation ? "open" : "closed";
    if (!thread || !conversation) return nothing;
    return html`
      <header class="thread-head">
        <div class="head-text">
          <h2 class="head-title">${gettext("Thread")}</h2>
          <p class="head-subtitle" dir="auto">${titleOf(conversation, me.id)}</p>
        </div>
        <button type="button" class="icon-button" aria-label=${gettext("Close thread")} title=${gettext("Close")} @click=${this.close}>${icon("x")}</button>
      </header>
      <div class="log thread-log" role="log" aria-label=${gettext("Thread")} tabindex="0" aria-busy=${Boolean(thread.history.loading)}>
        <div class="log-column">${this.content()}</div>
      </div>
      <div class="composer-place"><brook-composer .threadRoot=${thread.id}></brook-composer></div>
    `;
  }

  content() {
    const { thread, conversations, pending, me } = store.state;
    const conversation = conversations.get(thread?.conversationId ?? "");
    if (!thread || !conversation) return nothing;
    const { history, id } = thread;
    if (history.failed) {
      return html`<div class="empty is-small">${icon("circle-alert")}
        <p class="empty-title">${gettext("The thread could not be loaded")}</p>
        <button type="button" class="button" @click=${() => loader.thread(conversation.id, id)}>${gettext("Try again")}</button></div>`;
    }
    const root = history.messages.filter((message) => message.id === id);
    const replies = history.messages.filter((message) => message.id !== id);
    const mine = pending.filter(({ thread_root }) => thread_root === id);
    const part = { ...EMPTY_HISTORY };
    return html`
      ${itemsOf({ ...part, messages: root }, [], me).map((item) => itemView(item, conversation, "thread"))}
      <div class="thread-rule">${
        history.hasBefore
          ? html`<button type="button" class="link-button" @click=${() => loader.earlierReplies()}>${gettext("Earlier replies")}</button>`
          : html`<span>${replies.length + mine.length ? gettext("Replies") : gettext("No replies yet")}</span>`
      }</div>
      ${repeat(
        withoutFirstDay(itemsOf({ ...part, messages: replies }, mine, me), root[0]),
        ({ key }) => key,
        (item) => itemView(item, conversation, "thread"),
      )}
    `;
  }

  updated() {
    const { thread } = store.state;
    const id = thread?.id ?? "";
    if (id === this.shownId) return;
    const wasShown = this.shownId;
    this.shownId = id;
    if (id && !wasShown) router.cover(closeThread);
    if (!id) router.uncover(closeThread);
    if (!id && wasShown) return;
    this.scroller?.scrollTo({ top: 0 });
    if (FINE_POINTER.matches) focusComposer(id);
    else this.querySelector("button")?.focus();
  }

  close() {
    closeThread();
  }
}

/**
 * The day of the root is not said again.
 *
 * @param {Item[]} items
 * @param {Message | undefined} root
 */
function withoutFirstDay(items, root) {
  const [first] = items;
  const isSame = root && first?.kind === "day" && dayKey(first.date) === dayKey(root.created_at);
  return isSame ? items.slice(1) : items;
}

/** @returns {boolean} whether one was open */
export function closeThread() {
  const { thread } = store.state;
  if (!thread) return false;
  store.setThread(null);
  if (FINE_POINTER.matches) focusComposer(thread.conversationId);
  return true;
}

customElements.define("brook-thread", BrookThread);
