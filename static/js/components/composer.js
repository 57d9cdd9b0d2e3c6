import { html } from "../../vendor/lit/lit.js";
import { forgetDraft, loadDraft, saveDraft } from "../drafts.js";
import { icon } from "../icon.js";
import { outbox, store } from "../session.js";
import { titleOf } from "../state/conversations.js";
import { BrookElement } from "./element.js";
import { replyBar } from "./reply-bar.js";

const LONGEST_MESSAGE = 10_000;
const WARNS_FROM = 9_500;

/** Where messages are written. It is never locked: what cannot be sent now waits in the outbox. */
class BrookComposer extends BrookElement {
  static properties = { text: { state: true }, threadRoot: { attribute: false } };

  constructor() {
    super();
    this.text = "";
    /** The message whose thread is written in; empty: the conversation itself. */
    this.threadRoot = "";
    this.shownId = "";
    this.shownKey = "";
  }

  select() {
    const { openId, conversations, replyingTo } = store.state;
    const conversation = conversations.get(openId ?? "");
    return [openId, conversation?.title, conversation?.participants, replyingTo.get(this.key)];
  }

  /** What drafts and answers are kept under. */
  get key() {
    return this.threadRoot || (store.state.openId ?? "");
  }

  willUpdate() {
    const id = store.state.openId ?? "";
    if (this.key === this.shownKey) return;
    this.shownId = id;
    this.shownKey = this.key;
    this.text = loadDraft(this.key);
  }

  render() {
    const conversation = store.state.conversations.get(this.shownId);
    const title = conversation ? titleOf(conversation, store.state.me.id) : "";
    const label = this.threadRoot ? "Reply in thread" : `Message ${title}`;
    const left = LONGEST_MESSAGE - this.text.length;
    return html`
      ${replyBar(this.key)}
      <form class="composer" @submit=${this.onSubmit}>
        <textarea class="composer-text" rows="1" dir="auto" enterkeyhint="send" placeholder=${label}
          aria-label=${label} maxlength=${LONGEST_MESSAGE} .value=${this.text}
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
    saveDraft(this.shownKey, this.text);
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    // keyCode 229 as well: Safari ends the composition before it tells of the Enter that ended it.
    const isComposing = event.isComposing || event.keyCode === 229;
    if (event.key === "Escape" && store.takeReply(this.key)) event.preventDefault();
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
    forgetDraft(this.shownKey);
    outbox.send(this.shownId, text, { replyTo: store.takeReply(this.key), threadRoot: this.threadRoot });
    this.focusText();
  }
}

/** A tap on Send must not take the focus from the text, or a phone's keyboard goes away. @param {Event} event */
function keepFocus(event) {
  event.preventDefault();
}

customElements.define("brook-composer", BrookComposer);
