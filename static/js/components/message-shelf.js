import { html, nothing, repeat } from "../../vendor/lit/lit.js";
import { ApiError, api } from "../api.js";
import { shortTime } from "../format.js";
import { gettext } from "../i18n.js";
import { icon } from "../icon.js";
import { quoteOf } from "../outbox.js";
import { router } from "../router.js";
import { store } from "../session.js";
import { titleOf } from "../state/conversations.js";
import { BrookDialog } from "./dialog.js";
import { pinnedIn } from "./pinned-bar.js";

/** @import { Message } from "../types.js" */

/** Messages that are kept: the pinned ones of a conversation, or those that I starred. A click goes there. */
class BrookMessageShelf extends BrookDialog {
  static properties = {
    starred: { state: true },
    next: { state: true },
    failed: { state: true },
    isLoaded: { state: true },
  };

  constructor() {
    super();
    /** @type {Message[]} */
    this.starred = [];
    /** @type {string | null} */
    this.next = null;
    this.failed = false;
    this.isLoaded = false;
  }

  select() {
    const { pins, conversations } = store.state;
    return [pins.get(this.subject?.id ?? ""), conversations];
  }

  get heading() {
    return this.subject.kind === "starred" ? gettext("Starred messages") : gettext("Pinned messages");
  }

  /** @param {{kind: "pinned" | "starred", id?: string}} subject */
  async show(subject) {
    this.starred = [];
    this.next = null;
    this.isLoaded = subject.kind === "pinned";
    await super.show(subject);
    if (subject.kind === "starred") await this.load();
  }

  async load() {
    try {
      const { results, next } = await api.starred(this.next);
      this.starred = [...this.starred, ...results];
      this.next = next;
      this.failed = false;
      this.isLoaded = true;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.failed = true;
    }
  }

  content() {
    const messages = this.subject.kind === "starred" ? this.starred : pinnedIn(this.subject.id);
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
    if (this.failed) return html`<p class="dialog-note">${gettext("The server did not answer.")}</p>`;
    if (!this.isLoaded) return html`<p class="dialog-note">${gettext("Loading…")}</p>`;
    const isStarred = this.subject.kind === "starred";
    return html`<div class="empty is-small">
      ${icon(isStarred ? "star" : "pin")}
      <p class="empty-title">${isStarred ? gettext("Nothing starred yet") : gettext("Nothing is pinned")}</p>
      <p>${isStarred ? gettext("Star a message to find it here again. Only you see that.") : gettext("What is pinned, everybody finds here.")}</p>
    </div>`;
  }

  /** @param {Message} message */
  entry(message) {
    const { me, conversations } = store.state;
    const { sender } = message;
    const name = sender?.id === me.id ? gettext("You") : (sender?.display_name ?? gettext("Deleted account"));
    const conversation = conversations.get(message.conversation_id);
    const isElsewhere = this.subject.kind === "starred" && conversation;
    const where = isElsewhere ? html` · <bdi>${titleOf(conversation, me.id)}</bdi>` : nothing;
    return html`<button type="button" class="person shelf-entry" @click=${() => this.go(message)}>
      <brook-avatar class="is-small" data-id=${sender?.id ?? "0"} name=${sender?.display_name ?? "?"}
        photo=${sender?.avatar_url || nothing}></brook-avatar>
      <span class="person-note"><bdi>${name}</bdi>${where} · ${shortTime(message.created_at)}</span>
      <span class="shelf-text" dir="auto">${quoteOf(message).excerpt}</span>
    </button>`;
  }

  /** @param {Message} message */
  go(message) {
    this.close();
    router.go(message.conversation_id, message.seq);
  }
}

customElements.define("brook-message-shelf", BrookMessageShelf);
