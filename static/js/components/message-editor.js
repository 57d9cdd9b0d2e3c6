import { html } from "../../vendor/lit/lit.js";
import { gettext } from "../i18n.js";
import { isComposing } from "../ime.js";
import { focusComposer, saveEdit } from "../message-actions.js";
import { store } from "../session.js";
import { BrookElement } from "./element.js";

/** @import { Message } from "../types.js" */

const LONGEST_MESSAGE = 10_000;

/** A message of mine, being said otherwise, in its own bubble. */
class BrookMessageEditor extends BrookElement {
  static properties = { message: { attribute: false }, text: { state: true }, isBusy: { state: true } };

  constructor() {
    super();
    /** @type {Message | null} */
    this.message = null;
    this.text = "";
    this.isBusy = false;
  }

  select() {
    return [];
  }

  render() {
    return html`
      <form class="message-editor" @submit=${this.onSubmit}>
        <textarea class="editor-text" rows="1" dir="auto" aria-label=${gettext("Edit message")} maxlength=${LONGEST_MESSAGE}
          .value=${this.text} @input=${this.onInput} @keydown=${this.onKey}></textarea>
        <div class="editor-foot">
          <span class="editor-hint">${gettext("Enter saves, Esc cancels")}</span>
          <button type="button" class="link-button" @click=${this.cancel}>${gettext("Cancel")}</button>
          <button type="submit" class="link-button is-strong" ?disabled=${this.isBusy || !this.canSave}>${gettext("Save")}</button>
        </div>
      </form>
    `;
  }

  firstUpdated() {
    this.text = this.message?.content ?? "";
    this.updateComplete.then(() => {
      const { textarea } = this;
      textarea?.focus();
      textarea?.setSelectionRange(this.text.length, this.text.length);
    });
  }

  updated() {
    const { textarea } = this;
    if (!textarea || CSS.supports("field-sizing", "content")) return;
    textarea.style.blockSize = "auto";
    textarea.style.blockSize = `${textarea.scrollHeight}px`;
  }

  /** @returns {HTMLTextAreaElement | null} */
  get textarea() {
    return this.querySelector("textarea");
  }

  get canSave() {
    return Boolean(this.text.trim() || this.message?.attachments?.length);
  }

  /** @param {InputEvent & {target: HTMLTextAreaElement}} event */
  onInput({ target }) {
    this.text = target.value;
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    event.stopPropagation();
    if (isComposing(event)) return;
    if (event.key === "Escape") this.cancel(event);
    if (event.key === "Enter" && !event.shiftKey) this.onSubmit(event);
  }

  /** @param {Event} [event] */
  cancel(event) {
    event?.preventDefault();
    const { thread, openId } = store.state;
    const key = (this.closest("brook-thread") && thread?.id) || (openId ?? "");
    store.set({ editingId: "" });
    focusComposer(key);
  }

  /** @param {Event} event */
  async onSubmit(event) {
    event.preventDefault();
    const { message } = this;
    const text = this.text.trimEnd();
    if (!message || this.isBusy || !this.canSave) return;
    if (text === message.content) return this.cancel();
    this.isBusy = true;
    const isDone = await saveEdit(message, text);
    this.isBusy = false;
    if (isDone) this.cancel();
  }
}

customElements.define("brook-message-editor", BrookMessageEditor);
