/**
 * The green badge with how many messages are not read:
 *
 *     <brook-badge user="<id>"></brook-badge>            from this person
 *     <brook-badge conversation="<id>"></brook-badge>    in this conversation
 *     <brook-badge></brook-badge>                        all of them
 *
 * A plain element without anything of the rest of the interface: who knows the counts calls `provide`.
 * `class="at-top-end"` and its like (badge.css) put it on a corner of a card.
 *
 * @typedef {object} Counts
 * @property {(userId: string) => number} fromUser
 * @property {(conversationId: string) => number} inConversation
 * @property {() => number} inTotal
 */

import { interpolate, ngettext } from "../i18n.js";

const MOST_SHOWN = 99;

/** @type {Counts | null} */
let counts = null;
/** @type {Set<BrookBadge>} */
const badges = new Set();

/** @param {Counts} source */
export function provide(source) {
  counts = source;
  refresh();
}

/** Whether somebody tells the counts already. */
export function isProvided() {
  return counts !== null;
}

/** They may be others now. */
export function refresh() {
  for (const badge of badges) badge.show();
}

class BrookBadge extends HTMLElement {
  static observedAttributes = ["user", "conversation"];

  constructor() {
    super();
    this.shown = -1; // not shown yet: what is there at first does not pulse
  }

  connectedCallback() {
    badges.add(this);
    this.show();
  }

  disconnectedCallback() {
    badges.delete(this);
  }

  attributeChangedCallback() {
    this.shown = -1;
    this.show();
  }

  /** @returns {number | null} null while nobody knows */
  get count() {
    if (!counts) return null;
    const user = this.getAttribute("user");
    const conversation = this.getAttribute("conversation");
    if (user !== null) return counts.fromUser(user);
    return conversation !== null ? counts.inConversation(conversation) : counts.inTotal();
  }

  show() {
    const { count } = this;
    if (count === null || count === this.shown || !this.isConnected) return;
    const isMore = this.shown >= 0 && count > this.shown;
    this.shown = count;
    this.replaceChildren(...(count ? [badgeOf(count, isMore)] : []));
  }
}

/** @param {number} count @param {boolean} isArriving */
function badgeOf(count, isArriving) {
  const badge = element("span", `badge${isArriving ? " is-arriving" : ""}`);
  const figure = element("span", "", count > MOST_SHOWN ? `${MOST_SHOWN}+` : String(count));
  figure.setAttribute("aria-hidden", "true");
  const text = ngettext("%(count)s unread message", "%(count)s unread messages", count);
  const words = element("span", "badge-words", interpolate(text, { count }));
  badge.append(figure, words);
  return badge;
}

/** @param {string} name @param {string} className @param {string} [text] */
function element(name, className, text = "") {
  return Object.assign(document.createElement(name), { className, textContent: text });
}

customElements.define("brook-badge", BrookBadge);
