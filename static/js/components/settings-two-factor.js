import { html, nothing } from "../../vendor/lit/lit.js";
import { account } from "../api-account.js";
import { attempt, attemptForm } from "../attempt.js";
import { gettext, interpolate, ngettext, woven } from "../i18n.js";
import { qrCode } from "../qr-code.js";
import { store } from "../session.js";
import { BrookElement } from "./element.js";

/**
 * @import { TwoFactor } from "../api-account.js"
 * @import { FieldProblem } from "../attempt.js"
 *
 * @typedef {"" | "begin" | "scan" | "codes" | "off" | "renew"} Step
 */

const FEW_CODES = 3;

/** A code of one's phone at log-in, beside the password. */
class BrookSettingsTwoFactor extends BrookElement {
  static properties = {
    status: { state: true },
    step: { state: true },
    secret: { state: true },
    codes: { state: true },
    problem: { state: true },
  };

  constructor() {
    super();
    /** @type {TwoFactor | null} */
    this.status = null;
    /** @type {Step} */
    this.step = "";
    /** @type {{secret: string, uri: string} | null} */
    this.secret = null;
    /** @type {string[]} */
    this.codes = [];
    /** @type {FieldProblem | null} */
    this.problem = null;
  }

  select() {
    return [store.state.me.id];
  }

  firstUpdated() {
    attempt(async () => {
      this.status = await account.twoFactor();
    });
  }

  render() {
    return html`<section class="settings-card" id="two-factor" aria-labelledby="two-factor-title">
      <h2 id="two-factor-title">${gettext("Two-factor log-in")}</h2>
      ${this.status ? this.content(this.status) : nothing}
    </section>`;
  }

  /** @param {TwoFactor} status */
  content(status) {
    switch (this.step) {
      case "begin":
        return this.form(this.onBegin, gettext("Continue"), this.password());
      case "scan":
        return this.scan();
      case "codes":
        return this.recoveryCodes();
      case "off":
        return this.form(this.onEnd, gettext("Turn off"), this.password(), this.code());
      case "renew":
        return this.form(this.onRenew, gettext("Make new codes"), this.password(), this.code());
      default:
        return status.enabled ? this.isOn(status) : this.isOff(status);
    }
  }

  /** @param {TwoFactor} status */
  isOff({ is_required }) {
    return html`
      <p class="settings-hint">${gettext("Log-in asks for a code of an app on your phone, too. Who learns your password cannot use it alone.")}</p>
      ${is_required ? html`<p class="settings-callout" role="status">${gettext("The administration of this server lets you in only with it.")}</p>` : nothing}
      <button type="button" class="button" @click=${() => this.go("begin")}>${gettext("Set up")}</button>
    `;
  }

  /** @param {TwoFactor} status */
  isOn({ recovery_codes_left: left }) {
    const text = ngettext(
      "It is on: log-in asks for a code of your app. You have %(count)s recovery code left.",
      "It is on: log-in asks for a code of your app. You have %(count)s recovery codes left.",
      left,
    );
    return html`
      <p class="settings-hint">${interpolate(text, { count: left })}</p>
      ${left < FEW_CODES ? html`<p class="settings-callout" role="status">${gettext("Make new recovery codes before you run out of them.")}</p>` : nothing}
      <div class="settings-buttons">
        <button type="button" class="button" @click=${() => this.go("renew")}>${gettext("New recovery codes")}</button>
        <button type="button" class="button" @click=${() => this.go("off")}>${gettext("Turn off")}</button>
      </div>
    `;
  }

  scan() {
    if (!this.secret) return nothing;
    return html`
      <p class="settings-hint">${gettext("Scan this with an authenticator app, then type the six digits that it shows.")}</p>
      ${qrCode(this.secret.uri, gettext("QR code for your authenticator app"))}
      <p class="settings-hint">${woven(gettext("Or type this into the app: %(secret)s"), {
        secret: html`<code class="secret" dir="ltr">${inGroups(this.secret.secret)}</code>`,
      })}</p>
      ${this.form(this.onConfirm, gettext("Turn on"), this.code(gettext("The code of your app")))}
    `;
  }

  recoveryCodes() {
    return html`
      <p class="settings-hint">${gettext("Write these codes down, or print them. Each lets you in once when your phone is not at hand. They are shown only now.")}</p>
      <ul class="recovery-codes" aria-label=${gettext("Recovery codes")}>${this.codes.map((code) => html`<li><code dir="ltr">${code}</code></li>`)}</ul>
      <div class="settings-buttons">
        <button type="button" class="button" @click=${this.copy}>${gettext("Copy")}</button>
        <button type="button" class="button is-primary" @click=${() => this.go("")}>${gettext("I have kept them")}</button>
      </div>
    `;
  }

  /** @param {(event: SubmitEvent & {target: HTMLFormElement}) => void} act @param {string} label @param {unknown[]} fields */
  form(act, label, ...fields) {
    return html`<form class="settings-form" @submit=${act}>
      <input type="text" name="username" autocomplete="username" hidden .value=${store.state.me.username} />
      ${fields}
      <div class="settings-buttons">
        <button type="submit" class="button is-primary">${label}</button>
        <button type="button" class="button" @click=${() => this.go("")}>${gettext("Cancel")}</button>
      </div>
    </form>`;
  }

  password() {
    return this.field("password", gettext("Your password"), "password", "current-password");
  }

  code(label = gettext("A code of your app, or a recovery code")) {
    return this.field("code", label, "text", "one-time-code");
  }

  /** @param {string} name @param {string} label @param {"text" | "password"} type @param {"current-password" | "one-time-code"} autocomplete */
  field(name, label, type, autocomplete) {
    const problem = this.problem?.attr === name ? this.problem.detail : "";
    return html`<label class="field"><span>${label}</span>
      <input type=${type} name=${name} required autocomplete=${autocomplete} autocapitalize="none" spellcheck="false" aria-invalid=${problem ? "true" : nothing} />
      ${problem ? html`<span class="errorlist" role="alert">${problem}</span>` : nothing}
    </label>`;
  }

  /** @param {Step} step */
  go(step) {
    this.step = step;
    this.problem = null;
  }

  /** @param {SubmitEvent & {target: HTMLFormElement}} event @param {(password: string, code: string) => Promise<Step>} act */
  async send(event, act) {
    event.preventDefault();
    const data = new FormData(event.target);
    this.problem = await attemptForm(async () => {
      this.step = await act(String(data.get("password") ?? ""), String(data.get("code") ?? ""));
      this.status = await account.twoFactor();
    });
  }

  /** @param {SubmitEvent & {target: HTMLFormElement}} event */
  onBegin(event) {
    this.send(event, async (password) => {
      this.secret = await account.beginTwoFactor(password);
      return "scan";
    });
  }

  /** @param {SubmitEvent & {target: HTMLFormElement}} event */
  onConfirm(event) {
    this.send(event, async (_password, code) => {
      this.codes = (await account.confirmTwoFactor(code)).recovery_codes;
      this.secret = null;
      return "codes";
    });
  }

  /** @param {SubmitEvent & {target: HTMLFormElement}} event */
  onRenew(event) {
    this.send(event, async (password, code) => {
      this.codes = (await account.newRecoveryCodes(password, code)).recovery_codes;
      return "codes";
    });
  }

  /** @param {SubmitEvent & {target: HTMLFormElement}} event */
  onEnd(event) {
    this.send(event, async (password, code) => {
      await account.endTwoFactor(password, code);
      store.toast(gettext("Log-in asks for your password alone."));
      return "";
    });
  }

  async copy() {
    try {
      await navigator.clipboard.writeText(this.codes.join("\n"));
      store.toast(gettext("The codes are copied."));
    } catch {
      store.toast(gettext("This browser does not let us copy: select them."), "problem");
    }
  }
}

/** @param {string} secret */
function inGroups(secret) {
  return secret.match(/.{1,4}/g)?.join(" ") ?? secret;
}

customElements.define("brook-settings-two-factor", BrookSettingsTwoFactor);
