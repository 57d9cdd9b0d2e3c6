import { html, nothing } from "../../vendor/lit/lit.js";
import { gettext } from "../i18n.js";
import { icon } from "../icon.js";
import { router } from "../router.js";
import { store } from "../session.js";
import { partnerOf, titleOf } from "../state/conversations.js";
import { detailsAreOpen, toggleDetails } from "./details.js";
import { BrookElement } from "./element.js";
import { face } from "./presence.js";
import { whoIsHere } from "./who-is-here.js";

const WIDE = matchMedia("(min-width: 720px)");

/** The head of the open conversation: back, who it is, details. */
class BrookConversationHead extends BrookElement {
  select() {
    const { openId, conversations, me, presence } = store.state;
    return [openId, conversations.get(openId ?? ""), me, presence, detailsAreOpen()];
  }

  render() {
    const { openId, conversations, me } = store.state;
    const conversation = conversations.get(openId ?? "");
    if (!conversation) return nothing;
    const title = titleOf(conversation, me.id);
    const partner = partnerOf(conversation, me.id);
    return html`
      <a class="icon-button only-narrow" href="/" aria-label=${gettext("Back to conversations")}>${icon("arrow-left")}</a>
      ${face({ id: partner?.id ?? conversation.id, name: title, photo: (partner ?? conversation).avatar_url }, "is-medium", partner?.id)}
      <div class="head-text">
        <h1 class="head-title" dir="auto">${title}</h1>
        <p class="head-subtitle" dir="auto">${whoIsHere(conversation)}</p>
      </div>
      <button type="button" class="icon-button" aria-label=${gettext("Search in this conversation")} title=${gettext("Search in this conversation")}
        @click=${() => searchIn(title)}>${icon("search")}</button>
      <button type="button" class="icon-button details-open" aria-label=${gettext("Details")} aria-expanded=${detailsAreOpen()}
        aria-controls="details" @click=${toggleDetails}>${icon("info")}</button>
    `;
  }
}

/** Search is beside the conversation, or before it on phones. @param {string} title */
function searchIn(title) {
  if (!WIDE.matches) router.go(null);
  /** @type {any} */ (document.querySelector("brook-conversation-list"))?.searchIn(title);
}

customElements.define("brook-conversation-head", BrookConversationHead);
