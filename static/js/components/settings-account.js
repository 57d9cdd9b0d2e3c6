import { html, nothing } from "../../vendor/lit/lit.js";
import { account } from "../api-account.js";
import { attemptForm } from "../attempt.js";
import { gettext } from "../i18n.js";
import { store } from "../session.js";
import { confirm } from "./confirm.js";
import { BrookElement } from "./element.js";

/** @import { FieldProblem } from "../attempt.js" */

/** @type {[value: "keep" | "remove", label: string, hint: string][]} */
const FATES = [
  ["keep", gettext("Keep my messages"), gettext("They stay for the others, without your name.")],
  [
    "remove",
    gettext("Remove my messages"),
    gettext("They are deleted for everybody, with your files and reactions."),
  ],
];

/** The end of an account. */
class BrookSettingsAccount extends BrookElement {
  static properties = { problem: { state: true }, isBusy: { state: true } };

  constructor() {
    super();
    /** @type {FieldProblem | null} */
    this.problem = null;
    this.isBusy = false;
  }

  select() {
    return [store.state.me.id];
  }

  render() {
    const problem = this.problem?.attr === "password" ? this.problem.detail : "";
    return html`
      <section class="settings-card" aria-labelledby="delete-title">
        <h2 id="delete-title">${gettext("Delete my account")}</h2>
        <p class="settings-hint">
          ${gettext("You are logged out everywhere and leave your groups, and nothing shows your name any more. This cannot be taken back.")}
        </p>
        <form class="settings-form" @submit=${this.onDelete}>
          <fieldset class="choices">
            <legend>${gettext("What you have said")}</legend>
            ${FATES.map(
              ([value, label, hint]) => html`<label class="choice">
                <input type="radio" name="messages" value=${value} .defaultChecked=${value === "keep"} />
                <span><strong>${label}</strong><span class="settings-hint">${hint}</span></span>
              </label>`,
            )}
          </fieldset>
          <input type="text" name="username" autocomplete="username" hidden .value=${store.state.me.username} />
          <label class="field"><span>${gettext("Your password, to delete the account")}</span>
            <input type="password" name="password" required autocomplete="current-password" aria-invalid=${problem ? "true" : nothing} />
            ${problem ? html`<span class="errorlist" role="alert">${problem}</span>` : nothing}
          </label>
          <button type="submit" class="button is-danger" ?disabled=${this.isBusy}>${gettext("Delete my account")}</button>
        </form>
      </section>
    `;
  }

  /** @param {SubmitEvent & {target: HTMLFormElement}} event */
  async onDelete(event) {
    event.preventDefault();
    const data = new FormData(event.target);
    const messages = data.get("messages") === "remove" ? "remove" : "keep";
    const said =
      messages === "remove"
        ? gettext("Your messages go, too.")
        : gettext("Your messages stay, without your name.");
    const question = {
      title: gettext("Delete your account for good?"),
      text: said,
      action: gettext("Delete my account"),
    };
    if (!(await confirm(question))) return;
    this.isBusy = true;
    this.problem = await attemptForm(async () => {
      await account.remove(String(data.get("password")), messages);
      location.assign("/login");
    });
    this.isBusy = false;
  }
}

customElements.define("brook-settings-account", BrookSettingsAccount);
