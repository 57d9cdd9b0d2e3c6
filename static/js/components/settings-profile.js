import { html, nothing } from "../../vendor/lit/lit.js";
import { people } from "../api-people.js";
import { attempt } from "../attempt.js";
import { timeAhead } from "../format.js";
import { gettext, interpolate, pgettext } from "../i18n.js";
import { icon } from "../icon.js";
import { store } from "../session.js";
import { BrookElement } from "./element.js";
import { chooseEmoji } from "./emoji-picker.js";
import { pictureButton } from "./picture-button.js";

/** @import { Myself } from "../api-people.js" */

const HOUR_MS = 3_600_000;

/** @type {[value: string, label: string][]} */
const ENDS = [
  ["", gettext("Until I change it")],
  ["0.5", gettext("30 minutes")],
  ["1", gettext("1 hour")],
  ["4", gettext("4 hours")],
  ["today", gettext("Today")],
  ["168", gettext("A week")],
];

/** How others see me: picture, name, status. */
class BrookSettingsProfile extends BrookElement {
  static properties = { emoji: { state: true }, endsAt: { state: true } };

  constructor() {
    super();
    this.emoji = store.state.me.status_emoji ?? "";
    /** @type {string | null} */
    this.endsAt = null;
  }

  select() {
    return [store.state.me];
  }

  async firstUpdated() {
    const me = await people.me().catch(() => null);
    if (me) this.take(me);
  }

  /** @param {Myself} me */
  take(me) {
    this.emoji = me.status_emoji ?? "";
    this.endsAt = me.status_expires_at;
    store.apply({ type: "user.updated", data: { user: me } });
  }

  render() {
    const { me } = store.state;
    return html`<section class="settings-card" aria-labelledby="profile-title">
      <h2 id="profile-title">${gettext("Profile")}</h2>
      <div class="settings-face">
        <div class="details-face">
          <brook-avatar class="is-huge" data-id=${me.id} name=${me.display_name} photo=${me.avatar_url || nothing}></brook-avatar>
          ${pictureButton(gettext("Choose a picture of yourself"), (file) => this.setPicture(file))}
        </div>
        <div>
          <strong dir="auto">${me.display_name}</strong>
          <p><bdi dir="ltr">@${me.username}</bdi></p>
          ${me.avatar_url ? html`<button type="button" class="link-button" @click=${this.removePicture}>${gettext("Remove the picture")}</button>` : nothing}
        </div>
      </div>
      <form class="settings-form" @submit=${this.onName}>
        <label class="field"><span>${gettext("Name")}</span><input name="display_name" required maxlength="64" autocomplete="name" dir="auto" .value=${me.display_name} /></label>
        <button type="submit" class="button">${gettext("Save name")}</button>
      </form>
      <form class="settings-form" @submit=${this.onStatus}>
        <div class="field"><label for="status-text">${pgettext("person", "Status")}</label>
          <div class="status-line">
            <button type="button" class="status-emoji" aria-label=${gettext("Emoji of the status")} @click=${this.onEmoji}>${this.emoji || icon("smile-plus")}</button>
            <input id="status-text" name="status_text" maxlength="100" placeholder=${gettext("What are you up to?")} autocomplete="off" dir="auto" .value=${me.status_text ?? ""} />
          </div>
        </div>
        <label class="field"><span>${pgettext("status", "Goes away")}</span><select name="ends" class="text-input">${ENDS.map(([value, label]) => html`<option value=${value}>${label}</option>`)}</select></label>
        <div class="settings-buttons">
          <button type="submit" class="button">${gettext("Save status")}</button>
          ${me.status_text || me.status_emoji ? html`<button type="button" class="button is-quiet" @click=${this.clearStatus}>${pgettext("verb", "Clear")}</button>` : nothing}
        </div>
        ${this.endsAt && me.status_text ? html`<p class="settings-hint">${interpolate(gettext("It goes away %(time)s."), { time: timeAhead(this.endsAt) })}</p>` : nothing}
      </form>
    </section>`;
  }

  /** @param {object} changes @param {string} said */
  async change(changes, said) {
    if (await attempt(async () => this.take(await people.changeMe(changes)))) store.toast(said);
  }

  /** @param {File} file */
  setPicture(file) {
    attempt(async () => this.take(await people.setAvatar(file)));
  }

  removePicture() {
    attempt(async () => {
      await people.removeAvatar();
      store.apply({ type: "user.updated", data: { user: { ...store.state.me, avatar_url: null } } });
    });
  }

  /** @param {SubmitEvent & {target: HTMLFormElement}} event */
  onName(event) {
    event.preventDefault();
    this.change(
      { display_name: String(new FormData(event.target).get("display_name")) },
      gettext("Your name is changed."),
    );
  }

  /** @param {MouseEvent & {currentTarget: Element}} event */
  onEmoji({ currentTarget }) {
    chooseEmoji(currentTarget, (emoji) => {
      this.emoji = emoji;
    });
  }

  /** @param {SubmitEvent & {target: HTMLFormElement}} event */
  onStatus(event) {
    event.preventDefault();
    const form = new FormData(event.target);
    this.change(
      {
        status_text: String(form.get("status_text")),
        status_emoji: this.emoji,
        status_expires_at: endOf(String(form.get("ends"))),
      },
      gettext("Your status is changed."),
    );
  }

  clearStatus() {
    this.change(
      { status_text: "", status_emoji: "", status_expires_at: null },
      gettext("Your status is cleared."),
    );
  }
}

/** @param {string} choice @returns {string | null} */
function endOf(choice) {
  if (!choice) return null;
  const end = new Date();
  if (choice === "today") end.setHours(23, 59, 59, 0);
  else end.setTime(end.getTime() + Number(choice) * HOUR_MS);
  return end.toISOString();
}

customElements.define("brook-settings-profile", BrookSettingsProfile);
