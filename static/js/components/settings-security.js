import { html, nothing, repeat } from "../../vendor/lit/lit.js";
import { people } from "../api-people.js";
import { attempt, attemptForm } from "../attempt.js";
import { fullTime, lastSeen } from "../format.js";
import { gettext, interpolate } from "../i18n.js";
import { store } from "../session.js";
import { confirm } from "./confirm.js";
import { BrookElement } from "./element.js";

/**
 * @import { Device } from "../api-people.js"
 * @import { FieldProblem } from "../attempt.js"
 */

/** The password, and where one is logged in. */
class BrookSettingsSecurity extends BrookElement {
  static properties = { devices: { state: true }, problem: { state: true } };

  constructor() {
    super();
    /** @type {Device[] | null} */
    this.devices = null;
    /** @type {FieldProblem | null} */
    this.problem = null;
  }

  select() {
    return [store.state.me.id];
  }

  firstUpdated() {
    this.load();
  }

  async load() {
    await attempt(async () => {
      this.devices = (await people.devices()).results;
    });
  }

  render() {
    const others = this.devices?.filter(({ current }) => !current) ?? [];
    return html`
      <section class="settings-card" aria-labelledby="password-title">
        <h2 id="password-title">${gettext("Password")}</h2>
        <form class="settings-form" @submit=${this.onPassword}>
          <input type="text" name="username" autocomplete="username" hidden .value=${store.state.me.username} />
          ${this.field("old_password", gettext("Password now"), "current-password")}
          ${this.field("new_password", gettext("New password"), "new-password")}
          <p class="settings-hint">${gettext("Every other device is logged out.")}</p>
          <button type="submit" class="button">${gettext("Change password")}</button>
        </form>
      </section>
      <section class="settings-card" aria-labelledby="devices-title">
        <h2 id="devices-title">${gettext("Where you are logged in")}</h2>
        <ul class="devices">
          ${repeat(
            this.devices ?? [],
            ({ id }) => id,
            (device) => html`<li class="device">${this.device(device)}</li>`,
          )}
        </ul>
        ${others.length ? html`<button type="button" class="button" @click=${this.endOthers}>${gettext("Log out everywhere else")}</button>` : nothing}
      </section>
    `;
  }

  /** @param {string} name @param {string} label @param {"current-password" | "new-password"} autocomplete */
  field(name, label, autocomplete) {
    const problem = this.problem?.attr === name ? this.problem.detail : "";
    return html`<label class="field"><span>${label}</span>
      <input type="password" name=${name} required autocomplete=${autocomplete} aria-invalid=${problem ? "true" : nothing} />
      ${problem ? html`<span class="errorlist" role="alert">${problem}</span>` : nothing}
    </label>`;
  }

  /** @param {Device} device */
  device({ id, device, address, place, created_at, last_seen_at, two_factor, current }) {
    const loggedIn = two_factor
      ? gettext("Logged in %(time)s, with a code or a passkey")
      : gettext("Logged in %(time)s");
    return html`
      <div>
        <strong dir="auto">${device}</strong>
        <p class="settings-hint">${current ? gettext("This device") : lastSeen(last_seen_at)}${place ? html` · <bdi>${place}</bdi>` : nothing}${address ? html` · <bdi dir="ltr">${address}</bdi>` : nothing}</p>
        <p class="settings-hint">${interpolate(loggedIn, { time: fullTime(created_at) })}</p>
      </div>
      ${current ? html`<span class="role">${gettext("this one")}</span>` : html`<button type="button" class="button is-small" aria-label=${interpolate(gettext("Log out %(device)s"), { device })} @click=${() => this.end(id)}>${gettext("Log out")}</button>`}
    `;
  }

  /** @param {string} id */
  end(id) {
    attempt(async () => {
      await people.endDevice(id);
      this.devices = (this.devices ?? []).filter((device) => device.id !== id);
    });
  }

  async endOthers() {
    const text = gettext("Every other browser and program that uses your account must log in again.");
    if (!(await confirm({ title: gettext("Log out everywhere else?"), text, action: gettext("Log out") })))
      return;
    await attempt(people.endOtherDevices);
    this.load();
  }

  /** @param {SubmitEvent & {target: HTMLFormElement}} event */
  async onPassword(event) {
    event.preventDefault();
    const form = event.target;
    const data = new FormData(form);
    this.problem = await attemptForm(async () => {
      await people.changePassword(String(data.get("old_password")), String(data.get("new_password")));
      form.reset();
      store.toast(gettext("Your password is changed."));
      this.load();
    });
  }
}

customElements.define("brook-settings-security", BrookSettingsSecurity);
