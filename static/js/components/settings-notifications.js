/** @import { Channel, NoticePreferences } from "../api-notifications.js" */
/** @import { PushState } from "../push.js" */

import { html, nothing } from "../../vendor/lit/lit.js";
import { notifications } from "../api-notifications.js";
import { attempt } from "../attempt.js";
import { chime } from "../chime.js";
import { fullTime } from "../format.js";
import { icon } from "../icon.js";
import { pushState, showTest, turnOff, turnOn } from "../push.js";
import { store } from "../session.js";
import { BrookElement } from "./element.js";

/** @type {[label: string, types: string[]][]} */
const KINDS = [
  ["Messages", ["message.new"]],
  ["Mentions", ["mention"]],
  ["Replies", ["reply"]],
  ["Reactions", ["reaction"]],
  [
    "Groups",
    [
      "group.invite",
      "group.member_removed",
      "group.member_left",
      "group.role_updated",
      "group.updated",
      "group.deleted",
    ],
  ],
  ["Deleted messages", ["message.deleted"]],
  ["Reminders", ["reminder"]],
  ["Delivered and read", ["message.delivered", "message.read"]],
];

/** @type {[channel: Channel, label: string][]} */
const CHANNELS = [
  ["in_app", "In Brook"],
  ["browser", "Open tab"],
  ["push", "No tab open"],
  ["sound", "Sound"],
];

const HOUR_MS = 3_600_000;

/** @type {[label: string, milliseconds: number][]} */
const SNOOZES = [
  ["1 hour", HOUR_MS],
  ["8 hours", 8 * HOUR_MS],
  ["1 day", 24 * HOUR_MS],
];

/** @type {Record<PushState, string>} */
const PUSH_HINTS = {
  impossible: "This browser cannot show notifications here.",
  denied: "This browser was told not to show any: its own settings for this site change that.",
  off: "Off. Your browser asks you once.",
  on: "On: new messages show here while you look elsewhere.",
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
      <h2 id="notifications-title">Notifications</h2>
      ${this.browser()}
      ${preferences ? [this.levels(preferences), this.quiet(preferences), this.words(preferences)] : nothing}
    </section>`;
  }

  browser() {
    const { push } = this;
    return html`<div class="switch-line is-plain">
      <span><strong>In this browser</strong><span class="settings-hint" role="status">${PUSH_HINTS[push]}</span></span>
      ${push === "off" ? html`<button type="button" class="button" @click=${this.turnOn}>Turn on</button>` : nothing}
      ${
        push === "on"
          ? html`<span class="settings-buttons">
              <button type="button" class="button is-small" @click=${() => attempt(showTest)}>Test</button>
              <button type="button" class="button is-small" @click=${this.turnOff}>Turn off</button>
            </span>`
          : nothing
      }
    </div>`;
  }

  /** @param {NoticePreferences} preferences */
  levels({ levels }) {
    return html`<div class="levels-place" tabindex="0" role="region" aria-label="What you are told, and how">
      <table class="levels">
        <thead>
          <tr><td></td>${CHANNELS.map(([, label]) => html`<th scope="col">${label}</th>`)}</tr>
        </thead>
        <tbody>
          ${KINDS.map(
            ([kind, types]) => html`<tr>
              <th scope="row">${kind}</th>
              ${CHANNELS.map(
                ([channel, label]) => html`<td><input type="checkbox" aria-label="${kind}: ${label}"
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
        <span><strong>Quiet hours</strong><span class="settings-hint">Nothing interrupts you then, by the clocks of ${time_zone}.</span></span>
        <input type="checkbox" role="switch" class="switch" aria-label="Quiet hours" .checked=${enabled}
          @change=${(/** @type {Event} */ event) => this.set({ quiet_hours: { enabled: isOn(event) } }, event)} />
      </label>
      ${
        enabled
          ? html`<div class="quiet-hours">
              <label class="field"><span>From</span><input type="time" required .value=${start}
                @change=${(/** @type {Event} */ event) => this.setTime("start", event)} /></label>
              <label class="field"><span>To</span><input type="time" required .value=${end}
                @change=${(/** @type {Event} */ event) => this.setTime("end", event)} /></label>
            </div>`
          : nothing
      }
      <div class="switch-line is-plain">
        <span><strong>Pause</strong><span class="settings-hint">${
          isSnoozed
            ? `Nothing interrupts you until ${fullTime(snooze_until)}.`
            : "For a while, nothing interrupts you."
        }</span></span>
        <span class="settings-buttons">${
          isSnoozed
            ? html`<button type="button" class="button is-small" @click=${() => this.set({ snooze_until: null })}>Go on</button>`
            : SNOOZES.map(
                ([
                  label,
                  lasts,
                ]) => html`<button type="button" class="button is-small" aria-label="Pause for ${label}"
                  @click=${() => this.set({ snooze_until: new Date(Date.now() + lasts).toISOString() })}>${label}</button>`,
              )
        }</span>
      </div>
    `;
  }

  /** @param {NoticePreferences} preferences */
  words({ keywords, push_content }) {
    return html`
      <label class="field"><span>Words that count as if you were named</span>
        <input type="text" class="text-input" autocomplete="off" placeholder="gauge, bridge" .value=${keywords.join(", ")}
          @change=${this.setKeywords} /></label>
      <label class="switch-line">
        <span><strong>Show what was said</strong><span class="settings-hint">Where no tab is open, notifications carry the message, encrypted for this browser.</span></span>
        <input type="checkbox" role="switch" class="switch" aria-label="Show what was said" .checked=${push_content}
          @change=${(/** @type {Event} */ event) => this.set({ push_content: isOn(event) }, event)} />
      </label>
      <p class="settings-hint settings-note">${icon("info")}Each conversation has its own level too, in its details.</p>
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
