import { html, nothing, repeat } from "../../vendor/lit/lit.js";
import { gettext } from "../i18n.js";
import { icon } from "../icon.js";
import { store } from "../session.js";
import { BrookElement } from "./element.js";

/** @import { Toast } from "../types.js" */

const SHOWN_MS = 6_000;

/** Short notes at the edge of the screen that go away by themselves. */
class BrookToasts extends BrookElement {
  constructor() {
    super();
    this.newest = 0;
  }

  select() {
    return [store.state.toasts];
  }

  willUpdate() {
    for (const { id, action } of store.state.toasts) {
      if (id <= this.newest) continue;
      this.newest = id;
      if (!action) setTimeout(() => store.dropToast(id), SHOWN_MS);
    }
  }

  render() {
    return html`<div class="toasts" role="status">
      ${repeat(store.state.toasts, ({ id }) => id, toastView)}
    </div>`;
  }
}

/** @param {number} id @param {NonNullable<Toast["action"]>} action */
function take(id, { act }) {
  store.dropToast(id);
  act();
}

/** @param {Toast} toast */
function toastView({ id, text, kind, action }) {
  return html`<div class="toast">
    ${icon(kind === "problem" ? "circle-alert" : "info")}
    <span dir="auto">${text}</span>
    ${action ? html`<button type="button" class="link-button" @click=${() => take(id, action)}>${action.label}</button>` : nothing}
    <button type="button" class="icon-button is-small" aria-label=${gettext("Dismiss")} @click=${() => store.dropToast(id)}>${icon("x")}</button>
  </div>`;
}

customElements.define("brook-toasts", BrookToasts);
