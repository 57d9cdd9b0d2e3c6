import { html, nothing } from "../../vendor/lit/lit.js";
import { gettext } from "../i18n.js";
import { store } from "../session.js";
import { BrookElement } from "./element.js";

/**
 * @typedef {object} Question
 * @property {string} title
 * @property {string} text
 * @property {string} action what the button says
 * @property {[value: string, label: string][]} [choices] one of which must be chosen
 * @property {string} [choiceLabel]
 */

/** One question before something that cannot be taken back. */
class BrookConfirm extends BrookElement {
  static properties = { question: { state: true } };

  constructor() {
    super();
    /** @type {Question | null} */
    this.question = null;
    /** @type {(answer: string | null) => void} */
    this.answer = () => {};
  }

  select() {
    return [store.state.me.id];
  }

  /** @param {Question} question @returns {Promise<string | null>} the choice, "yes" where there is none, null: no */
  async ask(question) {
    this.question = question;
    await this.updateComplete;
    this.querySelector("dialog")?.showModal();
    return new Promise((resolve) => {
      this.answer = resolve;
    });
  }

  render() {
    return html`<dialog class="dialog is-question" aria-labelledby="confirm-title" @close=${this.onClose}>
      ${this.question ? this.form(this.question) : nothing}
    </dialog>`;
  }

  /** @param {Question} question */
  form({ title, text, action, choices, choiceLabel = "" }) {
    return html`<form class="dialog-form" method="dialog">
      <h2 id="confirm-title">${title}</h2>
      <p class="dialog-text">${text}</p>
      ${
        choices
          ? html`<label class="field"><span>${choiceLabel}</span><select name="choice" class="text-input" required>
              ${choices.map(([value, label]) => html`<option value=${value}>${label}</option>`)}
            </select></label>`
          : nothing
      }
      <footer class="dialog-foot is-end">
        <button type="submit" class="button" value="" formnovalidate>${gettext("Cancel")}</button>
        <button type="submit" class="button is-danger" value="yes">${action}</button>
      </footer>
    </form>`;
  }

  onClose() {
    const isYes = this.querySelector("dialog")?.returnValue === "yes";
    const chosen = /** @type {HTMLSelectElement | null} */ (this.querySelector("select"))?.value;
    this.question = null;
    this.answer(isYes ? (chosen ?? "yes") : null);
  }
}

customElements.define("brook-confirm", BrookConfirm);

/** @param {Question} question @returns {Promise<string | null>} */
export function confirm(question) {
  let dialog = /** @type {BrookConfirm | null} */ (document.querySelector("brook-confirm"));
  if (!dialog) {
    dialog = /** @type {BrookConfirm} */ (document.createElement("brook-confirm"));
    document.body.append(dialog);
  }
  return dialog.ask(question);
}
