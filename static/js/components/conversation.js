import { html, nothing } from "../../vendor/lit/lit.js";
import { plural } from "../format.js";
import { icon } from "../icon.js";
import { store } from "../session.js";
import { partnerOf, titleOf } from "../state/conversations.js";
import { detailsAreOpen, toggleDetails } from "./details.js";
import { BrookElement } from "./element.js";

/** The head of the open conversation: back, who it is, details. */
class BrookConversationHead extends BrookElement {
  select() {
    const { openId, conversations, me } = store.state;
    return [openId, conversations.get(openId ?? ""), me, detailsAreOpen()];
  }

  render() {
    const { openId, conversations, me } = store.state;
    const conversation = conversations.get(openId ?? "");
    if (!conversation) return nothing;
    const title = titleOf(conversation, me.id);
    const partner = partnerOf(conversation, me.id);
    return html`
      <a class="icon-button only-narrow" href="/" aria-label="Back to conversations">${icon("arrow-left")}</a>
      <brook-avatar class="is-medium" data-id=${partner?.id ?? conversation.id} name=${title}
        photo=${(partner ?? conversation).avatar_url || nothing}></brook-avatar>
      <div class="head-text">
        <h1 class="head-title" dir="auto">${title}</h1>
        <p class="head-subtitle">${
          partner
            ? partner.status_text || `@${partner.username}`
            : plural(conversation.participant_count, "person", "people")
        }</p>
      </div>
      <button type="button" class="icon-button details-open" aria-label="Details" aria-expanded=${detailsAreOpen()}
        aria-controls="details" @click=${toggleDetails}>${icon("info")}</button>
    `;
  }
}

customElements.define("brook-conversation-head", BrookConversationHead);
