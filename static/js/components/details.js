import { html, nothing } from "../../vendor/lit/lit.js";
import { groups } from "../api-groups.js";
import { attempt } from "../attempt.js";
import { dateOf } from "../format.js";
import { gettext, interpolate } from "../i18n.js";
import { icon } from "../icon.js";
import { router } from "../router.js";
import { store } from "../session.js";
import { partnerOf, titleOf } from "../state/conversations.js";
import "./details-members.js";
import { ownSide } from "./details-own.js";
import { BrookElement } from "./element.js";
import "./invites.js";
import { pictureButton } from "./picture-button.js";
import { face } from "./presence.js";
import { presenceText } from "./who-is-here.js";

/** @import { Conversation, User } from "../types.js" */

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
    if (choice.isOpenWhenNarrow) router.cover(closeNarrowDetails);
    else router.uncover(closeNarrowDetails);
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

/** What there is to know and to set about the open conversation. */
class BrookDetails extends BrookElement {
  static properties = { isEditing: { state: true } };

  constructor() {
    super();
    this.isEditing = false;
    this.shownId = "";
  }

  select() {
    const { openId, conversations, me, presence, blocked, counts } = store.state;
    const id = openId ?? "";
    return [openId, conversations.get(id), me, presence, blocked, counts.get(id)];
  }

  willUpdate() {
    const id = store.state.openId ?? "";
    if (id !== this.shownId) this.isEditing = false;
    this.shownId = id;
  }

  render() {
    const { openId, conversations, me } = store.state;
    const conversation = conversations.get(openId ?? "");
    if (!conversation) return nothing;
    const partner = partnerOf(conversation, me.id);
    const mayChange = conversation.kind === "group" && conversation.me.role !== "member";
    return html`
      <button type="button" class="icon-button details-close" aria-label=${gettext("Close details")} @click=${toggleDetails}>${icon("x")}</button>
      ${this.isEditing ? this.editor(conversation) : this.top(conversation, partner, mayChange)}
      ${
        partner
          ? html`<a class="button is-quiet" href="/people/${partner.username}">${gettext("View profile")}</a>`
          : html`<brook-members></brook-members>`
      }
      ${mayChange ? html`<brook-invites conversation=${conversation.id}></brook-invites>` : nothing}
      ${ownSide(conversation, partner)}
    `;
  }

  /** @param {Conversation} conversation @param {User | undefined} partner @param {boolean} mayChange */
  top(conversation, partner, mayChange) {
    const title = titleOf(conversation, store.state.me.id);
    const photo = (partner ?? conversation).avatar_url;
    return html`
      <div class="details-top">
        <div class="details-face">
          ${face({ id: partner?.id ?? conversation.id, name: title, photo }, "is-huge", partner?.id)}
          ${mayChange ? pictureButton(gettext("Choose a picture of the group"), (file) => this.setPicture(conversation, file)) : nothing}
        </div>
        <h2 class="details-title" dir="auto">${title}</h2>
        ${partner ? html`<p dir="ltr">@${partner.username}</p><p dir="auto">${presenceText(partner)}</p>` : nothing}
        ${conversation.description ? html`<p class="details-description" dir="auto">${conversation.description}</p>` : nothing}
        ${partner ? nothing : html`<p>${made(conversation)}</p>`}
        ${
          mayChange || partner
            ? html`<button type="button" class="link-button details-edit" @click=${() => (this.isEditing = true)}>${partner ? gettext("Call this conversation something else") : gettext("Edit")}</button>`
            : nothing
        }
      </div>
    `;
  }

  /** @param {Conversation} conversation */
  editor(conversation) {
    const isGroup = conversation.kind === "group";
    const title = isGroup ? conversation.title : (conversation.me.title ?? "");
    return html`<form class="details-editor" @submit=${(/** @type {SubmitEvent} */ event) => this.save(event, conversation)}>
      <label class="field"><span>${isGroup ? gettext("Title") : gettext("Name for this conversation, for you alone")}</span>
        <input name="title" maxlength="100" ?required=${isGroup} autocomplete="off" dir="auto" .value=${title} /></label>
      ${
        isGroup
          ? html`<label class="field"><span>${gettext("Description")}</span><textarea name="description" class="text-area" rows="3" maxlength="1000" dir="auto" .value=${conversation.description}></textarea></label>
            <label class="field"><span>${gettext("Newcomers see")}</span><select name="history" class="text-input">
              <option value="shared" .selected=${conversation.history !== "protected"}>${gettext("All earlier messages")}</option>
              <option value="protected" .selected=${conversation.history === "protected"}>${gettext("What is said from then on")}</option>
            </select></label>
            ${conversation.avatar_url ? html`<button type="button" class="link-button" @click=${() => attempt(() => groups.removePicture(conversation.id))}>${gettext("Remove the picture")}</button>` : nothing}`
          : nothing
      }
      <div class="later-foot">
        <button type="button" class="button" @click=${() => (this.isEditing = false)}>${gettext("Cancel")}</button>
        <button type="submit" class="button is-primary">${gettext("Save")}</button>
      </div>
    </form>`;
  }

  /** @param {SubmitEvent} event @param {Conversation} conversation */
  async save(event, { id }) {
    event.preventDefault();
    const changes = Object.fromEntries(new FormData(/** @type {HTMLFormElement} */ (event.target)));
    const isDone = await attempt(async () => store.hold(await groups.change(id, changes)));
    if (isDone) this.isEditing = false;
  }

  /** @param {Conversation} conversation @param {File} file */
  setPicture({ id }, file) {
    attempt(async () => store.hold(await groups.setPicture(id, file)));
  }
}

/** When, and by whom where that is known. @param {Conversation} conversation */
function made({ created_at, created_by, participants }) {
  const { me } = store.state;
  const date = dateOf(created_at);
  if (created_by === me.id) return interpolate(gettext("Created on %(date)s by you"), { date });
  const name = participants.find(({ user }) => user.id === created_by)?.user.display_name;
  if (name) return interpolate(gettext("Created on %(date)s by %(name)s"), { date, name });
  return interpolate(gettext("Created on %(date)s"), { date });
}

customElements.define("brook-details", BrookDetails);
