import { html, nothing } from "../../vendor/lit/lit.js";
import { account } from "../api-account.js";
import { notifications } from "../api-notifications.js";
import { people } from "../api-people.js";
import { attempt, attemptForm } from "../attempt.js";
import { gettext, interpolate, pgettext, woven } from "../i18n.js";
import { store } from "../session.js";
import { BrookElement } from "./element.js";

/**
 * @import { NoticePreferences } from "../api-notifications.js"
 * @import { FieldProblem } from "../attempt.js"
 */

/** @type {[value: string, label: string][]} */
const DIGESTS = [
  ["never", pgettext("mails", "Never")],
  ["hourly", gettext("At most every hour")],
  ["daily", gettext("Once a day")],
  ["weekly", gettext("Once a week, on Monday")],
];
const HOURS = Array.from({ length: 24 }, (_, hour) => hour);

/** Where mail for oneself goes: a new password, and what was missed. */
class BrookSettingsEmail extends BrookElement {
  static properties = { address: { state: true }, preferences: { state: true }, problem: { state: true } };

  constructor() {
    super();
    /** @type {{email: string, unverified_email: string} | null} */
    this.address = null;
    /** @type {NoticePreferences | null} */
    this.preferences = null;
    /** @type {FieldProblem | null} */
    this.problem = null;
  }

  select() {
    return [store.state.me.id];
  }

  firstUpdated() {
    attempt(async () => {
      this.address = await people.me();
      this.preferences = await notifications.preferences();
    });
  }

  render() {
    return html`<section class="settings-card" aria-labelledby="email-title">
      <h2 id="email-title">${gettext("E-mail address")}</h2>
      ${this.address ? this.form(this.address) : nothing}
      ${this.address?.email && this.preferences ? this.digest(this.preferences) : nothing}
    </section>`;
  }

  /** @param {{email: string, unverified_email: string}} address */
  form({ email, unverified_email: waiting }) {
    return html`
      <p class="settings-hint">${gettext("For a new password when you have forgotten yours, and for mails of what you missed. Nobody else sees it.")}</p>
      ${waiting ? html`<p class="settings-callout" role="status">${woven(gettext("A mail is on its way to %(address)s: open the link in it."), { address: html`<strong dir="ltr">${waiting}</strong>` })}</p>` : nothing}
      <form class="settings-form" @submit=${this.onSubmit}>
        <input type="text" name="username" autocomplete="username" hidden .value=${store.state.me.username} />
        ${this.field("email", pgettext("e-mail", "Address"), html`<input type="email" name="email" maxlength="254" autocomplete="email" dir="auto" aria-invalid=${this.problemOf("email") ? "true" : nothing} .value=${waiting || email} />`)}
        ${this.field("password", gettext("Your password, to change the address"), html`<input type="password" name="password" required autocomplete="current-password" aria-invalid=${this.problemOf("password") ? "true" : nothing} />`)}
        <button type="submit" class="button">${gettext("Save address")}</button>
      </form>
    `;
  }

  /** @param {NoticePreferences} preferences */
  digest({ email_digest: digest, email_digest_hour: hour, quiet_hours: { time_zone } }) {
    const hasHour = digest === "daily" || digest === "weekly";
    return html`<div class="settings-form">
      <label class="field"><span>${gettext("Mail me what I missed while I was away")}</span>
        <select class="text-input" @change=${(/** @type {Event} */ event) => this.set({ email_digest: chosen(event) })}>
          ${DIGESTS.map(([value, label]) => html`<option value=${value} ?selected=${value === digest}>${label}</option>`)}
        </select></label>
      ${
        hasHour
          ? html`<label class="field"><span>${interpolate(gettext("At, by the clocks of %(zone)s"), { zone: time_zone })}</span>
              <select class="text-input" @change=${(/** @type {Event} */ event) => this.set({ email_digest_hour: Number(chosen(event)) })}>
                ${HOURS.map((each) => html`<option value=${each} ?selected=${each === hour}>${String(each).padStart(2, "0")}:00</option>`)}
              </select></label>`
          : nothing
      }
    </div>`;
  }

  /** @param {object} changes */
  set(changes) {
    attempt(async () => {
      this.preferences = await notifications.setPreferences(changes);
    });
  }

  /** @param {string} name @param {string} label @param {unknown} input */
  field(name, label, input) {
    const problem = this.problemOf(name);
    return html`<label class="field"><span>${label}</span>${input}
      ${problem ? html`<span class="errorlist" role="alert">${problem}</span>` : nothing}</label>`;
  }

  /** @param {string} name */
  problemOf(name) {
    return this.problem?.attr === name ? this.problem.detail : "";
  }

  /** @param {SubmitEvent & {target: HTMLFormElement}} event */
  async onSubmit(event) {
    event.preventDefault();
    const form = event.target;
    const data = new FormData(form);
    this.problem = await attemptForm(async () => {
      this.address = await account.setEmail(String(data.get("email")), String(data.get("password")));
      form.reset();
      store.toast(
        this.address.unverified_email
          ? gettext("Look into your mailbox.")
          : gettext("Your address is saved."),
      );
    });
  }
}

/** @param {Event} event */
function chosen({ target }) {
  return /** @type {HTMLSelectElement} */ (target).value;
}

customElements.define("brook-settings-email", BrookSettingsEmail);
