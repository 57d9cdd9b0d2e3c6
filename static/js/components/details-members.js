import { html, nothing, repeat } from "../../vendor/lit/lit.js";
import { ApiError } from "../api.js";
import { groups } from "../api-groups.js";
import { attempt } from "../attempt.js";
import { dateOf } from "../format.js";
import { gettext, interpolate, ngettext, pgettext, woven } from "../i18n.js";
import { icon } from "../icon.js";
import { openAt, walkMenu } from "../popover.js";
import { store } from "../session.js";
import { confirm } from "./confirm.js";
import { askForSuccessor } from "./details-own.js";
import { openDialog } from "./dialog.js";
import { BrookElement } from "./element.js";
import { personFace } from "./presence.js";
import { startDirect } from "./start.js";
import { presenceText } from "./who-is-here.js";

/** @import { Participant, Role } from "../types.js" */

const RANK = { admin: 0, moderator: 1, member: 2 };
/** @type {Role[]} */
const ROLES = ["member", "moderator", "admin"];
const SEARCHED_FROM = 10; // people; fewer are seen at a glance
const SEARCH_DELAY_MS = 200;

const ROLE_NAMES = { member: gettext("member"), moderator: gettext("moderator"), admin: gettext("admin") };
const MAKE = {
  member: gettext("Make member"),
  moderator: gettext("Make moderator"),
  admin: gettext("Make admin"),
};
/** Oneself, as an admin. */
const BECOME = {
  member: gettext("Become a member"),
  moderator: gettext("Become a moderator"),
  admin: gettext("Become an admin"),
};

/**
 * Whether people only received or read something. (Who is not among the first fifty changes the list, but nobody in it.)
 *
 * @param {Participant[]} before
 * @param {Participant[]} after
 */
function isReceipt(before, after) {
  const areSame = (/** @type {Participant} */ { user, role }, /** @type {number} */ at) =>
    user === after[at].user && role === after[at].role;
  return (
    before.length === after.length && before.every(areSame) && before.some((each, at) => each !== after[at])
  );
}

/**
 * The people of the open group, and what one may do about each. A conversation names its first fifty; the others, and
 * those who are searched for, are asked for here, and again when somebody came, went or got another role.
 */
class BrookMembers extends BrookElement {
  static properties = {
    chosenId: { state: true },
    search: { state: true },
    found: { state: true },
    failed: { state: true },
    isLoading: { state: true },
  };

  constructor() {
    super();
    this.chosenId = "";
    this.shownId = "";
    this.search = "";
    /** What was asked for; null: the first fifty are shown. @type {Participant[] | null} */
    this.found = null;
    /** @type {string | null} */
    this.next = null;
    this.failed = false;
    this.isLoading = false;
    this.asked = 0;
    /** @type {Participant[] | undefined} */
    this.knownPeople = undefined;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.searchTimer = undefined;
  }

  select() {
    const { openId, conversations, me, presence, typing } = store.state;
    const { id, participants, participant_count, me: mine } = conversations.get(openId ?? "") ?? {};
    return [id, participants, participant_count, mine?.role, me, presence, typing.get(openId ?? "")];
  }

  get conversation() {
    return store.state.conversations.get(store.state.openId ?? "");
  }

  willUpdate() {
    const id = store.state.openId ?? "";
    const people = this.conversation?.participants;
    if (id !== this.shownId) {
      this.shownId = id;
      this.forget();
      this.search = "";
    } else if (this.found && people !== this.knownPeople && !isReceipt(this.knownPeople ?? [], people ?? []))
      this.load({ upto: this.found.length });
    this.knownPeople = people;
  }

  forget() {
    clearTimeout(this.searchTimer);
    this.asked += 1;
    this.found = null;
    this.next = null;
    this.failed = false;
    this.isLoading = false;
  }

  /**
   * The people that are searched for, from the first on, or the page after those that are held.
   *
   * @param {{isMore?: boolean, upto?: number}} [what] `upto`: how many were shown, and shall be again
   */
  async load({ isMore = false, upto = 0 } = {}) {
    const { shownId, search } = this;
    this.asked += 1;
    const { asked } = this;
    let found = (isMore && this.found) || [];
    let next = (isMore && this.next) || null;
    this.isLoading = true;
    try {
      do {
        const page = await groups.people(shownId, { search: search.trim(), cursor: next ?? undefined });
        if (asked !== this.asked) return; // something else was asked for meanwhile
        found = [...found, ...page.results];
        next = page.next;
      } while (next && found.length < upto);
      this.found = found;
      this.next = next;
      this.failed = false;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (asked === this.asked) this.failed = true;
    }
    if (asked === this.asked) this.isLoading = false;
  }

  /** @param {InputEvent & {target: HTMLInputElement}} event */
  onSearch({ target }) {
    this.search = target.value;
    clearTimeout(this.searchTimer);
    if (!this.search.trim()) return this.forget();
    this.searchTimer = setTimeout(() => this.load(), SEARCH_DELAY_MS);
  }

  /** @param {KeyboardEvent} event */
  onSearchKey(event) {
    if (event.key !== "Escape" || !this.search) return;
    event.preventDefault();
    this.search = "";
    this.forget();
  }

  /** @returns {Participant[]} */
  get shown() {
    return this.found ?? this.conversation?.participants ?? [];
  }

  render() {
    const { conversation } = this;
    if (!conversation) return nothing;
    const { participant_count: count, me } = conversation;
    const ordered = this.shown.toSorted((one, other) => RANK[one.role] - RANK[other.role]);
    return html`
      <div class="section-head">
        <h3 class="section-title">${interpolate(gettext("People · %(count)s"), { count })}</h3>
        ${
          me.role === "member"
            ? nothing
            : html`<button type="button" class="icon-button is-small" aria-label=${gettext("Add people")} title=${gettext("Add people")} @click=${this.add}>${icon("user-plus")}</button>`
        }
      </div>
      ${count >= SEARCHED_FROM ? this.searchBox() : nothing}
      <ul class="people-list" aria-busy=${this.isLoading}>
        ${repeat(
          ordered,
          ({ user }) => user.id,
          (participant) => html`<li>${this.person(participant)}</li>`,
        )}
      </ul>
      ${this.foot(count, ordered.length)}
      <div class="menu member-menu" popover role="menu" aria-label=${gettext("About this person")} @keydown=${walkMenu}>${this.menu()}</div>
    `;
  }

  searchBox() {
    return html`<div class="search-box people-search">
      ${icon("search")}
      <input type="search" class="search-input" autocomplete="off" placeholder=${gettext("Search people")} aria-label=${gettext("Search the people of this group")}
        .value=${this.search} @input=${this.onSearch} @keydown=${this.onSearchKey} />
    </div>`;
  }

  /** What is below the list: why it is empty, what went wrong, or the way to the others. @param {number} count @param {number} shown */
  foot(count, shown) {
    if (this.failed)
      return html`<p class="details-more" role="alert">${gettext("They could not be loaded.")}
        <button type="button" class="link-button" @click=${() => this.load()}>${gettext("Try again")}</button></p>`;
    if (this.search.trim() && this.found && !shown)
      return html`<p class="details-more" role="status">${gettext("Nobody here is called that.")}</p>`;
    const hasMore = this.found ? Boolean(this.next) : count > shown;
    if (!hasMore) return nothing;
    const label = this.search.trim() ? gettext("Show more") : more(count - shown);
    return html`<button type="button" class="button details-all" ?disabled=${this.isLoading}
      @click=${() => this.load({ isMore: Boolean(this.found) })}>${label}</button>`;
  }

  /** @param {Participant} participant */
  person({ user, role }) {
    const isMe = user.id === store.state.me.id;
    const types = store.state.typing.get(store.state.openId ?? "")?.has(user.id);
    const name = html`<span dir="auto">${user.display_name}</span>`;
    const content = html`
      ${personFace(user, "is-small")}
      <span class="person-name">${isMe ? woven(gettext("%(name)s (you)"), { name }) : name}</span>
      <span class="person-note" dir="auto">${types ? gettext("typing…") : presenceText(user) || `@${user.username}`}</span>
      ${role === "member" && !user.is_bot ? nothing : html`<span class="role">${role === "member" ? gettext("bot") : ROLE_NAMES[role]}</span>`}
    `;
    if (isMe && this.conversation?.me.role !== "admin") return html`<div class="person">${content}</div>`;
    return html`<button type="button" class="person" aria-haspopup="menu" @click=${(/** @type {Event} */ event) => this.open(user.id, event)}>${content}</button>`;
  }

  /** @param {string} userId @param {Event} event */
  async open(userId, { currentTarget }) {
    this.chosenId = userId;
    await this.updateComplete;
    const menu = /** @type {HTMLElement} */ (this.querySelector(".member-menu"));
    openAt(menu, /** @type {Element} */ (currentTarget));
    /** @type {HTMLElement | null} */ (menu.querySelector("[role=menuitem]"))?.focus();
  }

  menu() {
    const chosen = this.shown.find(({ user }) => user.id === this.chosenId);
    const mine = this.conversation?.me.role;
    if (!chosen) return nothing;
    const isMe = chosen.user.id === store.state.me.id;
    const mayRemove = !isMe && (mine === "admin" || (mine === "moderator" && chosen.role === "member"));
    return html`
      <div class="menu-who"><span dir="auto">${chosen.user.display_name}</span><span>${interpolate(gettext("Here since %(date)s"), { date: dateOf(chosen.joined_at) })}</span></div>
      ${isMe ? nothing : this.item("message-circle", pgettext("verb", "Message"), () => startDirect(chosen.user.id))}
      <a class="menu-item" role="menuitem" href="/people/${chosen.user.username}">${icon("user-round")}${gettext("View profile")}</a>
      ${
        mine === "admin"
          ? ROLES.filter((role) => role !== chosen.role).map((role) =>
              this.item("shield", (isMe ? BECOME : MAKE)[role], () => this.give(role)),
            )
          : nothing
      }
      ${isMe ? nothing : this.item("flag", pgettext("verb", "Report"), () => this.report(chosen), true)}
      ${mayRemove ? this.item("user-minus", gettext("Remove from the group"), () => this.expel(chosen), true) : nothing}
    `;
  }

  /** @param {string} symbol @param {string} label @param {() => void} act @param {boolean} [isDanger] */
  item(symbol, label, act, isDanger = false) {
    const onClick = () => {
      /** @type {HTMLElement | null} */ (this.querySelector(".member-menu"))?.hidePopover();
      act();
    };
    return html`<button type="button" class="menu-item ${isDanger ? "is-danger" : ""}" role="menuitem" @click=${onClick}>${icon(symbol)}${label}</button>`;
  }

  /** @param {Role} role */
  async give(role) {
    const { conversation, chosenId } = this;
    if (!conversation) return;
    try {
      await groups.setRole(conversation.id, chosenId, role);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.code !== "last_admin") return store.toast(error.detail, "problem");
      const successor = await askForSuccessor(conversation, BECOME[role], BECOME[role]);
      if (successor) attempt(() => groups.setRole(conversation.id, chosenId, role, successor));
    }
  }

  /** @param {Participant} chosen */
  report({ user: { id, display_name: name } }) {
    openDialog("brook-report-message", { kind: "user", id, name });
  }

  /** @param {Participant} chosen */
  async expel(chosen) {
    const { user } = chosen;
    const title = interpolate(gettext("Remove %(name)s?"), { name: user.display_name });
    const text = gettext("They get nothing more of this group, and keep what they have.");
    if (!(await confirm({ title, text, action: gettext("Remove") }))) return;
    attempt(() => groups.removePerson(this.conversation?.id ?? "", user.id));
  }

  add() {
    /** @type {any} */ (document.querySelector("brook-new-conversation"))?.show(this.conversation);
  }
}

/** @param {number} count */
function more(count) {
  return interpolate(ngettext("Show %(count)s more person", "Show %(count)s more people", count), { count });
}

customElements.define("brook-members", BrookMembers);
