import { html, nothing, repeat } from "../../vendor/lit/lit.js";
import { ApiError } from "../api.js";
import { compose } from "../api-compose.js";
import { timeAhead } from "../format.js";
import { gettext, interpolate, pgettext } from "../i18n.js";
import { icon } from "../icon.js";
import { plainText } from "../markup.js";
import { allScheduled, notSent, remedyOf, scheduledIn, sendNow, takeScheduled } from "../scheduled.js";
import { store } from "../session.js";
import { titleOf } from "../state/conversations.js";
import { BrookElement } from "./element.js";
import { localTime, momentChoices } from "./moments.js";

/** @import { Scheduled } from "../types.js" */
/** @import { Composer } from "./composer-menu.js" */

const HOUR_MS = 3_600_000;

/** When what is written shall be sent; and what waits in this conversation, or anywhere. */
class BrookSendLater extends BrookElement {
  static properties = {
    isOpen: { state: true },
    composer: { state: true },
    editing: { state: true },
    problem: { state: true },
    busy: { state: true },
  };

  constructor() {
    super();
    this.isOpen = false;
    /** Where something is written; null: all that waits is shown. @type {Composer | null} */
    this.composer = null;
    this.editing = "";
    this.problem = "";
    this.busy = false;
  }

  select() {
    return [store.state.scheduled];
  }

  /** @returns {HTMLDialogElement | null} */
  get dialog() {
    return this.querySelector("dialog");
  }

  /** There is something to be scheduled. */
  get isWriting() {
    return Boolean(this.composer?.content || this.composer?.files.length);
  }

  /** @param {Composer | null} composer */
  async show(composer) {
    this.composer = composer;
    this.isOpen = true;
    this.editing = "";
    this.problem = "";
    await this.updateComplete;
    this.dialog?.showModal();
  }

  render() {
    return html`<dialog class="dialog" aria-labelledby="send-later-title" @close=${() => (this.isOpen = false)}
      @click=${(/** @type {Event} */ event) => event.target === this.dialog && this.dialog?.close()}>
      ${this.isOpen ? this.content() : nothing}
    </dialog>`;
  }

  content() {
    const { composer, isWriting } = this;
    const waiting = composer ? scheduledIn(composer.shownId, composer.threadRoot) : allScheduled();
    return html`
      <div class="dialog-form">
        <header class="dialog-head">
          <h2 id="send-later-title">${isWriting ? gettext("Send later") : gettext("Scheduled messages")}</h2>
          <button type="button" class="icon-button" aria-label=${gettext("Close")} @click=${() => this.dialog?.close()}>${icon("x")}</button>
        </header>
        ${this.problem ? html`<p class="form-error" role="alert">${this.problem}</p>` : nothing}
        <div class="dialog-scroll" aria-busy=${this.busy}>
          ${isWriting ? momentChoices({ action: pgettext("verb", "Schedule"), choose: (when) => this.schedule(when) }) : nothing}
          ${waiting.length ? this.waiting(waiting, isWriting) : nothing}
          ${
            isWriting || waiting.length
              ? nothing
              : html`<div class="empty is-small">${icon("calendar-clock")}
                  <p class="empty-title">${composer ? gettext("Nothing is scheduled here") : gettext("Nothing is scheduled")}</p>
                  <p>${gettext("Write a message, then choose “Send later”.")}</p></div>`
          }
        </div>
      </div>
    `;
  }

  /** @param {Scheduled[]} waiting @param {boolean} isBelow */
  waiting(waiting, isBelow) {
    return html`
      ${isBelow ? html`<h3 class="section-title">${gettext("Scheduled here")}</h3>` : nothing}
      <ul class="later-list">
        ${repeat(
          waiting,
          ({ id }) => id,
          (each) =>
            html`<li class="later-item" data-state=${each.state}>${each.id === this.editing ? this.editor(each) : this.item(each)}</li>`,
        )}
      </ul>
    `;
  }

  /** @param {Scheduled} scheduled */
  item(scheduled) {
    const { id, content, send_at, state } = scheduled;
    const isFailed = state === "failed";
    const remedy = remedyOf(scheduled);
    return html`
      ${this.notes(scheduled)}
      ${content ? html`<p class="later-text" dir="auto">${plainText(content)}</p>` : nothing}
      ${files(scheduled)}
      <p class="later-when ${isFailed ? "is-failed" : ""}">${icon(isFailed ? "circle-alert" : "clock")}
        <span>${isFailed ? notSent(scheduled) : timeAhead(send_at)}</span></p>
      <div class="later-acts">
        ${
          remedy
            ? html`<button type="button" class="link-button" @click=${() => this.sendNow(id, remedy.changes)}>${remedy.label}</button>`
            : html`<button type="button" class="link-button" @click=${() => this.sendNow(id)}>${isFailed ? gettext("Try again now") : gettext("Send now")}</button>`
        }
      </div>
      <div class="later-buttons">
        <button type="button" class="icon-button is-small" aria-label=${gettext("Edit")} title=${gettext("Edit")} @click=${() => (this.editing = id)}>${icon("pencil")}</button>
        <button type="button" class="icon-button is-small" aria-label=${gettext("Delete")} title=${gettext("Delete")} @click=${() => this.cancel(id)}>${icon("trash-2")}</button>
      </div>
    `;
  }

  /** Where it goes, and what it answers. @param {Scheduled} scheduled */
  notes({ conversation_id, reply_to, thread_root }) {
    const conversation = store.state.conversations.get(conversation_id);
    const where = !this.composer && conversation ? titleOf(conversation, store.state.me.id) : "";
    const isThreads = Boolean(thread_root) && !this.composer?.threadRoot;
    if (!where && !reply_to && !isThreads) return nothing;
    return html`<p class="later-notes">
      ${where ? html`<a href="/c/${conversation_id}" dir="auto" @click=${() => this.dialog?.close()}>${where}</a>` : nothing}
      ${isThreads ? html`<span>${icon("messages-square")}${gettext("In a thread")}</span>` : nothing}
      ${reply_to ? html`<span>${icon("reply")}${gettext("Answers a message")}</span>` : nothing}
    </p>`;
  }

  /** @param {Scheduled} scheduled */
  editor({ id, content, send_at, attachments }) {
    const when = new Date(Math.max(Date.parse(send_at), Date.now() + HOUR_MS / 2));
    return html`<form class="later-editor" @submit=${(/** @type {SubmitEvent} */ event) => this.onChange(event, id)}>
      <textarea name="content" class="text-area" rows="3" ?required=${!attachments.length} maxlength="10000" dir="auto" aria-label=${gettext("Text")} .value=${content}></textarea>
      ${attachments.map(
        (each) =>
          html`<label class="later-keep"><input type="checkbox" name="attachment" value=${each.id} checked /><span dir="auto">${each.name}</span></label>`,
      )}
      <input type="datetime-local" name="when" class="text-input" required aria-label=${gettext("When")} .value=${localTime(when)} />
      <div class="later-foot">
        <button type="button" class="button" @click=${() => (this.editing = "")}>${gettext("Cancel")}</button>
        <button type="submit" class="button is-primary">${gettext("Save")}</button>
      </div>
    </form>`;
  }

  /** @param {Date} when */
  async schedule(when) {
    await this.attempt(async () => {
      takeScheduled(/** @type {Scheduled} */ (await this.composer?.schedule(when)));
      this.dialog?.close();
      store.toast(interpolate(gettext("It will be sent %(time)s."), { time: timeAhead(when) }));
    });
  }

  /** @param {SubmitEvent} event @param {string} id */
  onChange(event, id) {
    event.preventDefault();
    const form = new FormData(/** @type {HTMLFormElement} */ (event.target));
    const content = String(form.get("content")).trimEnd();
    const send_at = new Date(String(form.get("when"))).toISOString();
    const attachment_ids = form.getAll("attachment").map(String);
    this.attempt(async () => {
      takeScheduled(await compose.reschedule(id, { content, send_at, attachment_ids }));
      this.editing = "";
    });
  }

  /** @param {string} id @param {object} [changes] without which it would be refused again */
  sendNow(id, changes) {
    this.attempt(async () => {
      if (changes) {
        const send_at = new Date(Date.now() + HOUR_MS).toISOString(); // it waits again, until the next line
        takeScheduled(await compose.reschedule(id, { ...changes, send_at }));
      }
      const told = await sendNow(id);
      if (told.state === "failed") this.problem = notSent(told);
    });
  }

  /** @param {string} id */
  cancel(id) {
    this.attempt(async () => {
      await compose.cancelScheduled(id);
      const held = store.state.scheduled.get(id);
      if (held) takeScheduled({ ...held, state: "deleted" });
    });
  }

  /** @param {() => Promise<void>} act */
  async attempt(act) {
    if (this.busy) return;
    this.busy = true;
    try {
      this.problem = "";
      await act();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.problem = error.detail;
    } finally {
      this.busy = false;
    }
  }
}

/** @param {Scheduled} scheduled */
function files({ attachments = [] }) {
  if (!attachments.length) return nothing;
  return html`<ul class="later-files">${attachments.map(
    ({ name, kind }) =>
      html`<li>${icon(kind === "image" ? "image" : kind === "voice" ? "mic" : "paperclip")}<span dir="auto">${name}</span></li>`,
  )}</ul>`;
}

customElements.define("brook-send-later", BrookSendLater);

/** @param {Composer | null} composer null: all that is scheduled */
export function sendLater(composer) {
  let dialog = /** @type {BrookSendLater | null} */ (document.querySelector("brook-send-later"));
  if (!dialog) {
    dialog = /** @type {BrookSendLater} */ (document.createElement("brook-send-later"));
    document.body.append(dialog);
  }
  dialog.show(composer);
}
