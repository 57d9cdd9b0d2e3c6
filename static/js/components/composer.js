import { html } from "../../vendor/lit/lit.js";
import { forgetDraft, loadDraft, saveDraft } from "../drafts.js";
import { icon } from "../icon.js";
import { outbox, store } from "../session.js";
import { titleOf } from "../state/conversations.js";
import { BrookElement } from "./element.js";

const LONGEST_MESSAGE = 10_000;
const WARNS_FROM = 9_500;

/** Where messages are written. It is never locked: what cannot be sent now waits in the outbox. */
class BrookComposer extends BrookElement {
  static properties = { text: { state: true } };

  constructor() {
    super();
    this.text = "";
    this.shownId = "";
  }

  select() {
    const { openId, conversations } = store.state;
    return [openId, conversations.get(openId ?? "")?.title, conversations.get(openId ?? "")?.participants];
  }

  willUpdate() {
    const id = store.state.openId ?? "";
    if (id === this.shownId) return;
    this.shownId = id;
    this.text = loadDraft(id);
  }

  render() {
    const conversation = store.state.conversations.get(this.shownId);
    const title = conversation ? titleOf(conversation, store.state.me.id) : "";
    const left = LONGEST_MESSAGE - this.text.length;
    return html`
      <form class="composer" @submit=${this.onSubmit}>
        <textarea class="composer-text" rows="1" dir="auto" enterkeyhint="send" placeholder="Message ${title}"
          aria-label="Message ${title}" maxlength=${LONGEST_MESSAGE} .value=${this.text}
          @input=${this.onInput} @keydown=${this.onKey}></textarea>
        ${left <= LONGEST_MESSAGE - WARNS_FROM ? html`<span class="composer-left" role="status">${left}</span>` : ""}
        <button type="submit" class="send" aria-label="Send" aria-disabled=${!this.text.trim()}
          @pointerdown=${keepFocus}>${icon("arrow-up")}</button>
      </form>
    `;
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

  focusText() {
    this.textarea?.focus();
  }

  /** @param {InputEvent & {target: HTMLTextAreaElement}} event */
  onInput({ target }) {
    this.text = target.value;
    saveDraft(this.shownId, this.text);
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    // keyCode 229 as well: Safari ends the composition before it tells of the Enter that ended it.
    const isComposing = event.isComposing || event.keyCode === 229;
    if (event.key !== "Enter" || event.shiftKey || isComposing) return;
    this.onSubmit(event);
  }

  /** @param {Event} event */
  onSubmit(event) {
    event.preventDefault();
    // Kept as typed but for the blank lines around it: spaces in front may be code.
    const text = this.text.trimEnd().replace(/^\s*\n/, "");
    if (!text || !this.shownId) return;
    this.text = "";
    forgetDraft(this.shownId);
    outbox.send(this.shownId, text);
    this.focusText();
  }
}

/** A tap on Send must not take the focus from the text, or a phone's keyboard goes away. @param {Event} event */
function keepFocus(event) {
  event.preventDefault();
}

customElements.define("brook-composer", BrookComposer);
