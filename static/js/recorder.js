/**
 * A voice message from the microphone: how loud it is while it is recorded, then the file with its
 * duration and waveform.
 */

import { gettext } from "./i18n.js";

const BARS = 64; // of the waveform that is sent
const SAMPLE_MS = 80;
const TYPES = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];
const LONGEST_MS = 30 * 60_000;

/** @typedef {{file: File, duration: number, waveform: number[]}} Recording */

export class Recorder {
  constructor() {
    /** How loud it was, from 0 to 100, one for each moment.
     * @type {number[]} */
    this.levels = [];
    this.startedAt = 0;
    /** @type {() => void} called for every moment */
    this.onLevel = () => {};
    /** @type {MediaRecorder | null} */
    this.media = null;
    /** @type {AudioContext | null} */
    this.audio = null;
    /** @type {ReturnType<typeof setInterval> | undefined} */
    this.timer = undefined;
    /** @type {Blob[]} */
    this.parts = [];
  }

  static get isPossible() {
    return Boolean(navigator.mediaDevices?.getUserMedia) && "MediaRecorder" in window;
  }

  /** @throws {DOMException} where the microphone is not given */
  async start() {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    const type = TYPES.find((each) => MediaRecorder.isTypeSupported(each));
    const media = new MediaRecorder(stream, type ? { mimeType: type } : {});
    media.ondataavailable = ({ data }) => this.parts.push(data);
    media.start();
    this.media = media;
    this.startedAt = performance.now();
    this.listen(stream);
  }

  /** @param {MediaStream} stream */
  listen(stream) {
    this.audio = new AudioContext();
    const analyser = this.audio.createAnalyser();
    analyser.fftSize = 1024;
    this.audio.createMediaStreamSource(stream).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    this.timer = setInterval(() => {
      analyser.getFloatTimeDomainData(samples);
      const loudness = Math.sqrt(samples.reduce((sum, each) => sum + each * each, 0) / samples.length);
      this.levels.push(Math.min(100, Math.round(Math.sqrt(loudness) * 160)));
      this.onLevel();
    }, SAMPLE_MS);
  }

  get seconds() {
    return this.startedAt ? (performance.now() - this.startedAt) / 1_000 : 0;
  }

  get isTooLong() {
    return this.seconds * 1_000 > LONGEST_MS;
  }

  /** @returns {Promise<Recording>} */
  async stop() {
    const { media } = this;
    if (!media) throw new Error("Nothing is being recorded.");
    const duration = Math.round(this.seconds * 10) / 10;
    await new Promise((resolve) => {
      media.onstop = resolve;
      media.stop();
    });
    this.release();
    const type = media.mimeType.split(";")[0] || "audio/webm";
    const suffix = type === "audio/mp4" ? "m4a" : type.split("/")[1];
    const file = new File(this.parts, `${gettext("Voice message")}.${suffix}`, { type });
    return { file, duration, waveform: condensed(this.levels, BARS) };
  }

  cancel() {
    if (this.media && this.media.state !== "inactive") this.media.stop();
    this.release();
  }

  release() {
    clearInterval(this.timer);
    for (const track of this.media?.stream.getTracks() ?? []) track.stop();
    this.audio?.close();
    this.audio = null;
  }
}

/**
 * As many bars as wanted, each the loudest of its part.
 *
 * @param {number[]} levels
 * @param {number} bars
 */
export function condensed(levels, bars) {
  if (levels.length <= bars) return levels;
  return Array.from({ length: bars }, (_, index) => {
    const from = Math.floor((index * levels.length) / bars);
    const to = Math.floor(((index + 1) * levels.length) / bars);
    return Math.max(...levels.slice(from, to));
  });
}
