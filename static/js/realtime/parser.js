/**
 * The text/event-stream parser of the WHATWG HTML standard, section 9.2.6:
 * lines end in LF, CR or CRLF, a byte order mark at the start is dropped, `data` lines are joined
 * by LF, an `id` holding NUL is ignored, and chunks may end anywhere, even between CR and LF.
 *
 * @typedef {object} Frame
 * @property {string} type `message` where the stream named none
 * @property {string} data
 * @property {string} id the last event id known when the frame ended
 */

const BYTE_ORDER_MARK = "\uFEFF";

export class EventStreamParser {
  /**
   * @param {object} handlers
   * @param {(frame: Frame) => void} handlers.onEvent a frame with data
   * @param {(id: string) => void} [handlers.onId] an id arrived, with or without data
   * @param {(milliseconds: number) => void} [handlers.onRetry] a `retry:` field
   */
  constructor({ onEvent, onId = () => {}, onRetry = () => {} }) {
    this.onEvent = onEvent;
    this.onId = onId;
    this.onRetry = onRetry;
    this.rest = "";
    this.started = false;
    this.sawCarriageReturn = false;
    this.lastId = "";
    this.clearFrame();
  }

  /** @param {string} text the next piece of the stream, decoded */
  push(text) {
    if (!text) return;
    let input = text;
    if (!this.started) {
      this.started = true;
      if (input.startsWith(BYTE_ORDER_MARK)) input = input.slice(1);
    }
    if (this.sawCarriageReturn && input.startsWith("\n")) input = input.slice(1);
    this.sawCarriageReturn = input.endsWith("\r");
    const lines = (this.rest + input).split(/\r\n|\n|\r/);
    this.rest = lines.pop() ?? "";
    for (const line of lines) this.readLine(line);
  }

  /** @param {string} line */
  readLine(line) {
    if (line === "") return this.endFrame();
    const colon = line.indexOf(":");
    if (colon === 0) return;
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "data") this.data.push(value);
    else if (field === "event") this.type = value;
    else if (field === "id" && !value.includes("\0")) this.id = value;
    else if (field === "retry" && /^\d+$/.test(value)) this.onRetry(Number(value));
  }

  endFrame() {
    const { data, type, id } = this;
    this.clearFrame();
    if (id !== null) this.lastId = id;
    if (data.length > 0) {
      this.onEvent({ type: type || "message", data: data.join("\n"), id: this.lastId });
    }
    if (id !== null) this.onId(id);
  }

  clearFrame() {
    /** @type {string[]} */
    this.data = [];
    this.type = "";
    /** @type {string | null} */
    this.id = null;
  }
}
