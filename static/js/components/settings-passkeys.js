import { html, nothing, repeat } from "../../vendor/lit/lit.js";
import { ApiError } from "../api.js";
import { account } from "../api-account.js";
import { passkeys } from "../api-passkeys.js";
import { attempt } from "../attempt.js";
import { fullTime } from "../format.js";
import { gettext, interpolate } from "../i18n.js";
import { knowsPasskeys, makePasskey, PasskeyProblem } from "../passkeys.js";
import { store } from "../session.js";
import { BrookElement } from "./element.js";

/**
 * @import { Confirmation, Passkey } from "../api-passkeys.js"
 * @import { FieldProblem } from "../attempt.js"
 *
 * @typedef {{what: "" | "add"} | {what: "rename" | "remove", id: string}} Step
 * @typedef {SubmitEvent & {target: HTMLFormElement}} Submit
 */

const FIELDS = ["password", "code", "name"];

/** Keys on one's devices that log in without a password. */
class BrookSettingsPasskeys extends BrookElement {
  static properties = {
    passkeys: { state: true },
    unavailable: { state: true },
    step: { state: true },
    asksCode: { state: true },
    isBusy: { state: true },
    problem: { state: true },
  };

  constructor() {
    super();
    /** @type {Passkey[] | null} */
    this.passkeys = null;
    /** @type {string | null} */
    this.unavailable = null;
    /** @type {Step} */
    this.step = { what: "" };
    this.asksCode = false;
    this.isBusy = false;
    /** @type {FieldProblem | null} */
    this.problem = null;
  }

  select() {
    return [store.state.me.id];
  }

  firstUpdated() {
    attempt(() => this.load());
  }

  async load() {
    const { results, unavailable } = await passkeys.list();
    this.passkeys = results;
    this.unavailable = knowsPasskeys() ? unavailable : gettext("This browser does not know passkeys.");
  }

  render() {
    return html`<section class="settings-card" id="passkeys" aria-labelledby="passkeys-title">
      <h2 id="passkeys-title">${gettext("Passkeys")}</h2>
      <p class="settings-hint">${gettext("Log in with your fingerprint, your face, a PIN or a security key: nothing to remember, and nothing that anybody could trick you into typing elsewhere.")}</p>
      ${this.passkeys ? this.content(this.passkeys) : nothing}
    </section>`;
  }

  /** @param {Passkey[]} held */
  content(held) {
    return html`
      ${
        held.length
          ? html`<ul class="devices" aria-label=${gettext("Passkeys")}>
              ${repeat(
                held,
                ({ id }) => id,
                (passkey) => html`<li class="passkey">${this.passkey(passkey)}</li>`,
              )}
            </ul>`
          : nothing
      }
      ${this.unavailable ? html`<p class="settings-callout">${this.unavailable}</p>` : this.adding()}
    `;
  }

  adding() {
    if (this.step.what !== "add")
      return html`<button type="button" class="button" @click=${() => this.ask({ what: "add" })}>${gettext("Add a passkey")}</button>`;
    return this.form(
      this.onAdd,
      gettext("Continue"),
      html`<p class="settings-hint">${gettext("Next, your browser asks where to keep the passkey.")}</p>`,
      this.nameField("", false),
      this.confirmation(),
    );
  }

  /** @param {Passkey} passkey */
  passkey({ id, name, backed_up, created_at, last_used_at, cloned_at }) {
    const { what } = this.step;
    const mine = "id" in this.step && this.step.id === id;
    const added = backed_up
      ? gettext("Added %(time)s, kept for your other devices as well")
      : gettext("Added %(time)s");
    const used = last_used_at
      ? interpolate(gettext("Last used %(time)s"), { time: fullTime(last_used_at) })
      : gettext("Not used yet");
    const suspicion = gettext(
      "Somebody may have a copy of it: it was refused %(time)s. Remove it, unless you know why.",
    );
    return html`
      <div class="device">
        <div>
          <strong dir="auto">${name}</strong>
          <p class="settings-hint">${interpolate(added, { time: fullTime(created_at) })}</p>
          <p class="settings-hint">${used}</p>
        </div>
        <div class="passkey-buttons">
          <button type="button" class="button is-small" aria-label=${interpolate(gettext("Rename %(name)s"), { name })} @click=${() => this.ask({ what: "rename", id })}>${gettext("Rename")}</button>
          <button type="button" class="button is-small" aria-label=${interpolate(gettext("Remove %(name)s"), { name })} @click=${() => this.ask({ what: "remove", id })}>${gettext("Remove")}</button>
        </div>
      </div>
      ${cloned_at ? html`<p class="settings-callout" role="status">${interpolate(suspicion, { time: fullTime(cloned_at) })}</p>` : nothing}
      ${mine && what === "rename" ? this.form(this.onRename, gettext("Save name"), this.nameField(name, true)) : nothing}
      ${mine && what === "remove" ? this.form(this.onRemove, gettext("Remove it"), html`<p class="settings-hint">${gettext("It logs nobody in any more. Your device may still show it: delete it there, too.")}</p>`, this.confirmation()) : nothing}
    `;
  }

  /** @param {(event: Submit) => void} act @param {string} label @param {unknown[]} content */
  form(act, label, ...content) {
    const problem = this.problem && !FIELDS.includes(this.problem.attr) ? this.problem.detail : "";
    return html`<form class="settings-form" @submit=${act}>
      <input type="text" name="username" autocomplete="username" hidden .value=${store.state.me.username} />
      ${content}
      ${problem ? html`<p class="errorlist" role="alert">${problem}</p>` : nothing}
      <div class="settings-buttons">
        <button type="submit" class="button is-primary" ?disabled=${this.isBusy}>${label}</button>
        <button type="button" class="button" @click=${() => this.go({ what: "" })}>${gettext("Cancel")}</button>
      </div>
    </form>`;
  }

  confirmation() {
    return html`
      ${this.field(gettext("Your password"), html`<input type="password" name="password" required autocomplete="current-password" aria-invalid=${this.isWrong("password")} />`, "password")}
      ${
        this.asksCode
          ? this.field(
              gettext("A code of your app, or a recovery code"),
              html`<input type="text" name="code" required autocomplete="one-time-code" autocapitalize="none" spellcheck="false" aria-invalid=${this.isWrong("code")} />`,
              "code",
            )
          : nothing
      }
    `;
  }

  /** @param {string} name @param {boolean} required */
  nameField(name, required) {
    const input = html`<input type="text" name="name" maxlength="64" dir="auto" autocomplete="off" ?required=${required} .value=${name} placeholder=${required ? nothing : gettext("My phone")} aria-invalid=${this.isWrong("name")} />`;
    return this.field(required ? gettext("Name") : gettext("Name (if you like)"), input, "name");
  }

  /** @param {string} label @param {unknown} input @param {string} attr */
  field(label, input, attr) {
    return html`<label class="field"><span>${label}</span>${input}
      ${this.problem?.attr === attr ? html`<span class="errorlist" role="alert">${this.problem.detail}</span>` : nothing}
    </label>`;
  }

  /** @param {string} attr */
  isWrong(attr) {
    return this.problem?.attr === attr ? "true" : nothing;
  }

  /** @param {Step} step */
  go(step) {
    this.step = step;
    this.problem = null;
  }

  /** @param {Step} step */
  async ask(step) {
    await attempt(async () => {
      if (step.what !== "rename") this.asksCode = (await account.twoFactor()).enabled;
      this.go(step);
      await this.updateComplete;
      /** @type {HTMLInputElement | null} */ (this.querySelector("form input:not([hidden])"))?.focus();
    });
  }

  /** @param {Submit} event @param {(data: FormData) => Promise<unknown>} act */
  async send(event, act) {
    event.preventDefault();
    this.isBusy = true;
    this.problem = null;
    try {
      await act(new FormData(event.target));
      this.go({ what: "" });
      await this.load();
    } catch (error) {
      if (!(error instanceof ApiError || error instanceof PasskeyProblem)) throw error;
      this.problem = { attr: (error instanceof ApiError && error.attr) || "", detail: error.detail };
    } finally {
      this.isBusy = false;
    }
  }

  /** @param {Submit} event */
  onAdd(event) {
    this.send(event, async (data) => {
      const proof = await makePasskey(await passkeys.begin(oneself(data)));
      await passkeys.add(proof, String(data.get("name")).trim());
      store.toast(gettext("The passkey is added."));
    });
  }

  /** @param {Submit} event */
  onRename(event) {
    this.send(event, (data) => passkeys.rename(this.chosen, String(data.get("name")).trim()));
  }

  /** @param {Submit} event */
  onRemove(event) {
    this.send(event, async (data) => {
      await passkeys.remove(this.chosen, oneself(data));
      store.toast(gettext("The passkey is removed."));
    });
  }

  get chosen() {
    return "id" in this.step ? this.step.id : "";
  }
}

/** @param {FormData} data @returns {Confirmation} */
function oneself(data) {
  const code = data.get("code");
  return { password: String(data.get("password")), ...(code ? { code: String(code) } : {}) };
}

customElements.define("brook-settings-passkeys", BrookSettingsPasskeys);
