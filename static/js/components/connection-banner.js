import { html, nothing } from "../../vendor/lit/lit.js";
import { gettext } from "../i18n.js";
import { icon } from "../icon.js";
import { realtime, store } from "../session.js";
import { BrookElement } from "./element.js";

const SHOWN_AFTER_MS = 5_000;

/** Says so when the connection has been away, or slow, for a while. Nothing is lost meanwhile. */
class BrookConnectionBanner extends BrookElement {
  static properties = { isLate: { state: true } };

  constructor() {
    super();
    this.isLate = false;
    this.troubleSince = 0;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
  }

  select() {
    return [store.state.connection];
  }

  willUpdate() {
    const { status, transport } = store.state.connection;
    clearTimeout(this.timer);
    if (status === "live" && transport !== "poll") {
      this.isLate = false;
      this.troubleSince = 0;
    } else if (!this.isLate) {
      this.troubleSince ||= Date.now();
      const left = Math.max(0, this.troubleSince + SHOWN_AFTER_MS - Date.now());
      this.timer = setTimeout(() => {
        this.isLate = true;
      }, left);
    }
  }

  render() {
    const [name, text] = wording();
    return html`<div role="status">${
      this.isLate
        ? html`<div class="banner">
            ${icon(name)}
            <span>${text}</span>
            <button type="button" class="link-button" @click=${() => realtime.retryNow()}>${gettext("Retry now")}</button>
          </div>`
        : nothing
    }</div>`;
  }
}

/** @returns {[string, string]} icon and text */
function wording() {
  const { status } = store.state.connection;
  if (status === "live") return ["clock", gettext("Limited connection: new messages come every 10 seconds.")];
  if (status === "offline" && !navigator.onLine) {
    return ["wifi-off", gettext("You are offline. What you write is sent when you are back.")];
  }
  return ["refresh-cw", gettext("Connecting… What you write is sent when you are back.")];
}

customElements.define("brook-connection-banner", BrookConnectionBanner);
