import { html, nothing, repeat } from "../../vendor/lit/lit.js";
import { groups } from "../api-groups.js";
import { attempt } from "../attempt.js";
import { gettext, interpolate, ngettext, pgettext, woven } from "../i18n.js";
import { icon } from "../icon.js";
import { openAt, walkMenu } from "../popover.js";
import { store } from "../session.js";
import { confirm } from "./confirm.js";
import { BrookElement } from "./element.js";
import { personFace } from "./presence.js";
import { startDirect } from "./start.js";
import { presenceText } from "./who-is-here.js";

/** @import { Participant, Role } from "../types.js" */

const RANK = { admin: 0, moderator: 1, member: 2 };
/** @type {Role[]} */
const ROLES = ["member", "moderator", "admin"];

const ROLE_NAMES = { member: gettext("member"), moderator: gettext("moderator"), admin: gettext("admin") };
const MAKE = {
  member: gettext("Make member"),
  moderator: gettext("Make moderator"),
  admin: gettext("Make admin"),
};

/** The people of the open group, and what one may do about each. */
class BrookMembers extends BrookElement {
  static properties = { chosenId: { state: true } };

  constructor() {
    super();
    this.chosenId = "";
  }

  select() {
    const { openId, conversations, me, presence, typing } = store.state;
    return [conversations.get(openId ?? ""), me, presence, typing.get(openId ?? "")];
  }

  get conversation() {
    return store.state.conversations.get(store.state.openId ?? "");
  }

  render() {
    const { conversation } = this;
    if (!conversation) return nothing;
    const { participants, participant_count: count, me } = conversation;
    const ordered = participants.toSorted((one, other) => RANK[one.role] - RANK[other.role]);
    return html`
      <div class="section-head">
        <h3 class="section-title">${interpolate(gettext("People · %(count)s"), { count })}</h3>
        ${
          me.role === "member"
            ? nothing
            : html`<button type="button" class="icon-button is-small" aria-label=${gettext("Add people")} title=${gettext("Add people")} @click=${this.add}>${icon("user-plus")}</button>`
        }
      </div>
      <ul class="people-list">
        ${repeat(
          ordered,
          ({ user }) => user.id,
          (participant) => html`<li>${this.person(participant)}</li>`,
        )}
      </ul>
      ${count > ordered.length ? html`<p class="details-more">${more(count - ordered.length)}</p>` : nothing}
      <div class="menu member-menu" popover role="menu" aria-label=${gettext("About this person")} @keydown=${walkMenu}>${this.menu()}</div>
    `;
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
      ${role === "member" ? nothing : html`<span class="role">${ROLE_NAMES[role]}</span>`}
    `;
    if (isMe) return html`<div class="person">${content}</div>`;
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
    const chosen = this.conversation?.participants.find(({ user }) => user.id === this.chosenId);
    const mine = this.conversation?.me.role;
    if (!chosen) return nothing;
    const mayRemove = mine === "admin" || (mine === "moderator" && chosen.role === "member");
    return html`
      ${this.item("message-circle", pgettext("verb", "Message"), () => startDirect(chosen.user.id))}
      <a class="menu-item" role="menuitem" href="/people/${chosen.user.username}">${icon("user-round")}${gettext("View profile")}</a>
      ${
        mine === "admin"
          ? ROLES.filter((role) => role !== chosen.role).map((role) =>
              this.item("shield", MAKE[role], () => this.give(role)),
            )
          : nothing
      }
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
  give(role) {
    attempt(() => groups.setRole(this.conversation?.id ?? "", this.chosenId, role));
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
  return interpolate(ngettext("and %(count)s more", "and %(count)s more", count), { count });
}

customElements.define("brook-members", BrookMembers);
