import { html, nothing } from "../../vendor/lit/lit.js";
import { badgeText, plural } from "../format.js";
import { store } from "../session.js";
import { BrookElement } from "./element.js";

/**
 * The green badge, for any template of a signed-in page; it keeps itself up to date:
 *
 *     <brook-badge user="<id>"></brook-badge>            unread from this person
 *     <brook-badge conversation="<id>"></brook-badge>    unread in this conversation
 *     <brook-badge total></brook-badge>                  everything unread
 *
 * `class="at-top-end"` and its like (badge.css) put it on a corner of a card.
 */
class BrookBadge extends BrookElement {
  static properties = {
    user: { type: String },
    conversation: { type: String },
    total: { type: Boolean },
  };

  constructor() {
    super();
    this.user = "";
    this.conversation = "";
    this.total = false;
    this.shown = -1; // not shown yet: what is there at first does not pulse
  }

  get count() {
    if (this.user) return store.state.unreadBySender[this.user] ?? 0;
    if (this.conversation) return store.unread(this.conversation);
    return this.total ? store.unreadTotal : 0;
  }

  select() {
    return [this.count];
  }

  render() {
    const { count } = this;
    return count
      ? html`<span class="badge"><span aria-hidden="true">${badgeText(count)}</span><span class="visually-hidden">${plural(count, "unread message")}</span></span>`
      : nothing;
  }

  updated() {
    const { count } = this;
    if (this.shown >= 0 && count > this.shown) pulse(this.querySelector(".badge"));
    this.shown = count;
  }
}

/** @param {Element | null} badge */
function pulse(badge) {
  badge?.classList.remove("is-arriving");
  requestAnimationFrame(() => badge?.classList.add("is-arriving"));
}

customElements.define("brook-badge", BrookBadge);
