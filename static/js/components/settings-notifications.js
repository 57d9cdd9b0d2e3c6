/** @import { Channel, NoticePreferences } from "../api-notifications.js" */
/** @import { PushState } from "../push.js" */

import { html, nothing } from "../../vendor/lit/lit.js";
import { notifications } from "../api-notifications.js";
import { attempt } from "../attempt.js";
import { chime } from "../chime.js";
import { fullTime } from "../format.js";
import { gettext, interpolate, pgettext } from "../i18n.js";
import { icon } from "../icon.js";
import { pushState, showTest, turnOff, turnOn } from "../push.js";
import { store } from "../session.js";
import { BrookElement } from "./element.js";

/** @type {[label: string, types: string[]][]} */
const KINDS = [
  [gettext("Messages"), ["message.new"]],
  [gettext("Mentions"), ["mention"]],
  [gettext("Replies"), ["reply"]],
  [gettext("Reactions"), ["reaction"]],
  [
    gettext("Groups"),
    [
      "group.invite",
      "group.member_removed",
      "group.member_left",
      "group.role_updated",
      "group.updated",
      "group.deleted",
    ],
  ],
  [gettext("Deleted messages"), ["message.deleted"]],
  [gettext("Reminders"), ["reminder"]],
  [gettext("Delivered and read"), ["message.delivered", "message.read"]],
  [gettext("The people who run this server"), ["broadcast", "moderation"]],
];

/** @type {[channel: Channel, label: string][]} */
const CHANNELS = [
  ["in_app", gettext("In Brook")],
  ["browser", gettext("Open tab")],
  ["push", gettext("No tab open")],
  ["sound", gettext("Sound")],
  ["mail", gettext("Mail")],
];

const HOUR_MS = 3_600_000;

/** @type {[text: string, label: string, milliseconds: number][]} */
const SNOOZES = [
  [gettext("1 hour"), gettext("Pause for 1 hour"), HOUR_MS],
  [gettext("8 hours"), gettext("Pause for 8 hours"), 8 * HOUR_MS],
  [gettext("1 day"), gettext("Pause for 1 day"), 24 * HOUR_MS],
];

/** @type {Record<PushState, string>} */
const PUSH_HINTS = {
  impossible: gettext("This browser cannot show notifications here."),
  denied: gettext("This browser was told not to show any: its own settings for this site change that."),
  off: gettext("Off. Your browser asks you once."),
  on: gettext("On: new messages show here while you look elsewhere."),
};

/** Of what one is told, and how. */
class BrookSettingsNotifications extends BrookElement {
  static properties = { preferences: { state: true }, push: { state: true } };

  constructor() {
    super();
    /** @type {NoticePreferences | null} */
    this.preferences = null;
    /** @type {PushState} */
    this.push = "off";
  }

  select() {
    return [store.state.me.id];
  }

  firstUpdated() {
    attempt(async () => {
      this.preferences = await notifications.preferences();
    });
    this.look();
  }

  async look() {
    this.push = await pushState();
  }

  render() {
    const { preferences } = this;
    return html`<section class="settings-card" aria-labelledby="notifications-title">
      <h2 id="notifications-title">${gettext("Notifications")}</h2>
      ${this.browser()}
      ${preferences ? [this.levels(preferences), this.quiet(preferences), this.words(preferences)] : nothing}
    </section>`;
  }

  browser() {
    const { push } = this;
    return html`<div class="switch-line is-plain">
      <span><strong>${gettext("In this browser")}</strong><span class="settings-hint" role="status">${PUSH_HINTS[push]}</span></span>
      ${push === "off" ? html`<button type="button" class="button" @click=${this.turnOn}>${gettext("Turn on")}</button>` : nothing}
      ${
        push === "on"
          ? html`<span class="settings-buttons">
              <button type="button" class="button is-small" @click=${() => attempt(showTest)}>${pgettext("verb", "Test")}</button>
              <button type="button" class="button is-small" @click=${this.turnOff}>${gettext("Turn off")}</button>
            </span>`
          : nothing
      }
    </div>`;
  }

  /** @param {NoticePreferences} preferences */
  levels({ levels, email_digest }) {
    const channels = CHANNELS.filter(([channel]) => channel !== "mail" || email_digest !== "never");
    return html`<div class="levels-place" tabindex="0" role="region" aria-label=${gettext("What you are told, and how")}>
      <table class="levels">
        <thead>
          <tr><td></td>${channels.map(([, label]) => html`<th scope="col">${label}</th>`)}</tr>
        </thead>
        <tbody>
          ${KINDS.map(
            ([kind, types]) => html`<tr>
              <th scope="row">${kind}</th>
              ${channels.map(
                ([
                  channel,
                  label,
                ]) => html`<td><input type="checkbox" aria-label=${interpolate(gettext("%(kind)s: %(channel)s"), { kind, channel: label })}
                  .checked=${Boolean(levels[types[0] ?? ""]?.[channel])}
                  @change=${(/** @type {Event} */ event) => this.setLevel(types, channel, event)} /></td>`,
              )}
            </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  }

  /** @param {NoticePreferences} preferences */
  quiet({ quiet_hours: { enabled, start, end, time_zone }, snooze_until }) {
    const isSnoozed = snooze_until && Date.parse(snooze_until) > Date.now();
    return html`
      <label class="switch-line">
        <span><strong>${gettext("Quiet hours")}</strong><span class="settings-hint">${interpolate(gettext("Nothing interrupts you then, by the clocks of %(zone)s."), { zone: time_zone })}</span></span>
        <input type="checkbox" role="switch" class="switch" aria-label=${gettext("Quiet hours")} .checked=${enabled}
          @change=${(/** @type {Event} */ event) => this.set({ quiet_hours: { enabled: isOn(event) } }, event)} />
      </label>
      ${
        enabled
          ? html`<div class="quiet-hours">
              <label class="field"><span>${pgettext("time", "From")}</span><input type="time" required .value=${start}
                @change=${(/** @type {Event} */ event) => this.setTime("start", event)} /></label>
              <label class="field"><span>${pgettext("time", "To")}</span><input type="time" required .value=${end}
                @change=${(/** @type {Event} */ event) => this.setTime("end", event)} /></label>
            </div>`
          : nothing
      }
      <div class="switch-line is-plain">
        <span><strong>${pgettext("notifications", "Pause")}</strong><span class="settings-hint">${
          isSnoozed
            ? interpolate(gettext("Nothing interrupts you until %(time)s."), { time: fullTime(snooze_until) })
            : gettext("For a while, nothing interrupts you.")
        }</span></span>
        <span class="settings-buttons">${
          isSnoozed
            ? html`<button type="button" class="button is-small" @click=${() => this.set({ snooze_until: null })}>${pgettext("notifications", "Go on")}</button>`
            : SNOOZES.map(
                ([
                  text,
                  label,
                  lasts,
                ]) => html`<button type="button" class="button is-small" aria-label=${label}
                  @click=${() => this.set({ snooze_until: new Date(Date.now() + lasts).toISOString() })}>${text}</button>`,
              )
        }</span>
      </div>
    `;
  }

  /** @param {NoticePreferences} preferences */
  words({ keywords, push_content }) {
    return html`
      <label class="field"><span>${gettext("Words that count as if you were named")}</span>
        <input type="text" class="text-input" autocomplete="off" placeholder=${gettext("gauge, bridge")} dir="auto" .value=${keywords.join(", ")}
          @change=${this.setKeywords} /></label>
      <label class="switch-line">
        <span><strong>${gettext("Show what was said")}</strong><span class="settings-hint">${gettext("Where no tab is open, notifications carry the message, encrypted for this browser.")}</span></span>
        <input type="checkbox" role="switch" class="switch" aria-label=${gettext("Show what was said")} .checked=${push_content}
          @change=${(/** @type {Event} */ event) => this.set({ push_content: isOn(event) }, event)} />
      </label>
      <p class="settings-hint settings-note">${icon("info")}${gettext("Each conversation has its own level too, in its details.")}</p>
    `;
  }

  turnOn() {
    attempt(async () => {
      this.push = await turnOn();
      if (this.push === "on") await showTest();
    });
  }

  turnOff() {
    attempt(async () => {
      this.push = await turnOff();
    });
  }

  /** @param {string[]} types @param {Channel} channel @param {Event} event */
  setLevel(types, channel, event) {
    if (channel === "sound" && isOn(event)) chime();
    const levels = Object.fromEntries(types.map((type) => [type, { [channel]: isOn(event) }]));
    this.set({ levels }, event);
  }

  /** @param {"start" | "end"} name @param {Event} event */
  setTime(name, { target }) {
    const { value } = /** @type {HTMLInputElement} */ (target);
    if (value) this.set({ quiet_hours: { [name]: value } });
  }

  /** @param {Event} event */
  setKeywords({ target }) {
    const words = /** @type {HTMLInputElement} */ (target).value.split(",").map((word) => word.trim());
    this.set({ keywords: [...new Set(words.filter(Boolean))] });
  }

  /** @param {object} changes @param {Event} [event] of a box, which goes back where it could not be done */
  async set(changes, event) {
    const isDone = await attempt(async () => {
      this.preferences = await notifications.setPreferences(changes);
    });
    if (isDone || !event) return;
    const box = /** @type {HTMLInputElement} */ (event.target);
    box.checked = !box.checked;
  }
}

/** @param {Event} event */
function isOn({ target }) {
  return /** @type {HTMLInputElement} */ (target).checked;
}

customElements.define("brook-settings-notifications", BrookSettingsNotifications);
