import { html, nothing } from "../../vendor/lit/lit.js";
import { icon } from "../icon.js";
import { store } from "../session.js";
import { partnerOf, titleOf } from "../state/conversations.js";
import { BrookElement } from "./element.js";
import { startDirect } from "./start.js";

/** @import { Participant } from "../types.js" */

const CLOSED_KEY = "brook.details.closed";
const WIDE = matchMedia("(min-width: 1100px)");

/** Beside the conversation on wide screens, over it on others: two choices, kept apart. */
const choice = { isClosedWhenWide: readClosed(), isOpenWhenNarrow: false };

function readClosed() {
  try {
    return localStorage.getItem(CLOSED_KEY) === "1";
  } catch {
    return false;
  }
}

export function detailsAreOpen() {
  return WIDE.matches ? !choice.isClosedWhenWide : choice.isOpenWhenNarrow;
}

export function toggleDetails() {
  if (WIDE.matches) {
    choice.isClosedWhenWide = !choice.isClosedWhenWide;
    try {
      localStorage.setItem(CLOSED_KEY, choice.isClosedWhenWide ? "1" : "");
    } catch {
      // The choice holds for this page.
    }
  } else {
    choice.isOpenWhenNarrow = !choice.isOpenWhenNarrow;
  }
  showDetails();
  focusButton(detailsAreOpen() ? ".details-close" : ".details-open");
}

/** The button that was pressed may be covered or gone now. @param {string} selector */
function focusButton(selector) {
  if (!WIDE.matches) /** @type {HTMLElement | null} */ (document.querySelector(selector))?.focus();
}

/** Only where they cover the conversation. */
export function closeNarrowDetails() {
  if (!WIDE.matches && choice.isOpenWhenNarrow) toggleDetails();
}

export function showDetails() {
  const isOpen = Boolean(store.state.openId) && detailsAreOpen();
  document.body.dataset.details = isOpen ? "open" : "closed";
  store.notify();
}

WIDE.addEventListener("change", showDetails);

/** Who is in the open conversation. */
class BrookDetails extends BrookElement {
  select() {
    const { openId, conversations, me } = store.state;
    return [openId, conversations.get(openId ?? ""), me];
  }

  render() {
    const { openId, conversations, me } = store.state;
    const conversation = conversations.get(openId ?? "");
    if (!conversation) return nothing;
    const title = titleOf(conversation, me.id);
    const partner = partnerOf(conversation, me.id);
    return html`
      <button type="button" class="icon-button details-close" aria-label="Close details" @click=${toggleDetails}>${icon("x")}</button>
      <div class="details-top">
        <brook-avatar class="is-huge" data-id=${partner?.id ?? conversation.id} name=${title}
          photo=${(partner ?? conversation).avatar_url || nothing}></brook-avatar>
        <h2 class="details-title" dir="auto">${title}</h2>
        ${partner ? html`<p>@${partner.username}</p>` : nothing}
        ${conversation.description ? html`<p dir="auto">${conversation.description}</p>` : nothing}
        ${partner?.status_text ? html`<p dir="auto">${partner.status_emoji} ${partner.status_text}</p>` : nothing}
      </div>
      ${partner ? html`<a class="button is-quiet" href="/people/${partner.username}">View profile</a>` : this.people(conversation.participants, conversation.participant_count)}
    `;
  }

  /** @param {Participant[]} participants @param {number} count */
  people(participants, count) {
    const rank = { admin: 0, moderator: 1, member: 2 };
    const ordered = participants.toSorted((one, other) => rank[one.role] - rank[other.role]);
    return html`
      <h3 class="section-title">People · ${count}</h3>
      <ul class="people-list">
        ${ordered.map((participant) => html`<li>${this.person(participant)}</li>`)}
      </ul>
      ${count > ordered.length ? html`<p class="details-more">and ${count - ordered.length} more</p>` : nothing}
    `;
  }

  /** @param {Participant} participant */
  person({ user, role }) {
    const isMe = user.id === store.state.me.id;
    const content = html`
      <brook-avatar class="is-small" data-id=${user.id} name=${user.display_name} photo=${user.avatar_url || nothing}></brook-avatar>
      <span class="person-name"><span dir="auto">${user.display_name}</span>${isMe ? " (you)" : ""}</span>
      <span class="person-note">@${user.username}</span>
      ${role === "member" ? nothing : html`<span class="role">${role}</span>`}
    `;
    if (isMe) return html`<div class="person">${content}</div>`;
    return html`<button type="button" class="person" title="Message ${user.display_name}"
      @click=${() => startDirect(user.id)}>${content}</button>`;
  }
}

customElements.define("brook-details", BrookDetails);
