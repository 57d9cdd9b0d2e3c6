import { html, nothing, repeat } from "../../vendor/lit/lit.js";
import { gettext, interpolate, ngettext } from "../i18n.js";
import { icon } from "../icon.js";
import { isComposing } from "../ime.js";
import { forward } from "../message-actions.js";
import { quoteOf } from "../outbox.js";
import { store } from "../session.js";
import { partnerOf, sorted, titleOf } from "../state/conversations.js";
import { BrookDialog } from "./dialog.js";

/** @import { Conversation } from "../types.js" */

const MOST = 20; // conversations at once, as the server has it

/** Chooses where a message is said again. */
class BrookForwardMessage extends BrookDialog {
  static properties = { chosen: { state: true }, search: { state: true }, isBusy: { state: true } };

  constructor() {
    super();
    /** @type {string[]} */
    this.chosen = [];
    this.search = "";
    this.isBusy = false;
  }

  select() {
    return [store.state.conversations];
  }

  get heading() {
    return gettext("Forward to");
  }

  /** @param {any} message */
  async show(message) {
    this.chosen = [];
    this.search = "";
    await super.show(message);
  }

  get found() {
    const { conversations, me } = store.state;
    const wanted = this.search.trim().toLocaleLowerCase();
    return sorted(conversations.values()).filter((conversation) =>
      titleOf(conversation, me.id).toLocaleLowerCase().includes(wanted),
    );
  }

  content() {
    const { found, chosen } = this;
    return html`
      <blockquote class="dialog-quote" dir="auto">${quoteOf(this.subject).excerpt}</blockquote>
      <div class="search-box">
        ${icon("search")}
        <input type="search" class="search-input" autofocus autocomplete="off" dir="auto" placeholder=${gettext("Search conversations")}
          aria-label=${gettext("Search conversations")} .value=${this.search} @input=${this.onSearch} @keydown=${this.onKey} />
      </div>
      <div class="dialog-people">
        ${repeat(
          found,
          ({ id }) => id,
          (conversation) => this.choice(conversation),
        )}
        ${found.length ? nothing : html`<p class="dialog-note">${interpolate(gettext("Nothing is called “%(search)s”."), { search: this.search })}</p>`}
      </div>
      <footer class="dialog-foot is-end">
        <button type="button" class="button is-primary" ?disabled=${!chosen.length || this.isBusy} @click=${this.send}>
          ${icon("forward")}${sendLabel(chosen.length)}
        </button>
      </footer>
    `;
  }

  /** @param {Conversation} conversation */
  choice(conversation) {
    const { me } = store.state;
    const title = titleOf(conversation, me.id);
    const partner = partnerOf(conversation, me.id);
    const isChosen = this.chosen.includes(conversation.id);
    return html`<label class="person is-choice">
      <input type="checkbox" .checked=${isChosen} ?disabled=${!isChosen && this.chosen.length >= MOST}
        @change=${() => this.toggle(conversation.id)} />
      <brook-avatar class="is-small" data-id=${partner?.id ?? conversation.id} name=${title}
        photo=${(partner ?? conversation).avatar_url || nothing}></brook-avatar>
      <span class="person-name" dir="auto">${title}</span>
      <span class="person-note">${partner ? html`<bdi dir="ltr">@${partner.username}</bdi>` : peopleIn(conversation)}</span>
      <span class="check" aria-hidden="true">${icon("check")}</span>
    </label>`;
  }

  /** @param {string} id */
  toggle(id) {
    this.chosen = this.chosen.includes(id) ? this.chosen.filter((one) => one !== id) : [...this.chosen, id];
  }

  /** @param {InputEvent & {target: HTMLInputElement}} event */
  onSearch({ target }) {
    this.search = target.value;
  }

  /** Enter chooses the first one found. @param {KeyboardEvent} event */
  onKey(event) {
    const [first] = this.found;
    if (event.key !== "Enter" || isComposing(event) || !first) return;
    event.preventDefault();
    if (!this.chosen.includes(first.id)) this.toggle(first.id);
  }

  async send() {
    const { subject, chosen } = this;
    this.isBusy = true;
    const isDone = await forward(subject, chosen);
    this.isBusy = false;
    if (!isDone) return;
    this.close();
    store.toast(chosen.length > 1 ? forwardedTo(chosen.length) : gettext("Forwarded."));
  }
}

/** @param {number} count of conversations */
function sendLabel(count) {
  if (count < 2) return gettext("Forward");
  return interpolate(ngettext("Forward to %(count)s", "Forward to %(count)s", count), { count });
}

/** @param {Conversation} conversation */
function peopleIn({ participant_count: count }) {
  return interpolate(ngettext("%(count)s person", "%(count)s people", count), { count });
}

/** @param {number} count of conversations */
function forwardedTo(count) {
  const text = ngettext(
    "Forwarded to %(count)s conversation.",
    "Forwarded to %(count)s conversations.",
    count,
  );
  return interpolate(text, { count });
}

customElements.define("brook-forward-message", BrookForwardMessage);
