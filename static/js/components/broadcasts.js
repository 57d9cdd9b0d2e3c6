import { html, nothing } from "../../vendor/lit/lit.js";
import { call } from "../api.js";
import { gettext } from "../i18n.js";
import { icon } from "../icon.js";
import { store } from "../session.js";
import { BrookElement } from "./element.js";

/** @import { Broadcast } from "../types.js" */

const DISMISSED = "brook.dismissed-broadcasts";
const MOST_REMEMBERED = 50;

/** @returns {string[]} ids of what this browser need not show again */
function dismissed() {
  try {
    return JSON.parse(localStorage.getItem(DISMISSED) ?? "[]");
  } catch {
    return [];
  }
}

/** What staff tell everybody, the last of it, until one has dismissed it. */
class BrookBroadcasts extends BrookElement {
  connectedCallback() {
    super.connectedCallback();
    call("GET", "/api/broadcasts")
      .then(({ results }) => store.takeBroadcasts(results))
      .catch(() => {}); // it is in the list of notifications as well
  }

  select() {
    return [store.state.broadcasts];
  }

  /** @param {Broadcast} broadcast */
  dismiss(broadcast) {
    localStorage.setItem(DISMISSED, JSON.stringify([broadcast.id, ...dismissed()].slice(0, MOST_REMEMBERED)));
    this.requestUpdate();
  }

  render() {
    const gone = dismissed();
    const shown = store.state.broadcasts.find(({ id }) => !gone.includes(id));
    return html`<div role="status">${
      shown
        ? html`<div class="banner broadcast is-${shown.level}">
            ${icon(shown.level === "info" ? "info" : "circle-alert")}
            <span dir="auto"><strong>${shown.title}</strong> ${shown.content}</span>
            <button type="button" class="link-button" @click=${() => this.dismiss(shown)}>${gettext("Dismiss")}</button>
          </div>`
        : nothing
    }</div>`;
  }
}

customElements.define("brook-broadcasts", BrookBroadcasts);
