import { html, nothing, repeat } from "../../vendor/lit/lit.js";
import { ApiError, api } from "../api.js";
import { shortTime, timeAhead } from "../format.js";
import { gettext } from "../i18n.js";
import { icon } from "../icon.js";
import { quoteOf } from "../outbox.js";
import { forgetReminder } from "../reminders.js";
import { router } from "../router.js";
import { store } from "../session.js";
import { titleOf } from "../state/conversations.js";
import { BrookDialog } from "./dialog.js";
import { pinnedIn } from "./pinned-bar.js";

/** @import { Message } from "../types.js" */

/** @typedef {"pinned" | "starred" | "reminders"} Kind */

/** @type {Record<Kind, {heading: string, symbol: string, empty: [title: string, text: string]}>} */
const SHELVES = {
  pinned: {
    heading: gettext("Pinned messages"),
    symbol: "pin",
    empty: [gettext("Nothing is pinned"), gettext("What is pinned, everybody finds here.")],
  },
  starred: {
    heading: gettext("Starred messages"),
    symbol: "star",
    empty: [
      gettext("Nothing starred yet"),
      gettext("Star a message to find it here again. Only you see that."),
    ],
  },
  reminders: {
    heading: gettext("Reminders"),
    symbol: "timer",
    empty: [
      gettext("No reminders"),
      gettext("Choose “Remind me” in the menu of a message. Only you see that."),
    ],
  },
};

/** Messages that are kept: the pinned ones of a conversation, or those that I starred or will be reminded of. A click goes there. */
class BrookMessageShelf extends BrookDialog {
  static properties = {
    kept: { state: true },
    next: { state: true },
    failed: { state: true },
    isLoaded: { state: true },
  };

  constructor() {
    super();
    /** @type {Message[]} */
    this.kept = [];
    /** @type {string | null} */
    this.next = null;
    this.failed = false;
    this.isLoaded = false;
  }

  select() {
    const { pins, conversations, reminders } = store.state;
    return [pins.get(this.subject?.id ?? ""), conversations, reminders];
  }

  get heading() {
    return this.shelf.heading;
  }

  get shelf() {
    return SHELVES[/** @type {Kind} */ (this.subject.kind)];
  }

  /** @param {{kind: Kind, id?: string}} subject */
  async show(subject) {
    this.kept = [];
    this.next = null;
    this.isLoaded = subject.kind === "pinned";
    await super.show(subject);
    if (!this.isLoaded) await this.load();
  }

  async load() {
    try {
      const { results, next } = await this.page();
      this.kept = [...this.kept, ...results];
      this.next = next;
      this.failed = false;
      this.isLoaded = true;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.failed = true;
    }
  }

  /** @returns {Promise<{results: Message[], next: string | null}>} */
  async page() {
    if (this.subject.kind === "starred") return api.starred(this.next);
    const { results, next } = await api.reminders(this.next);
    return { results: results.flatMap(({ message }) => message ?? []), next };
  }

  /** @returns {Message[]} */
  get messages() {
    const { kind, id } = this.subject;
    if (kind === "pinned") return pinnedIn(id);
    return kind === "starred" ? this.kept : this.kept.filter((each) => store.state.reminders.has(each.id));
  }

  content() {
    const { messages } = this;
    return html`<div class="dialog-people">
      <ul>
        ${repeat(
          messages,
          ({ id }) => id,
          (message) => html`<li>${this.entry(message)}</li>`,
        )}
      </ul>
      ${messages.length ? nothing : this.empty()}
      ${this.next ? html`<button type="button" class="button is-wide" @click=${this.load}>${gettext("More")}</button>` : nothing}
    </div>`;
  }

  empty() {
    if (this.failed)
      return html`<p class="dialog-note" role="alert">${gettext("The server did not answer.")}
        <button type="button" class="link-button" @click=${this.load}>${gettext("Try again")}</button></p>`;
    if (!this.isLoaded) return html`<p class="dialog-note" role="status">${gettext("Loading…")}</p>`;
    const { symbol, empty } = this.shelf;
    return html`<div class="empty is-small">
      ${icon(symbol)}
      <p class="empty-title">${empty[0]}</p>
      <p>${empty[1]}</p>
    </div>`;
  }

  /** @param {Message} message */
  entry(message) {
    const { me, conversations } = store.state;
    const { sender } = message;
    const name = sender?.id === me.id ? gettext("You") : (sender?.display_name ?? gettext("Deleted account"));
    const conversation = conversations.get(message.conversation_id);
    const isElsewhere = this.subject.kind !== "pinned" && conversation;
    const where = isElsewhere ? html` · <bdi>${titleOf(conversation, me.id)}</bdi>` : nothing;
    return html`<button type="button" class="person shelf-entry" @click=${() => this.go(message)}>
      <brook-avatar class="is-small" data-id=${sender?.id ?? "0"} name=${sender?.display_name ?? "?"}
        photo=${sender?.avatar_url || nothing}></brook-avatar>
      <span class="person-note"><bdi>${name}</bdi>${where} · ${shortTime(message.created_at)}</span>
      <span class="shelf-text" dir="auto">${quoteOf(message).excerpt}</span>
    </button>${this.subject.kind === "reminders" ? this.reminder(message) : nothing}`;
  }

  /** @param {Message} message */
  reminder({ id }) {
    const held = store.state.reminders.get(id);
    return html`<p class="shelf-foot">${icon("timer")}<span>${held ? timeAhead(held.remind_at) : nothing}</span>
      <button type="button" class="link-button" @click=${() => forgetReminder(id)}>${gettext("Do not remind me")}</button></p>`;
  }

  /** @param {Message} message */
  go(message) {
    this.close();
    router.go(message.conversation_id, message.seq);
  }
}

customElements.define("brook-message-shelf", BrookMessageShelf);
