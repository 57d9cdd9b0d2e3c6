import { html, nothing } from "../../vendor/lit/lit.js";
import { gettext, interpolate, ngettext } from "../i18n.js";
import { icon } from "../icon.js";
import { quoteOf } from "../outbox.js";
import { loader, store } from "../session.js";
import { openDialog } from "./dialog.js";
import { BrookElement } from "./element.js";

/** @import { Message } from "../types.js" */

/** At the top of a conversation: what was pinned last, and the way to all that is pinned. */
class BrookPinnedBar extends BrookElement {
  select() {
    const { openId, pins, conversations, connection } = store.state;
    // Asked for again when the connection is back: an address opened without the server got no answer.
    return [openId, pins.get(openId ?? ""), conversations.has(openId ?? ""), connection.status];
  }

  render() {
    const pinned = pinnedIn(store.state.openId ?? "");
    const [newest] = pinned;
    if (!newest) return nothing;
    const { conversation_id: id } = newest;
    return html`<div class="pinned-bar">
      <button type="button" class="pinned-newest" @click=${() => loader.jump(id, newest.seq)}>
        ${icon("pin")}
        <span class="quote-body">
          <span class="quote-name">${gettext("Pinned message")}</span>
          <span class="quote-text" dir="auto">${quoteOf(newest).excerpt}</span>
        </span>
      </button>
      ${
        pinned.length > 1
          ? html`<button type="button" class="chip" aria-label=${allPinned(pinned.length)}
              @click=${() => openDialog("brook-message-shelf", { kind: "pinned", id })}>${pinned.length}</button>`
          : nothing
      }
    </div>`;
  }

  updated() {
    const { openId, pins, conversations } = store.state;
    if (openId && conversations.has(openId) && !pins.has(openId)) loader.pins(openId);
  }
}

/** @param {number} count */
function allPinned(count) {
  return interpolate(ngettext("All %(count)s pinned message", "All %(count)s pinned messages", count), {
    count,
  });
}

customElements.define("brook-pinned-bar", BrookPinnedBar);

/** Pinned last comes first. @param {string} id of a conversation @returns {Message[]} */
export function pinnedIn(id) {
  const held = store.state.pins.get(id) ?? [];
  return held
    .filter(({ pinned_at, deleted_at }) => pinned_at && !deleted_at)
    .sort((one, other) => (other.pinned_at ?? "").localeCompare(one.pinned_at ?? ""));
}
