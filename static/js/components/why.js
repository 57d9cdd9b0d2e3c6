/** @import { Channel, Why } from "../api-notifications.js" */

import { html, nothing } from "../../vendor/lit/lit.js";
import { ApiError } from "../api.js";
import { notifications } from "../api-notifications.js";
import { fullTime } from "../format.js";
import { gettext, interpolate, pgettext } from "../i18n.js";
import { icon } from "../icon.js";
import { BrookDialog } from "./dialog.js";

/** @type {Record<string, string>} */
const BECAUSE = {
  "message.new": gettext("You were told, because somebody wrote in a conversation of yours."),
  mention: gettext("You were told, because it names you."),
  reply: gettext("You were told, because it answers you."),
};

/** @type {Record<string, string>} */
const HUSHES = {
  snoozed: gettext("You had paused notifications, so nothing interrupted you."),
  quiet_hours: gettext("It was in your quiet hours, so nothing interrupted you."),
};

/** @type {[channel: Channel, label: string][]} */
const CHANNELS = [
  ["in_app", gettext("In the list of notifications")],
  ["browser", gettext("On the screen, while Brook was open")],
  ["push", gettext("On the screen, with no tab open")],
  ["sound", gettext("With a sound")],
];

/** Why somebody was told of a message, or was not: the questions in their order, until one was answered with no. */
class BrookWhy extends BrookDialog {
  static properties = { why: { state: true }, failed: { state: true } };

  constructor() {
    super();
    /** @type {Why | null} */
    this.why = null;
    this.failed = "";
  }

  get heading() {
    if (!this.why) return gettext("Why was I told?");
    return this.why.notified ? gettext("Why you were told") : gettext("Why you were not told");
  }

  /** @param {{messageId: string}} subject */
  async show(subject) {
    this.why = null;
    await super.show(subject);
    await this.load();
  }

  async load() {
    this.failed = "";
    try {
      this.why = await notifications.why(this.subject.messageId);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.failed = error.status === 404 ? gettext("This message is not here any more.") : error.detail;
    }
  }

  content() {
    const { why, failed } = this;
    if (failed)
      return html`<p class="dialog-note" role="alert">${failed}
        <button type="button" class="link-button" @click=${this.load}>${gettext("Try again")}</button></p>`;
    if (!why) return html`<p class="dialog-note" role="status">${gettext("Loading…")}</p>`;
    const { notified, type, steps, hush, decided_at } = why;
    return html`<div class="dialog-scroll why">
      <p class="why-answer">${
        notified
          ? (BECAUSE[type] ?? gettext("You were told, because it concerns you."))
          : steps.at(-1)?.detail
      }${hush ? ` ${HUSHES[hush]}` : ""}</p>
      <h3 class="section-title">${gettext("Step by step")}</h3>
      <ol class="why-steps">
        ${steps.map(
          ({ passed, detail }) =>
            html`<li class=${passed ? "" : "is-no"}>${icon(passed ? "check" : "x")}<span>${detail}</span></li>`,
        )}
      </ol>
      ${notified ? this.channels(why) : nothing}
      <p class="dialog-hint">${decided_at ? interpolate(gettext("Decided %(time)s."), { time: fullTime(decided_at) }) : gettext("Worked out now, from how things are now.")}
        <a href="/settings">${gettext("Change how you are told")}</a></p>
    </div>`;
  }

  /** @param {Why} why */
  channels({ channels, mail }) {
    return html`<h3 class="section-title">${pgettext("how one is told", "How")}</h3>
      <ul class="why-steps">
        ${CHANNELS.map(
          ([
            channel,
            label,
          ]) => html`<li class=${channels[channel] ? "" : "is-off"}>${icon(channels[channel] ? "check" : "x")}
            <span>${label}${channels[channel] ? "" : html` <small>${pgettext("switch", "off")}</small>`}</span></li>`,
        )}
        <li class=${mail.outcome === "mailed" ? "" : "is-off"}>${icon(mail.outcome === "mailed" ? "check" : "info")}<span>${mail.detail}</span></li>
      </ul>`;
  }
}

customElements.define("brook-why", BrookWhy);
