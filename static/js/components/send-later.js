import { html, nothing, repeat } from "../../vendor/lit/lit.js";
import { ApiError } from "../api.js";
import { compose } from "../api-compose.js";
import { timeAhead } from "../format.js";
import { gettext, interpolate, pgettext } from "../i18n.js";
import { icon } from "../icon.js";
import { plainText } from "../markup.js";
import { scheduledIn, takeScheduled } from "../scheduled.js";
import { store } from "../session.js";
import { BrookElement } from "./element.js";

/** @import { Scheduled } from "../types.js" */
/** @import { Composer } from "./composer-menu.js" */

const HOUR_MS = 3_600_000;

/** When what is written shall be sent; and what waits in this conversation. */
class BrookSendLater extends BrookElement {
  static properties = { composer: { state: true }, editing: { state: true }, problem: { state: true } };

  constructor() {
    super();
    /** @type {Composer | null} */
    this.composer = null;
    this.editing = "";
    this.problem = "";
  }

  select() {
    return [store.state.scheduled];
  }

  /** @returns {HTMLDialogElement | null} */
  get dialog() {
    return this.querySelector("dialog");
  }

  /** @param {Composer} composer */
  async show(composer) {
    this.composer = composer;
    this.editing = "";
    this.problem = "";
    await this.updateComplete;
    this.dialog?.showModal();
  }

  render() {
    return html`<dialog class="dialog" aria-labelledby="send-later-title" @close=${() => (this.composer = null)}
      @click=${(/** @type {Event} */ event) => event.target === this.dialog && this.dialog?.close()}>
      ${this.composer ? this.content(this.composer) : nothing}
    </dialog>`;
  }

  /** @param {Composer} composer */
  content(composer) {
    const waiting = scheduledIn(composer.shownId);
    return html`
      <div class="dialog-form">
        <header class="dialog-head">
          <h2 id="send-later-title">${composer.content ? gettext("Send later") : gettext("Scheduled messages")}</h2>
          <button type="button" class="icon-button" aria-label=${gettext("Close")} @click=${() => this.dialog?.close()}>${icon("x")}</button>
        </header>
        ${this.problem ? html`<p class="form-error" role="alert">${this.problem}</p>` : nothing}
        <div class="dialog-scroll">
          ${composer.content ? this.choices(composer) : nothing}
          ${waiting.length ? this.waiting(waiting, Boolean(composer.content)) : nothing}
          ${
            composer.content || waiting.length
              ? nothing
              : html`<div class="empty is-small">${icon("calendar-clock")}
                  <p class="empty-title">${gettext("Nothing is scheduled here")}</p>
                  <p>${gettext("Write a message, then choose “Send later”.")}</p></div>`
          }
        </div>
      </div>
    `;
  }

  /** @param {Composer} composer */
  choices(composer) {
    return html`
      ${composer.files.length ? html`<p class="dialog-hint">${gettext("The attached files stay here: only the text is sent later.")}</p>` : nothing}
      <div class="later-choices">
        ${moments().map(
          ([name, when]) => html`<button type="button" class="menu-item" @click=${() => this.schedule(when)}>
            ${icon("clock")}<span>${name}</span><span class="later-time">${timeAhead(when)}</span></button>`,
        )}
      </div>
      <form class="later-own" @submit=${this.onOwnTime}>
        <label class="field"><span>${gettext("Another time")}</span><input type="datetime-local" name="when" required .min=${localTime(new Date())} /></label>
        <button type="submit" class="button is-primary">${pgettext("verb", "Schedule")}</button>
      </form>
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
            html`<li class="later-item">${each.id === this.editing ? this.editor(each) : this.item(each)}</li>`,
        )}
      </ul>
    `;
  }

  /** @param {Scheduled} scheduled */
  item({ id, content, send_at, state, reason }) {
    return html`
      <p class="later-text" dir="auto">${plainText(content)}</p>
      <p class="later-when ${state === "failed" ? "is-failed" : ""}">${icon(state === "failed" ? "circle-alert" : "clock")}
        ${state === "failed" ? notSent(reason) : timeAhead(send_at)}</p>
      <div class="later-buttons">
        <button type="button" class="icon-button is-small" aria-label=${gettext("Edit")} title=${gettext("Edit")} @click=${() => (this.editing = id)}>${icon("pencil")}</button>
        <button type="button" class="icon-button is-small" aria-label=${gettext("Delete")} title=${gettext("Delete")} @click=${() => this.cancel(id)}>${icon("trash-2")}</button>
      </div>
    `;
  }

  /** @param {Scheduled} scheduled */
  editor({ id, content, send_at }) {
    return html`<form class="later-editor" @submit=${(/** @type {SubmitEvent} */ event) => this.onChange(event, id)}>
      <textarea name="content" class="text-area" rows="3" required maxlength="10000" dir="auto" aria-label=${gettext("Text")} .value=${content}></textarea>
      <input type="datetime-local" name="when" class="text-input" required aria-label=${gettext("When")} .value=${localTime(new Date(send_at))} />
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

  /** @param {SubmitEvent & {target: HTMLFormElement}} event */
  onOwnTime(event) {
    event.preventDefault();
    this.schedule(new Date(String(new FormData(event.target).get("when"))));
  }

  /** @param {SubmitEvent} event @param {string} id */
  onChange(event, id) {
    event.preventDefault();
    const form = new FormData(/** @type {HTMLFormElement} */ (event.target));
    const content = String(form.get("content")).trimEnd();
    const send_at = new Date(String(form.get("when"))).toISOString();
    this.attempt(async () => {
      takeScheduled(await compose.reschedule(id, { content, send_at }));
      this.editing = "";
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
    try {
      this.problem = "";
      await act();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.problem = error.detail;
    }
  }
}

/** @param {string | null | undefined} reason that the server gave */
function notSent(reason) {
  return reason
    ? interpolate(gettext("Not sent: %(reason)s"), { reason })
    : gettext("Not sent: it was refused");
}

/** What people mean by later. @returns {[name: string, when: Date][]} */
function moments() {
  const now = new Date();
  const at = (/** @type {number} */ days, /** @type {number} */ hour) => {
    const date = new Date(now);
    date.setDate(date.getDate() + days);
    date.setHours(hour, 0, 0, 0);
    return date;
  };
  const untilMonday = (8 - now.getDay()) % 7 || 7;
  /** @type {[string, Date][]} */
  const offered = [[gettext("In an hour"), new Date(now.getTime() + HOUR_MS)]];
  if (now.getHours() < 17) offered.push([gettext("This evening"), at(0, 18)]);
  offered.push([gettext("Tomorrow morning"), at(1, 9)]);
  if (untilMonday > 1) offered.push([gettext("On Monday"), at(untilMonday, 9)]);
  return offered;
}

/** As the field for a local time has it. @param {Date} date */
function localTime(date) {
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

customElements.define("brook-send-later", BrookSendLater);

/** @param {Composer} composer */
export function sendLater(composer) {
  let dialog = /** @type {BrookSendLater | null} */ (document.querySelector("brook-send-later"));
  if (!dialog) {
    dialog = /** @type {BrookSendLater} */ (document.createElement("brook-send-later"));
    document.body.append(dialog);
  }
  dialog.show(composer);
}
