import { html, nothing } from "../../vendor/lit/lit.js";
import { badgeText } from "../format.js";
import { gettext, interpolate, ngettext } from "../i18n.js";
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
    const text = ngettext("Notifications, %(count)s new one", "Notifications, %(count)s new", unread);
    const label = unread ? interpolate(text, { count: unread }) : gettext("Notifications");
    return html`<a class="icon-button bell" href="/notifications" title=${gettext("Notifications")} aria-label=${label}
      aria-current=${location.pathname === "/notifications" ? "page" : nothing}>${icon("bell")}${
        unread ? html`<span class="badge" aria-hidden="true">${badgeText(unread)}</span>` : nothing
      }</a>`;
  }
}

customElements.define("brook-bell", BrookBell);
