import { html, nothing } from "../../vendor/lit/lit.js";
import { fileSize } from "../format.js";
import { direction, gettext, interpolate } from "../i18n.js";
import { icon } from "../icon.js";
import { store } from "../session.js";
import { BrookDialog, openDialog } from "./dialog.js";

/** @import { Attachment } from "../types.js" */

/** A picture as large as the window allows; arrows go on to the other pictures that are held. */
class BrookLightbox extends BrookDialog {
  static properties = { index: { state: true } };

  constructor() {
    super();
    this.index = 0;
  }

  /** @param {{pictures: Attachment[], index: number}} subject */
  async show(subject) {
    this.index = subject.index;
    await super.show(subject);
  }

  render() {
    return html`<dialog class="lightbox" aria-label=${gettext("Picture")} @close=${this.onClose} @click=${this.onBackdrop}
      @keydown=${this.onKey}>${this.subject ? this.content() : nothing}</dialog>`;
  }

  content() {
    /** @type {{pictures: Attachment[]}} */
    const { pictures } = this.subject;
    const picture = /** @type {Attachment} */ (pictures[this.index]);
    return html`
      <header class="lightbox-head">
        <span class="lightbox-name" dir="auto">${picture.name}</span>
        <span class="lightbox-note" role="status">${pictures.length > 1 ? `${interpolate(gettext("%(number)s of %(total)s"), { number: this.index + 1, total: pictures.length })} · ` : ""}${fileSize(picture.size)}</span>
        <a class="icon-button" href=${picture.url} download=${picture.name} aria-label=${gettext("Download")} title=${gettext("Download")}>${icon("download")}</a>
        <button type="button" class="icon-button" aria-label=${gettext("Close")} title=${gettext("Close")} autofocus @click=${this.close}>${icon("x")}</button>
      </header>
      <div class="lightbox-stage" @click=${this.onStage}>
        <img src=${picture.url} width=${picture.width ?? nothing} height=${picture.height ?? nothing} alt=${picture.name} />
      </div>
      ${this.step(-1, gettext("Previous picture"), "chevron-left")} ${this.step(1, gettext("Next picture"), "chevron-right")}
    `;
  }

  /** @param {1 | -1} by @param {string} label @param {string} symbol */
  step(by, label, symbol) {
    const next = this.index + by;
    if (next < 0 || next >= this.subject.pictures.length) return nothing;
    return html`<button type="button" class="icon-button lightbox-step ${by > 0 ? "is-next" : "is-previous"}"
      aria-label=${label} title=${label} @click=${() => (this.index = next)}>${icon(symbol)}</button>`;
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!by) return;
    event.preventDefault();
    const next = this.index + (direction === "rtl" ? -by : by);
    if (this.subject.pictures[next]) this.index = next;
  }

  /** Beside the picture it closes. @param {MouseEvent} event */
  onStage(event) {
    if (event.target === event.currentTarget) this.close();
  }
}

customElements.define("brook-lightbox", BrookLightbox);

/**
 * Show a picture, among all those of its conversation that are held.
 *
 * @param {Attachment} picture
 * @param {string} conversationId
 */
export function openLightbox(picture, conversationId) {
  const { histories, thread } = store.state;
  const messages = [...(histories.get(conversationId)?.messages ?? []), ...(thread?.history.messages ?? [])];
  const all = messages.flatMap(({ attachments = [] }) => attachments.filter(({ kind }) => kind === "image"));
  const pictures = [...new Map([...all, picture].map((one) => [one.id, one])).values()];
  const index = pictures.findIndex(({ id }) => id === picture.id);
  return openDialog("brook-lightbox", { pictures, index });
}
