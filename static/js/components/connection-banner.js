import { html, nothing } from "../../vendor/lit/lit.js";
import { icon } from "../icon.js";
import { realtime, store } from "../session.js";
import { BrookElement } from "./element.js";

const SHOWN_AFTER_MS = 5_000;

/** Says so when the connection has been away for a while. Nothing is lost meanwhile. */
class BrookConnectionBanner extends BrookElement {
  static properties = { isLate: { state: true } };

  constructor() {
    super();
    this.isLate = false;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
  }

  select() {
    return [store.state.connection];
  }

  willUpdate() {
    const { status, since } = store.state.connection;
    clearTimeout(this.timer);
    if (status === "live") this.isLate = false;
    else if (!this.isLate) {
      const left = Math.max(0, since + SHOWN_AFTER_MS - Date.now());
      this.timer = setTimeout(() => {
        this.isLate = true;
      }, left);
    }
  }

  render() {
    const { status } = store.state.connection;
    const isOffline = status === "offline" && !navigator.onLine;
    const text = isOffline ? "You are offline." : "Connecting…";
    return html`<div role="status">${
      this.isLate
        ? html`<div class="banner">
            ${icon(isOffline ? "wifi-off" : "refresh-cw")}
            <span>${text} What you write is sent when you are back.</span>
            <button type="button" class="link-button" @click=${() => realtime.retryNow()}>Retry now</button>
          </div>`
        : nothing
    }</div>`;
  }
}

customElements.define("brook-connection-banner", BrookConnectionBanner);
