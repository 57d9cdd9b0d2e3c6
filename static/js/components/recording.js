import { html } from "../../vendor/lit/lit.js";
import { clockTime } from "../format.js";
import { gettext } from "../i18n.js";
import { icon } from "../icon.js";
import { Recorder } from "../recorder.js";
import { store } from "../session.js";
import { BrookElement } from "./element.js";

/** @import { Recording } from "../recorder.js" */

const BARS_SHOWN = 60;

/**
 * A voice message being spoken, in the place of the text. Tells `recorded` with the recording, or
 * `cancelled`.
 */
class BrookRecording extends BrookElement {
  static properties = { seconds: { state: true } };

  constructor() {
    super();
    this.seconds = 0;
    this.recorder = new Recorder();
  }

  select() {
    return [store.state.me.id];
  }

  connectedCallback() {
    super.connectedCallback();
    this.begin();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.recorder.cancel();
  }

  async begin() {
    this.recorder.onLevel = () => {
      this.seconds = this.recorder.seconds;
      if (this.recorder.isTooLong) this.finish();
    };
    try {
      await this.recorder.start();
      if (!this.isConnected) this.recorder.cancel();
    } catch {
      store.toast(gettext("The microphone cannot be used: allow it in the browser's settings."), "problem");
      this.tell("cancelled", null);
    }
  }

  render() {
    const levels = this.recorder.levels.slice(-BARS_SHOWN);
    return html`
      <button type="button" class="icon-button" aria-label=${gettext("Cancel the recording")} title=${gettext("Cancel")}
        @click=${() => this.tell("cancelled", null)}>${icon("trash-2")}</button>
      <span class="recording-dot" aria-hidden="true"></span>
      <span class="recording-time" role="timer">${clockTime(this.seconds)}</span>
      <svg class="recording-wave" viewBox="0 0 ${BARS_SHOWN * 4} 32" preserveAspectRatio="xMaxYMid slice" aria-hidden="true">
        <path d=${wave(levels)} />
      </svg>
      <button type="button" class="send" aria-label=${gettext("Send the recording")} title=${gettext("Send")} @click=${this.finish}>${icon("arrow-up")}</button>
    `;
  }

  firstUpdated() {
    /** @type {HTMLElement | null} */ (this.querySelector(".send"))?.focus();
  }

  async finish() {
    if (this.recorder.media?.state !== "recording") return;
    this.tell("recorded", await this.recorder.stop());
  }

  /** @param {string} type @param {Recording | null} detail */
  tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

/** Bars from the end backwards, as a path. @param {number[]} levels */
function wave(levels) {
  const from = BARS_SHOWN - levels.length;
  return levels
    .map((level, index) => {
      const half = Math.max(1, (level / 100) * 15);
      return `M${(from + index) * 4 + 2} ${16 - half}v${half * 2}`;
    })
    .join("");
}

customElements.define("brook-recording", BrookRecording);
