import { html, nothing, svg } from "../../vendor/lit/lit.js";
import { clockTime } from "../format.js";
import { gettext, interpolate, pgettext } from "../i18n.js";
import { icon } from "../icon.js";
import { store } from "../session.js";
import { BrookElement } from "./element.js";

/** @import { Attachment } from "../types.js" */

const BARS = 40;
const BAR_STEP = 4;
const HEIGHT = 28;
const LOWEST = 3;
const STEP_S = 0.1;
const SPEEDS = [1, 1.5, 2];
const SPEED_KEY = "brook.voice.speed";

/** Only one is heard at a time. @type {HTMLAudioElement | null} */
let heard = null;

/** As chosen last, for all of them. */
function readSpeed() {
  try {
    const kept = Number(localStorage.getItem(SPEED_KEY));
    return SPEEDS.includes(kept) ? kept : 1;
  } catch {
    return 1;
  }
}

/** A recording: play and pause, its loudness as bars, where it is; the bars are a slider. */
class BrookVoice extends BrookElement {
  static properties = {
    attachment: { attribute: false },
    isPlaying: { state: true },
    at: { state: true },
    length: { state: true },
    failed: { state: true },
    speed: { state: true },
  };

  constructor() {
    super();
    /** @type {Attachment | null} */
    this.attachment = null;
    this.isPlaying = false;
    this.at = 0;
    /** Seconds, as the player found out. */
    this.length = 0;
    this.failed = false;
    this.speed = readSpeed();
    /** @type {HTMLAudioElement | null} */
    this.audio = null;
  }

  select() {
    return [store.state.me.id];
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.audio?.pause();
  }

  get seconds() {
    return this.attachment?.duration || this.length || 0;
  }

  render() {
    const { seconds, at } = this;
    const place = interpolate(gettext("%(at)s of %(length)s"), {
      at: clockTime(at),
      length: clockTime(seconds),
    });
    return html`<div class="voice">
      <button type="button" class="voice-button" aria-label=${this.isPlaying ? pgettext("voice message", "Pause") : gettext("Play voice message")}
        @click=${this.toggle}>${icon(this.isPlaying ? "pause" : "play")}</button>
      <div class="voice-wave">
        ${this.wave(seconds ? at / seconds : 0)}
        <input type="range" class="voice-slider" aria-label=${gettext("Position")} min="0" max=${seconds || 1} step=${STEP_S}
          .value=${String(at)} aria-valuetext=${place} @input=${this.onSeek} />
      </div>
      ${
        this.isPlaying || at
          ? html`<button type="button" class="voice-speed" aria-label=${interpolate(gettext("Speed: %(speed)s"), { speed: this.speed })} title=${gettext("Speed")}
              @click=${this.changeSpeed}>${this.speed}×</button>`
          : nothing
      }
      <span class="voice-time">${this.failed ? "–:––" : clockTime(at || seconds)}</span>
    </div>`;
  }

  /** @param {number} played from 0 to 1 */
  wave(played) {
    const levels = barsOf(this.attachment?.waveform ?? null);
    const width = BARS * BAR_STEP;
    return html`<svg class="wave" viewBox="0 0 ${width} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true">
      ${levels.map((level, index) => {
        const height = LOWEST + (level / 100) * (HEIGHT - LOWEST);
        const isPlayed = (index + 0.5) / BARS <= played;
        return svg`<rect class=${isPlayed ? "is-played" : ""} x=${index * BAR_STEP + 0.75} y=${(HEIGHT - height) / 2}
          width="2.5" height=${height} rx="1.25"></rect>`;
      })}
    </svg>`;
  }

  /** @returns {HTMLAudioElement} */
  player() {
    if (this.audio) return this.audio;
    const audio = new Audio(this.attachment?.url);
    audio.addEventListener("timeupdate", () => (this.at = audio.currentTime));
    audio.addEventListener("play", () => (this.isPlaying = true));
    audio.addEventListener("pause", () => (this.isPlaying = false));
    audio.addEventListener("ended", () => (this.at = 0));
    audio.addEventListener("durationchange", () => {
      if (Number.isFinite(audio.duration)) this.length = audio.duration;
    });
    this.audio = audio;
    return audio;
  }

  changeSpeed() {
    this.speed = SPEEDS[(SPEEDS.indexOf(this.speed) + 1) % SPEEDS.length] ?? 1;
    this.player().playbackRate = this.speed;
    try {
      localStorage.setItem(SPEED_KEY, String(this.speed));
    } catch {
      // It holds for this recording.
    }
  }

  async toggle() {
    const audio = this.player();
    if (!audio.paused) return audio.pause();
    if (heard && heard !== audio) heard.pause();
    heard = audio;
    this.speed = readSpeed();
    audio.playbackRate = this.speed;
    try {
      await audio.play();
      this.failed = false;
    } catch (error) {
      if (error instanceof DOMException && error.name === "AbortError") return;
      this.failed = true;
      store.toast(gettext("This recording cannot be played here."), "problem");
    }
  }

  /** @param {InputEvent & {target: HTMLInputElement}} event */
  onSeek({ target }) {
    this.at = Number(target.value);
    this.player().currentTime = this.at;
  }
}

/** As many as are drawn, whatever was recorded. @param {number[] | null} waveform @returns {number[]} */
function barsOf(waveform) {
  if (!waveform?.length) return Array.from({ length: BARS }, () => 12);
  return Array.from({ length: BARS }, (_, index) => {
    const from = Math.floor((index * waveform.length) / BARS);
    const to = Math.max(from + 1, Math.floor(((index + 1) * waveform.length) / BARS));
    return Math.max(...waveform.slice(from, to));
  });
}

customElements.define("brook-voice", BrookVoice);
