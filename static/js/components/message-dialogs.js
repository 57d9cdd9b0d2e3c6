/** @import { Message } from "../types.js" */

import { html, nothing } from "../../vendor/lit/lit.js";
import { api } from "../api.js";
import { attempt } from "../attempt.js";
import { fullTime, timeOfDay } from "../format.js";
import { gettext, interpolate, ngettext } from "../i18n.js";
import { icon } from "../icon.js";
import { remove } from "../message-actions.js";
import { quoteOf } from "../outbox.js";
import { store } from "../session.js";
import { BrookDialog } from "./dialog.js";

/** Asks before a message is deleted for everybody. */
class BrookDeleteMessage extends BrookDialog {
  get heading() {
    return gettext("Delete this message?");
  }

  content() {
    /** @type {Message} */
    const message = this.subject;
    const excerpt = quoteOf(message).excerpt;
    return html`
      ${excerpt ? html`<blockquote class="dialog-quote" dir="auto">${excerpt}</blockquote>` : nothing}
      <p class="dialog-hint">${gettext("It is deleted for everybody. That it was there stays to be seen.")}</p>
      <footer class="dialog-foot is-end">
        <button type="button" class="button" @click=${this.close}>${gettext("Cancel")}</button>
        <button type="button" class="button is-danger" autofocus @click=${this.confirm}>${gettext("Delete")}</button>
      </footer>
    `;
  }

  async confirm() {
    const message = this.subject;
    this.close();
    await remove(message);
  }
}

customElements.define("brook-delete-message", BrookDeleteMessage);

/** Who has a message of mine and who has read it, since when. */
class BrookMessageInfo extends BrookDialog {
  static properties = { status: { state: true }, failed: { state: true } };

  constructor() {
    super();
    /** @type {import("../api-messages.js").MessageStatus | null} */
    this.status = null;
    this.failed = false;
    /** @type {unknown} */
    this.loadedFor = undefined;
  }

  select() {
    // Somebody got further: ask again.
    const { conversations } = store.state;
    return [conversations.get(this.subject?.conversation_id)?.participants];
  }

  get heading() {
    return gettext("Message info");
  }

  /** @param {Message} message */
  async show(message) {
    this.status = null;
    this.failed = false;
    await super.show(message);
    this.loadedFor = this.select()[0];
    await this.load(message);
  }

  updated() {
    const [participants] = this.select();
    if (!this.subject || !this.status || participants === this.loadedFor) return;
    this.loadedFor = participants;
    this.load(this.subject);
  }

  /** @param {Message} message */
  async load(message) {
    try {
      this.status = await api.status(message.id);
      this.failed = false;
    } catch {
      this.failed = true;
    }
  }

  /** Those after the ones that are shown. */
  more() {
    const shown = this.status;
    if (!shown?.next) return;
    attempt(async () => {
      const page = await api.status(this.subject.id, shown.next);
      const statuses = [...shown.statuses, ...page.statuses];
      this.status = { ...page, statuses, people: [...shown.people, ...page.people] };
    });
  }

  content() {
    /** @type {Message} */
    const message = this.subject;
    return html`
      <blockquote class="dialog-quote" dir="auto">${quoteOf(message).excerpt}</blockquote>
      <p class="dialog-hint">${interpolate(gettext("Sent %(time)s"), { time: fullTime(message.created_at) })}</p>
      <div class="dialog-people">${this.people()}</div>
    `;
  }

  people() {
    if (this.failed)
      return html`<p class="dialog-note" role="alert">${gettext("The server did not answer.")}
        <button type="button" class="link-button" @click=${() => this.load(this.subject)}>${gettext("Try again")}</button></p>`;
    if (!this.status) return html`<p class="dialog-note" role="status">${gettext("Loading…")}</p>`;
    const { statuses, next, summary } = this.status;
    const groups = /** @type {const} */ ([
      ["read", gettext("Read by · %(count)s"), "check-check"],
      ["delivered", gettext("Delivered to · %(count)s"), "check-check"],
      ["sent", gettext("Not delivered yet · %(count)s"), "check"],
    ]);
    /** @type {Record<string, number>} */
    const counts = {
      read: summary.read,
      delivered: summary.delivered - summary.read,
      sent: summary.participants - summary.delivered,
    };
    return html`
      ${
        store.state.preferences.receipts === false
          ? html`<p class="dialog-hint info-hidden">${icon("eye-off")}<span>${gettext("You hide what you read, so you do not see what others read.")}</span>
              <a href="/settings">${gettext("Settings")}</a></p>`
          : nothing
      }
      ${statuses.length ? nothing : html`<p class="dialog-note">${gettext("Nobody else was here then.")}</p>`}
      ${groups.map(([status, label, symbol]) => {
        const people = statuses.filter((one) => one.status === status);
        if (!people.length) return nothing;
        return html`<h3 class="section-title info-title"><span class="tick is-${status}">${icon(symbol)}</span>${interpolate(label, { count: counts[status] ?? 0 })}</h3>
          <ul>${people.map((one) => html`<li>${this.person(one)}</li>`)}</ul>`;
      })}
      ${next ? html`<button type="button" class="button is-wide" @click=${this.more}>${showMore(summary.participants)}</button>` : nothing}
    `;
  }

  /** @param {import("../api-messages.js").MessageStatus["statuses"][number]} one */
  person({ user_id, read_at, delivered_at }) {
    const user = this.status?.people.find(({ id }) => id === user_id);
    const name = user?.display_name ?? gettext("Somebody");
    const times = [
      read_at ? interpolate(gettext("Read %(time)s"), { time: when(read_at) }) : "",
      delivered_at ? interpolate(gettext("Delivered %(time)s"), { time: when(delivered_at) }) : "",
    ].filter(Boolean);
    return html`<div class="person">
      <brook-avatar class="is-small" data-id=${user_id} name=${name} photo=${user?.avatar_url || nothing}></brook-avatar>
      <span class="person-name" dir="auto">${name}</span>
      <span class="person-note">${times.join(" · ") || "–"}</span>
    </div>`;
  }
}

/** @param {number} count of all people */
function showMore(count) {
  const text = ngettext("Show more of %(count)s person", "Show more of %(count)s people", count);
  return interpolate(text, { count });
}

/** @param {string} iso */
function when(iso) {
  const isToday = new Date(iso).toDateString() === new Date().toDateString();
  return isToday ? timeOfDay(iso) : fullTime(iso);
}

customElements.define("brook-message-info", BrookMessageInfo);
