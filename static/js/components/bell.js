import { html, nothing } from "../../vendor/lit/lit.js";
import { badgeText, plural } from "../format.js";
import { icon } from "../icon.js";
import { store } from "../session.js";
import { BrookElement } from "./element.js";

/** The way to the notifications, with how many are not read. */
class BrookBell extends BrookElement {
  select() {
    return [store.state.notices.unread];
  }

  render() {
    const { unread } = store.state.notices;
    const label = unread ? `Notifications, ${plural(unread, "new one", "new")}` : "Notifications";
    return html`<a class="icon-button bell" href="/notifications" title="Notifications" aria-label=${label}
      aria-current=${location.pathname === "/notifications" ? "page" : nothing}>${icon("bell")}${
        unread ? html`<span class="badge" aria-hidden="true">${badgeText(unread)}</span>` : nothing
      }</a>`;
  }
}

customElements.define("brook-bell", BrookBell);
