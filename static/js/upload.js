/**
 * One file on its way to the server, and what is known of it meanwhile. XMLHttpRequest, because fetch
 * tells nothing of how far an upload is.
 *
 * @import { Attachment } from "./types.js"
 */

import { ApiError, csrfToken, refusal } from "./api.js";
import { gettext } from "./i18n.js";

export const MOST_FILES = 10;
const FORGOTTEN_AFTER_MS = 60_000; // the message with the server's own address is drawn by then

let count = 0;

export class Upload {
  /**
   * @param {File} file
   * @param {object} [recording] what a recording does not say by itself
   * @param {number} [recording.duration] seconds
   * @param {number[]} [recording.waveform] from 0 to 100
   * @param {object} [kept] it waits in the outbox since an earlier page: it is sent when its turn has come
   * @param {[number, number] | null} kept.size
   */
  constructor(file, recording, kept) {
    count += 1;
    this.key = `upload ${count}`;
    this.file = file;
    this.recording = recording;
    /** @type {"uploading" | "done" | "failed"} */
    this.state = "uploading";
    this.progress = 0;
    this.problem = "";
    /** @type {Attachment | null} */
    this.attachment = null;
    /** @type {XMLHttpRequest | null} */
    this.request = null;
    /** @type {() => void} called after every change */
    this.onChange = () => {};
    this.previewUrl = URL.createObjectURL(file);
    /** @type {[number, number] | null} */
    this.size = kept?.size ?? null;
    if (this.kind === "image" && !this.size) this.measure();
    /** @type {Promise<string> | null} */
    this.finished = kept ? null : this.start();
  }

  /** @returns {Attachment["kind"]} */
  get kind() {
    if (this.recording) return "voice";
    const isPicture = /^image\/(png|jpeg|gif|webp|avif)$/.test(this.file.type);
    return isPicture ? "image" : /^audio\//.test(this.file.type) ? "voice" : "file";
  }

  /** How it is shown before the server has it. @returns {Attachment} */
  get preview() {
    return {
      id: this.key,
      name: this.file.name,
      size: this.file.size,
      media_type: this.file.type,
      kind: this.kind,
      width: this.size?.[0] ?? null,
      height: this.size?.[1] ?? null,
      duration: this.recording?.duration ?? null,
      waveform: this.recording?.waveform ?? null,
      url: this.previewUrl,
      thumbnail_url: this.kind === "image" ? this.previewUrl : null,
    };
  }

  async measure() {
    const bitmap = await createImageBitmap(this.file).catch(() => null);
    if (!bitmap) return;
    this.size = [bitmap.width, bitmap.height];
    bitmap.close();
  }

  /** @returns {Promise<string>} the attachment's id; rejects with an ApiError */
  start() {
    this.state = "uploading";
    this.progress = 0;
    this.problem = "";
    const finished = this.post().then(
      (attachment) => {
        this.attachment = attachment;
        this.state = "done";
        this.onChange();
        return attachment.id;
      },
      (error) => {
        this.state = "failed";
        this.problem = error.detail ?? "";
        this.onChange();
        throw error;
      },
    );
    finished.catch(() => {}); // it is asked for when the message is sent, and shown until then
    this.finished = finished;
    this.onChange();
    return finished;
  }

  /** @returns {Promise<Attachment>} */
  post() {
    const form = new FormData();
    if (this.recording?.duration) form.set("duration", String(this.recording.duration));
    if (this.recording?.waveform?.length) form.set("waveform", JSON.stringify(this.recording.waveform));
    form.set("file", this.file, this.file.name);
    return send("POST", "/api/attachments", form, (request) => {
      this.request = request;
      request.upload.addEventListener("progress", ({ loaded, total }) => {
        this.progress = total ? loaded / total : 0;
        this.onChange();
      });
    });
  }

  /** It is not wanted any more. */
  cancel() {
    this.request?.abort();
    URL.revokeObjectURL(this.previewUrl);
  }

  /** The message is there: the picture in the page's memory is soon not needed. */
  forget() {
    setTimeout(() => URL.revokeObjectURL(this.previewUrl), FORGOTTEN_AFTER_MS);
  }
}

/**
 * A form with a file.
 *
 * @param {string} method
 * @param {string} path
 * @param {FormData} form
 * @param {(request: XMLHttpRequest) => void} [prepare]
 * @returns {Promise<any>} the JSON of the answer
 * @throws {ApiError}
 */
export function send(method, path, form, prepare) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, path);
    request.responseType = "json";
    request.setRequestHeader("X-CSRFToken", csrfToken());
    request.setRequestHeader("Accept", "application/json");
    request.onload = () => {
      const { status, response } = request;
      if (status >= 200 && status < 300) resolve(response);
      else reject(refusal(status, response, request.getResponseHeader("Retry-After")));
    };
    request.onerror = () =>
      reject(
        new ApiError({ status: 0, code: "unreachable", detail: gettext("The server cannot be reached.") }),
      );
    request.onabort = () =>
      reject(new ApiError({ status: 400, code: "cancelled", detail: gettext("Cancelled.") }));
    prepare?.(request);
    request.send(form);
  });
}
