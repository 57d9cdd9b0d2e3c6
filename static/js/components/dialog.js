import { html, nothing } from "../../vendor/lit/lit.js";
import { gettext } from "../i18n.js";
import { icon } from "../icon.js";
import { store } from "../session.js";
import { BrookElement } from "./element.js";

/** A modal dialog about one thing, made when it is first asked for: see `openDialog`. */
export class BrookDialog extends BrookElement {
  /** @type {import("../../vendor/lit/lit.js").PropertyDeclarations} */
  static properties = { subject: { state: true } };

  constructor() {
    super();
    /** What it is about; null while it is closed. @type {any} */
    this.subject = null;
  }

  /** @returns {readonly unknown[]} */
  select() {
    return [];
  }

  /** @returns {HTMLDialogElement | null} */
  get dialog() {
    return this.querySelector("dialog");
  }

  /** @param {any} subject */
  async show(subject) {
    this.subject = subject;
    await this.updateComplete;
    this.dialog?.showModal();
  }

  close() {
    this.dialog?.close();
  }

  /** @returns {string} */
  get heading() {
    return "";
  }

  render() {
    const id = `${this.localName}-title`;
    return html`
      <dialog class="dialog" aria-labelledby=${id} @close=${this.onClose} @click=${this.onBackdrop}>
        ${
          this.subject
            ? html`<div class="dialog-form">
                <header class="dialog-head">
                  <h2 id=${id}>${this.heading}</h2>
                  <button type="button" class="icon-button" aria-label=${gettext("Close")} @click=${this.close}>${icon("x")}</button>
                </header>
                ${this.content()}
              </div>`
            : nothing
        }
      </dialog>
    `;
  }

  /** @returns {unknown} */
  content() {
    return nothing;
  }

  onClose() {
    this.subject = null;
  }

  /** @param {MouseEvent} event */
  onBackdrop(event) {
    if (event.target === this.dialog) this.close();
  }
}

/**
 * The same for one whose module is fetched when it is first asked for.
 *
 * @param {() => Promise<unknown>} fetched the import
 * @param {string} name of the element
 * @param {unknown} subject
 */
export async function openFetched(fetched, name, subject) {
  try {
    await fetched();
  } catch {
    return store.toast(gettext("This could not be fetched: the server is away."), "problem");
  }
  return openDialog(name, subject);
}

/**
 * @param {string} name of the element
 * @param {unknown} subject what it is about
 */
export function openDialog(name, subject) {
  let element = /** @type {BrookDialog | null} */ (document.querySelector(name));
  if (!element) {
    element = /** @type {BrookDialog} */ (document.createElement(name));
    document.body.append(element);
  }
  return element.show(subject);
}
