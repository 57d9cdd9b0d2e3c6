import { html, nothing } from "../../vendor/lit/lit.js";
import { filesOf, keepFiles } from "../compositions.js";
import { gettext, interpolate, ngettext } from "../i18n.js";
import { icon } from "../icon.js";
import { isComposing } from "../ime.js";
import { Recorder } from "../recorder.js";
import { scheduleWritten } from "../scheduled.js";
import { drafts, outbox, store, typist } from "../session.js";
import { titleOf } from "../state/conversations.js";
import { MOST_FILES, Upload } from "../upload.js";
import { composerMenu, scheduledLine } from "./composer-menu.js";
import { draftConflict } from "./draft-conflict.js";
import { BrookElement } from "./element.js";
import { chooseEmoji } from "./emoji-picker.js";
import { MentionMenu } from "./mention-menu.js";
import "./recording.js";
import { replyBar, restoreReply } from "./reply-bar.js";
import { tray } from "./tray.js";

/** @import { Recording } from "../recorder.js" */

const LONGEST_MESSAGE = 10_000;
const WARNS_FROM = 9_500;

/** In the place of the composer, where staff locked the conversation. */
function lockedLine() {
  return html`<p class="composer-locked" role="status">
    ${icon("shield")} ${gettext("Staff have locked this conversation: it can be read, and nobody can write in it.")}
  </p>`;
}

/** The same, where they archived it. */
function archivedLine() {
  return html`<p class="composer-locked" role="status">
    ${icon("archive")} ${gettext("Staff have archived this conversation: it can be read, and nobody writes in it any more.")}
  </p>`;
}

/** Where messages are written. Only staff lock it: what cannot be sent now waits in the outbox. */
class BrookComposer extends BrookElement {
  static properties = {
    text: { state: true },
    threadRoot: { attribute: false },
    isRecording: { state: true },
  };

  constructor() {
    super();
    this.text = "";
    /** The message whose thread is written in; empty: the conversation itself. */
    this.threadRoot = "";
    this.isRecording = false;
    this.shownId = "";
    this.shownKey = "";
    /** @type {import("../types.js").Draft | null} */
    this.shownDraft = null;
    this.mentions = new MentionMenu(
      () => this.requestUpdate(),
      (username, typed) => this.insert(`@${username} `, typed),
    );
  }

  select() {
    const { openId, conversations, replyingTo, scheduled } = store.state;
    const conversation = conversations.get(openId ?? "");
    const { title, participants, me, locked, archived } = conversation ?? {};
    const replied = replyingTo.get(this.key);
    return [openId, title, participants, locked, archived, me?.title, me?.draft, replied, scheduled];
  }

  /** What drafts, files and answers are kept under. */
  get key() {
    return this.threadRoot || (store.state.openId ?? "");
  }

  get conversation() {
    return store.state.conversations.get(this.shownId);
  }

  get files() {
    return filesOf(this.shownKey);
  }

  /** @returns {HTMLTextAreaElement | null} */
  get textarea() {
    return this.querySelector("textarea");
  }

  willUpdate() {
    const draft = drafts.onServer(this.key);
    if (draft !== this.shownDraft || this.key !== this.shownKey) {
      queueMicrotask(() => restoreReply(this.shownKey, this.shownId));
    }
    if (this.key !== this.shownKey) {
      if (this.shownKey) drafts.flush(this.shownKey);
      this.shownId = store.state.openId ?? "";
      this.shownKey = this.key;
      this.isRecording = false;
      this.mentions.close();
      this.text = drafts.text(this.key);
    } else if (draft !== this.shownDraft && !drafts.isDirty(this.key)) {
      // Another device wrote it. Blanks alone are no draft, and stay.
      const text = draft?.content ?? "";
      if (text.trim() !== this.text.trim()) this.text = text;
    }
    this.shownDraft = draft;
  }

  render() {
    const title = this.conversation ? titleOf(this.conversation, store.state.me.id) : "";
    const label = this.threadRoot
      ? gettext("Reply in thread")
      : interpolate(gettext("Message %(title)s"), { title });
    if (this.conversation?.archived) return archivedLine();
    if (this.conversation?.locked) return lockedLine();
    return html`
      ${scheduledLine(this)}
      ${draftConflict(this.shownKey, (text) => this.write(text))}
      ${replyBar(this.shownKey, () => this.dropReply())}
      ${tray(this.files, (upload) => this.detach(upload))}
      ${this.mentions.view()}
      <form class="composer" @submit=${this.onSubmit}>
        ${
          this.isRecording
            ? html`<brook-recording class="recording" @recorded=${this.onRecorded}
                @cancelled=${() => (this.isRecording = false)}></brook-recording>`
            : this.fields(label)
        }
      </form>
    `;
  }

  /** @param {string} label */
  fields(label) {
    const left = LONGEST_MESSAGE - this.text.length;
    const isEmpty = !this.text.trim() && !this.files.length;
    return html`
      ${composerMenu(this)}
      <textarea class="composer-text" rows="1" dir=${this.text ? "auto" : nothing} enterkeyhint="send" placeholder=${label}
        aria-label=${label} maxlength=${LONGEST_MESSAGE} .value=${this.text} aria-autocomplete="list"
        aria-controls=${this.mentions.isOpen ? "mention-menu" : nothing}
        aria-activedescendant=${this.mentions.isOpen ? `mention-${this.mentions.at}` : nothing}
        @input=${this.onInput} @keydown=${this.onKey} @paste=${this.onPaste} @blur=${this.onBlur}></textarea>
      ${left <= LONGEST_MESSAGE - WARNS_FROM ? html`<span class="composer-left" role="status">${left}</span>` : nothing}
      <button type="button" class="icon-button composer-emoji" aria-label=${gettext("Emoji")} title=${gettext("Emoji")}
        @click=${this.onEmoji}>${icon("smile")}</button>
      ${
        Recorder.isPossible
          ? html`<button type="button" class="icon-button" aria-label=${gettext("Record a voice message")} title=${gettext("Voice message")}
              @click=${() => (this.isRecording = true)}>${icon("mic")}</button>`
          : nothing
      }
      <button type="submit" class="send" aria-label=${gettext("Send")} aria-disabled=${isEmpty}
        @pointerdown=${keepFocus}>${icon("arrow-up")}</button>
    `;
  }

  updated() {
    const { textarea } = this;
    if (!textarea || CSS.supports("field-sizing", "content")) return;
    textarea.style.blockSize = "auto";
    textarea.style.blockSize = `${textarea.scrollHeight}px`;
  }

  focusText() {
    this.textarea?.focus();
  }

  /** It is no answer any more. @returns {boolean} whether it was one */
  dropReply() {
    const wasReply = Boolean(store.takeReply(this.shownKey));
    if (wasReply && this.text.trim()) this.write(this.text);
    return wasReply;
  }

  /** Everything that changes the text comes through here. @param {string} text */
  write(text) {
    this.text = text;
    drafts.write(this.shownKey, text, store.state.replyingTo.get(this.shownKey)?.id ?? null);
  }

  /**
   * At the caret.
   *
   * @param {string} text
   * @param {number} [typed] how many characters before the caret it replaces
   */
  async insert(text, typed = 0) {
    const at = this.textarea?.selectionStart ?? this.text.length;
    const end = this.textarea?.selectionEnd ?? at;
    this.write(this.text.slice(0, at - typed) + text + this.text.slice(end));
    await this.updateComplete;
    this.focusText();
    this.textarea?.setSelectionRange(at - typed + text.length, at - typed + text.length);
  }

  /** @param {InputEvent & {target: HTMLTextAreaElement}} event */
  onInput({ target }) {
    this.write(target.value);
    if (this.text.trim()) typist.typed(this.shownId);
    else typist.stopped();
    this.mentions.look(target.value.slice(0, target.selectionStart), this.conversation, store.state.me.id);
  }

  onBlur() {
    typist.stopped();
    this.mentions.close();
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    if (isComposing(event) || this.mentions.takes(event)) return;
    if (event.key === "Escape" && this.dropReply()) event.preventDefault();
    if (event.key === "ArrowUp" && !event.altKey && !this.text && !this.files.length) this.editLast(event);
    if (event.key === "Enter" && !event.shiftKey) this.onSubmit(event);
  }

  /** Whoever shows the messages edits my last one. @param {Event} event */
  editLast(event) {
    const detail = { conversationId: this.shownId, threadRoot: this.threadRoot };
    const wish = new CustomEvent("edit-last", { bubbles: true, cancelable: true, detail });
    if (!this.dispatchEvent(wish)) event.preventDefault();
  }

  /** @param {ClipboardEvent} event */
  onPaste(event) {
    const pasted = [...(event.clipboardData?.files ?? [])];
    if (!pasted.length || event.clipboardData?.types.includes("text/plain")) return;
    event.preventDefault();
    this.attach(pasted);
  }

  /** @param {MouseEvent & {currentTarget: Element}} event */
  onEmoji({ currentTarget }) {
    chooseEmoji(currentTarget, (emoji) => this.insert(emoji));
  }

  /** @param {File[]} files */
  attach(files) {
    const room = MOST_FILES - this.files.length;
    if (files.length > room) {
      const text = ngettext(
        "A message takes at most %(count)s attachment.",
        "A message takes at most %(count)s attachments.",
        MOST_FILES,
      );
      store.toast(interpolate(text, { count: MOST_FILES }), "problem");
    }
    const uploads = files.slice(0, room).map((file) => new Upload(file));
    for (const upload of uploads) upload.onChange = () => this.requestUpdate();
    keepFiles(this.shownKey, [...this.files, ...uploads]);
    this.requestUpdate();
    this.focusText();
  }

  /** @param {Upload} upload */
  detach(upload) {
    upload.cancel();
    keepFiles(
      this.shownKey,
      this.files.filter((other) => other !== upload),
    );
    this.requestUpdate();
    this.focusText();
  }

  /** @param {CustomEvent<Recording>} event */
  async onRecorded({ detail }) {
    this.isRecording = false;
    const { file, duration, waveform } = detail;
    this.post("", [new Upload(file, { duration, waveform })]);
    await this.updateComplete;
    this.focusText();
  }

  /** Kept as typed but for the blank lines around it: spaces in front may be code. */
  get content() {
    return this.text.trimEnd().replace(/^\s*\n/, "");
  }

  /** @param {Event} event */
  onSubmit(event) {
    event.preventDefault();
    const { content, files } = this;
    if ((!content && !files.length) || !this.shownId) return;
    keepFiles(this.shownKey, []);
    this.clearText();
    this.post(content, files);
    this.focusText();
  }

  /** @param {string} content @param {Upload[]} uploads */
  post(content, uploads) {
    const replyTo = store.takeReply(this.shownKey);
    outbox.send(this.shownId, content, {
      ...(replyTo ? { replyTo } : {}),
      ...(this.threadRoot ? { threadRoot: this.threadRoot } : {}),
      uploads,
    });
  }

  clearText() {
    this.text = "";
    typist.stopped();
    drafts.sent(this.shownKey);
  }

  /**
   * Say what is written at a later time.
   *
   * @param {Date} when
   */
  async schedule(when) {
    const scheduled = await scheduleWritten(this, when);
    this.clearText();
    this.requestUpdate();
    return scheduled;
  }
}

/** A tap on Send must not take the focus from the text, or a phone's keyboard goes away. @param {Event} event */
function keepFocus(event) {
  event.preventDefault();
}

customElements.define("brook-composer", BrookComposer);
