/**
 * Whom an @ means, while it is being typed. A helper of the composer: it keeps what is offered, the
 * composer draws it and hands it the keys.
 *
 * @import { Conversation, User } from "../types.js"
 * @typedef {{username: string, name: string, note: string, user: User | null}} Offer `user` null: @all
 */

import { html, nothing } from "../../vendor/lit/lit.js";
import { groups } from "../api-groups.js";
import { gettext } from "../i18n.js";
import { icon } from "../icon.js";

const MOST_OFFERS = 8;
const SEARCH_DELAY_MS = 150;
// Not inside a word or an address; but scripts without spaces between words go on right before it (chat/mentioning.py).
const BEGUN =
  /(?:^|[^\p{L}\p{N}\p{M}_@/\\+]|[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\u{20000}-\u{3ffff}])[@＠]([\p{L}\p{N}._-]{0,32})$/u;

export class MentionMenu {
  /** @param {() => void} onChange @param {(username: string, typed: number) => void} onChoose */
  constructor(onChange, onChoose) {
    this.onChange = onChange;
    this.onChoose = onChoose;
    /** @type {Offer[]} */
    this.offers = [];
    this.at = 0;
    this.typed = 0;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.searchTimer = undefined;
  }

  get isOpen() {
    return this.offers.length > 0;
  }

  /**
   * @param {string} before the text before the caret
   * @param {Conversation | undefined} conversation
   * @param {string} myId
   */
  look(before, conversation, myId) {
    const begun = BEGUN.exec(before)?.[1];
    const offers = begun === undefined || !conversation ? [] : offersFor(conversation, begun, myId);
    clearTimeout(this.searchTimer);
    if (begun && conversation && conversation.participant_count > conversation.participants.length) {
      this.searchTimer = setTimeout(() => this.search(conversation, begun, myId), SEARCH_DELAY_MS);
    }
    this.typed = (begun?.length ?? 0) + 1;
    this.offer(offers);
  }

  /** @param {Offer[]} offers */
  offer(offers) {
    if (!offers.length && !this.isOpen) return;
    this.offers = offers;
    this.at = 0;
    this.onChange();
  }

  /**
   * A large group names its first people only: the others are asked for.
   *
   * @param {Conversation} conversation
   * @param {string} begun
   * @param {string} myId
   */
  async search(conversation, begun, myId) {
    const timer = this.searchTimer;
    const page = await groups.people(conversation.id, { search: begun }).catch(() => null); // those that are known do
    if (!page || timer !== this.searchTimer) return;
    const known = new Set(conversation.participants.map(({ user }) => user.id));
    const others = page.results.filter(({ user }) => !known.has(user.id));
    if (!others.length) return;
    const everybody = { ...conversation, participants: [...conversation.participants, ...others] };
    this.offer(offersFor(everybody, begun, myId));
  }

  close() {
    clearTimeout(this.searchTimer);
    this.searchTimer = undefined;
    if (!this.isOpen) return;
    this.offers = [];
    this.onChange();
  }

  /** @param {KeyboardEvent} event @returns {boolean} whether the key was for the menu */
  takes(event) {
    if (!this.isOpen) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) this.at = (this.at + step + this.offers.length) % this.offers.length;
    else if (event.key === "Enter" || event.key === "Tab") this.choose(this.at);
    else if (event.key === "Escape") this.close();
    else return false;
    event.preventDefault();
    this.onChange();
    return true;
  }

  /** @param {number} index */
  choose(index) {
    const offer = this.offers[index];
    this.close();
    if (offer) this.onChoose(offer.username, this.typed);
  }

  view() {
    if (!this.isOpen) return nothing;
    return html`<ul class="mention-menu" id="mention-menu" role="listbox" aria-label=${gettext("People to mention")}>
      ${this.offers.map((offer, index) => this.option(offer, index))}
    </ul>`;
  }

  /** @param {Offer} offer @param {number} index */
  option({ username, name, note, user }, index) {
    return html`<li class="person is-offer" role="option" id="mention-${index}" aria-selected=${index === this.at}
      @pointerdown=${(/** @type {Event} */ event) => event.preventDefault()} @click=${() => this.choose(index)}>
      ${
        user
          ? html`<brook-avatar class="is-small" data-id=${user.id} name=${name} photo=${user.avatar_url || nothing}></brook-avatar>`
          : html`<span class="offer-all">${icon("users-round")}</span>`
      }
      <span class="person-name" dir="auto">${name}</span>
      <span class="person-note"><bdi dir="ltr">@${username}</bdi>${note}</span>
    </li>`;
  }
}

/**
 * @param {Conversation} conversation
 * @param {string} begun
 * @param {string} myId
 * @returns {Offer[]}
 */
function offersFor(conversation, begun, myId) {
  const wanted = begun.toLocaleLowerCase();
  /** @type {Offer[]} */
  const offers = conversation.participants
    .filter(({ user }) => user.id !== myId)
    .map(({ user }) => ({ username: user.username, name: user.display_name, note: "", user }));
  if (conversation.kind === "group" && conversation.me.role !== "member") {
    offers.push({
      username: "all",
      name: gettext("Everybody"),
      note: ` · ${gettext("tells all people in this group")}`,
      user: null,
    });
  }
  const begins = (/** @type {Offer} */ { username, name }) =>
    username.toLocaleLowerCase().startsWith(wanted) || name.toLocaleLowerCase().startsWith(wanted);
  const contains = (/** @type {Offer} */ { username, name }) =>
    `${username} ${name}`.toLocaleLowerCase().includes(wanted);
  const first = offers.filter(begins);
  const others = offers.filter((offer) => !first.includes(offer) && contains(offer));
  return [...first, ...others].slice(0, MOST_OFFERS);
}
