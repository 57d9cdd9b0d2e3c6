/** @import { Export, ExportFormat } from "../api-exports.js" */
/** @import { Conversation } from "../types.js" */

import { html, nothing, repeat } from "../../vendor/lit/lit.js";
import { ApiError } from "../api.js";
import { exports } from "../api-exports.js";
import { fileSize, fullTime } from "../format.js";
import { gettext, interpolate, pgettext } from "../i18n.js";
import { icon } from "../icon.js";
import { store } from "../session.js";
import { titleOf } from "../state/conversations.js";
import { BrookDialog } from "./dialog.js";

/** @type {[format: ExportFormat, symbol: string, name: string, hint: string][]} */
const FORMATS = [
  [
    "html",
    "file-text",
    gettext("A page to read"),
    gettext("One HTML file: opens in any browser, prints well."),
  ],
  [
    "zip",
    "file-archive",
    gettext("Everything, with files"),
    gettext("A ZIP with the page, the data, and all that was sent."),
  ],
  ["json", "file", gettext("Data for programs"), gettext("JSON, which another Brook can import.")],
];

/** @type {Record<string, string>} */
const FAILURES = {
  gave_up: gettext("It went wrong three times. Ask for it again, or tell the people who run this server."),
  not_participant: gettext("You are no longer in this conversation."),
  deactivated: gettext("Your account could not be used then."),
};

/** A conversation as a file: asked for, made by the server, downloaded. */
class BrookExport extends BrookDialog {
  static properties = {
    made: { state: true },
    failed: { state: true },
    problem: { state: true },
    isAsking: { state: true },
  };

  constructor() {
    super();
    /** Of this conversation, newest first; null: not known yet. @type {Export[] | null} */
    this.made = null;
    this.failed = false;
    this.problem = "";
    this.isAsking = false;
    /** @type {Export | undefined} */
    this.told = undefined;
  }

  select() {
    const { later, connection } = store.state;
    return [later.export, connection.status];
  }

  willUpdate() {
    const told = store.state.later.export;
    if (told === this.told) return;
    this.told = told;
    if (told && told.conversation_id === this.subject?.id) this.take(told);
  }

  get heading() {
    return gettext("Export this conversation");
  }

  /** @param {Conversation} conversation */
  async show(conversation) {
    this.made = null;
    this.problem = "";
    await super.show(conversation);
    await this.load();
  }

  async load() {
    this.failed = false;
    const { id } = this.subject;
    /** @type {Export[]} */
    const made = [];
    try {
      /** @type {string | null} */
      let cursor = null;
      do {
        /** @type {{results: Export[], next: string | null}} */
        const page = await exports.list(cursor);
        made.push(...page.results.filter(({ conversation_id }) => conversation_id === id));
        cursor = page.next;
      } while (cursor);
      this.made = made;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.failed = true;
    }
  }

  /** One more, or how far one is now. @param {Export} told */
  take(told) {
    const others = (this.made ?? []).filter(
      ({ id, format, state }) =>
        // The last file of a format takes the place of the one before.
        id !== told.id && !(format === told.format && told.state === "done" && state === "done"),
    );
    this.made = [told, ...others].sort((one, other) => other.created_at.localeCompare(one.created_at));
  }

  /** @param {ExportFormat} format */
  async ask(format) {
    if (this.isAsking) return;
    this.isAsking = true;
    this.problem = "";
    try {
      this.take(await exports.ask(this.subject.id, format));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.problem = error.detail;
    }
    this.isAsking = false;
  }

  content() {
    const title = titleOf(this.subject, store.state.me.id);
    const isWaiting = this.made?.some(isBeingMade);
    const isAway = store.state.connection.status === "offline";
    return html`
      <p class="dialog-hint">${interpolate(gettext("What you may see of “%(title)s”, as a file. It is kept here for a week, for you alone."), { title })}</p>
      ${this.problem ? html`<p class="form-error" role="alert">${this.problem}</p>` : nothing}
      <div class="dialog-scroll">
        <div class="export-formats" role="group" aria-label=${gettext("What kind of file")}>
          ${FORMATS.map(
            ([
              format,
              symbol,
              name,
              hint,
            ]) => html`<button type="button" class="export-format" data-format=${format}
              ?disabled=${isWaiting || isAway || this.isAsking} @click=${() => this.ask(format)}>
              ${icon(symbol)}<span class="menu-words">${name}<small>${hint}</small></span></button>`,
          )}
        </div>
        ${isAway ? html`<p class="dialog-hint">${gettext("You are offline: ask for it when the connection is back.")}</p>` : nothing}
        <div role="status">${this.list()}</div>
      </div>
    `;
  }

  list() {
    if (this.failed)
      return html`<p class="dialog-note">${gettext("What was made before could not be loaded.")}
        <button type="button" class="link-button" @click=${this.load}>${gettext("Try again")}</button></p>`;
    if (!this.made?.length) return nothing;
    return html`<h3 class="section-title">${gettext("Made for you")}</h3>
      <ul class="later-list">
        ${repeat(
          this.made,
          ({ id }) => id,
          (each) => html`<li class="export" data-state=${each.state}>${itemView(each)}</li>`,
        )}
      </ul>`;
  }
}

/** @param {Export} made */
function isBeingMade({ state }) {
  return state === "waiting" || state === "running";
}

/** @param {Export} made */
function itemView(made) {
  const { format, state, reason, size, expires_at, url } = made;
  const [, symbol = "file", name = format] = FORMATS.find(([each]) => each === format) ?? [];
  if (isBeingMade(made))
    return html`${icon(symbol)}<span class="menu-words">${name}
      <small>${state === "waiting" ? gettext("Waiting for its turn… You may close this.") : gettext("Being made… You may close this.")}</small>
      <progress class="export-progress" aria-label=${gettext("Being made")}></progress></span>`;
  if (state === "failed" || !url)
    return html`${icon("circle-alert")}<span class="menu-words">${name}<small class="is-failed">${FAILURES[reason ?? ""] ?? gettext("It could not be made.")}</small></span>`;
  return html`${icon(symbol)}<span class="menu-words">${name}<small>${interpolate(gettext("%(size)s · until %(time)s"), { size: fileSize(size ?? 0), time: fullTime(expires_at) })}</small></span>
    <a class="button is-primary export-download" href=${url} download aria-label=${interpolate(gettext("Download: %(name)s"), { name })}>${icon("download")}${pgettext("verb", "Download")}</a>`;
}

customElements.define("brook-export", BrookExport);
