import { html, nothing, repeat } from "../../vendor/lit/lit.js";
import { badgeText, dayKey } from "../format.js";
import { gettext, interpolate, ngettext } from "../i18n.js";
import { icon } from "../icon.js";
import { loader, reader, store } from "../session.js";
import { isTooLong, withoutOldest } from "../state/history.js";
import { itemsOf } from "../state/runs.js";
import { inTurn } from "../turns.js";
import { BrookElement } from "./element.js";
import { itemView } from "./message.js";
import { listenForMessages } from "./message-toolbar.js";

/** @import { History, Target } from "../types.js" */

const FOLLOWS_WITHIN_PX = 100;
const LOADS_WITHIN_PX = 800;
const LINE_BELOW_TOP_PX = 56;
const HIGHLIGHTED_MS = 2_000;
const SKELETON = ["", "is-mine", "", "", "is-mine"];

/**
 * The messages of the open conversation. The scroller is laid out from its end (column-reverse): its
 * scrollTop is 0 at the newest message and negative above, so the browser itself keeps the end in
 * view and shows it at the first paint.
 */
class BrookMessageList extends BrookElement {
  static properties = { isAway: { state: true } };

  constructor() {
    super();
    /** The end is out of sight. */
    this.isAway = false;
    this.shownId = "";
    this.shownPending = 0;
    this.isPlaced = false;
    /** What is drawn reaches to the newest message. */
    this.isAtEnd = true;
    this.isMeasured = true;
    /** The number of the last wish to see one message. */
    this.shownTarget = 0;
    /** @type {{key: string, top: number} | null} */
    this.anchor = null;
    this.look = this.look.bind(this);
  }

  select() {
    const { histories, openId, pending, conversations, me, editingId, target, reminders } = store.state;
    const id = openId ?? "";
    const conversation = conversations.get(id);
    const today = dayKey(new Date());
    return [
      histories.get(id),
      conversation,
      pending,
      me,
      store.unread(id),
      editingId,
      target,
      reminders,
      today,
    ];
  }

  connectedCallback() {
    super.connectedCallback();
    listenForMessages(this);
    addEventListener("focus", this.look);
    document.addEventListener("visibilitychange", this.look);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    removeEventListener("focus", this.look);
    document.removeEventListener("visibilitychange", this.look);
  }

  /** @returns {History | undefined} */
  get history() {
    return store.state.histories.get(store.state.openId ?? "");
  }

  get pending() {
    return store.state.pending.filter(({ conversation_id }) => conversation_id === store.state.openId);
  }

  /** @returns {HTMLElement | null} */
  get scroller() {
    return this.querySelector(".log");
  }

  get isFollowing() {
    return !this.scroller || (this.isAtEnd && this.scroller.scrollTop > -FOLLOWS_WITHIN_PX);
  }

  willUpdate() {
    const id = store.state.openId ?? "";
    if (id !== this.shownId) {
      this.shownId = id;
      reader.release();
      this.isPlaced = false;
      this.isAtEnd = true;
      this.isAway = false;
      this.shownPending = this.pending.length;
    }
    this.anchor = this.isPlaced && !this.isFollowing ? this.firstInView() : null;
  }

  render() {
    const { history } = this;
    const conversation = store.state.conversations.get(this.shownId);
    return html`
      <div class="log" role="log" aria-label=${gettext("Messages")} tabindex="0" aria-busy=${Boolean(history?.loading)}
        @scroll=${this.onScroll}>
        <div class="log-column">${conversation && history ? this.content(history) : nothing}</div>
      </div>
      ${this.isAway ? this.jumpButton() : nothing}
    `;
  }

  /** @param {History} history */
  content(history) {
    const conversation = store.state.conversations.get(this.shownId);
    if (!conversation) return nothing;
    if (history.loading === "first") return skeleton();
    if (history.failed && !history.messages.length) return this.failure();
    const items = itemsOf(history, this.pending, store.state.me);
    if (!items.length) return empty();
    return repeat(
      items,
      ({ key }) => key,
      (item) => itemView(item, conversation),
    );
  }

  failure() {
    return html`<div class="empty">
      ${icon("circle-alert")}
      <p class="empty-title">${gettext("The messages could not be loaded")}</p>
      <p>${gettext("The server did not answer. What you write is kept.")}</p>
      <button type="button" class="button" @click=${() => loader.latest(this.shownId)}>${gettext("Try again")}</button>
    </div>`;
  }

  jumpButton() {
    const unread = store.unread(this.shownId);
    const text = ngettext(
      "Jump to latest, %(count)s new message",
      "Jump to latest, %(count)s new messages",
      unread,
    );
    const label = unread ? interpolate(text, { count: unread }) : gettext("Jump to latest");
    return html`
      <button type="button" class="jump" @click=${this.jump} aria-label=${label}>
        ${icon("arrow-down")}${unread ? html`<span class="badge">${badgeText(unread)}</span>` : nothing}
      </button>
    `;
  }

  async jump() {
    await this.showEnd();
    this.scroller?.focus();
  }

  async showEnd() {
    if (this.history?.hasAfter) await loader.latest(this.shownId);
    await this.updateComplete;
    this.toEnd();
  }

  toEnd() {
    this.scroller?.scrollTo({ top: 0 });
  }

  /** It begins at its end, and what is measured would have it laid out in the turn in which it is drawn. */
  firstUpdated() {
    this.isMeasured = false;
    inTurn(() => {
      this.isMeasured = true;
      this.updated();
    });
  }

  updated() {
    const { history, pending } = this;
    if (!this.isMeasured || !history || history.loading === "first") return;
    this.isAtEnd = !history.hasAfter;
    const hasNewPending = pending.length > this.shownPending;
    this.shownPending = pending.length;
    const { target } = store.state;
    const isWished = target?.conversationId === this.shownId && target.number !== this.shownTarget;
    if (isWished) this.reveal(target);
    else if (!this.isPlaced) this.place();
    else if (hasNewPending) this.showEnd();
    else if (this.anchor) this.keep(this.anchor);
    this.onScroll();
  }

  /** Where reading begins: at the unread line if it is further up than one screen, else at the end. */
  place() {
    this.isPlaced = true;
    this.toEnd();
    const line = this.querySelector(".unread-line");
    if (!line || !this.scroller) return;
    const above =
      this.scroller.getBoundingClientRect().top + LINE_BELOW_TOP_PX - line.getBoundingClientRect().top;
    if (above > 0) this.scroller.scrollTop -= above;
  }

  /** One message in the middle of the log, marked for a moment. @param {Target} target */
  reveal({ seq, number }) {
    this.isPlaced = true;
    this.shownTarget = number;
    const element = this.querySelector(`[data-seq="${seq}"]`);
    if (!element) return void store.toast(gettext("This message is not here any more."));
    element.scrollIntoView({ block: "center" });
    requestAnimationFrame(() => element.scrollIntoView({ block: "center" })); // what is in messages is drawn by then
    element.classList.remove("is-highlighted");
    /** @type {HTMLElement} */ (element).offsetWidth; // so that the same one is marked again
    element.classList.add("is-highlighted");
    setTimeout(() => element.classList.remove("is-highlighted"), HIGHLIGHTED_MS);
    if (element.matches("article")) /** @type {HTMLElement} */ (element).focus({ preventScroll: true });
  }

  /** What is in view stays where it is, whatever was added above or below. @returns {{key: string, top: number} | null} */
  firstInView() {
    const top = this.scroller?.getBoundingClientRect().top ?? 0;
    for (const element of this.querySelectorAll("[data-key]")) {
      const box = element.getBoundingClientRect();
      if (box.bottom > top) return { key: element.getAttribute("data-key") ?? "", top: box.top };
    }
    return null;
  }

  /** @param {{key: string, top: number}} anchor */
  keep({ key, top }) {
    const element = this.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (element && this.scroller) this.scroller.scrollTop += element.getBoundingClientRect().top - top;
  }

  onScroll() {
    const { scroller, history } = this;
    if (!scroller || !history || !this.isPlaced) return;
    const below = -scroller.scrollTop;
    const above = scroller.scrollHeight - scroller.clientHeight - below;
    this.isAway = below >= FOLLOWS_WITHIN_PX || history.hasAfter;
    if (!this.isAway && isTooLong(history)) store.setHistory(this.shownId, withoutOldest(history));
    if (!history.failed && above < LOADS_WITHIN_PX && history.hasBefore) loader.older(this.shownId);
    else if (!history.failed && below < LOADS_WITHIN_PX && history.hasAfter) loader.newer(this.shownId);
    this.look();
  }

  /** Read is what was at the end of the log before somebody's eyes. */
  look() {
    const { history } = this;
    const last = history?.messages.at(-1);
    const isSeen = document.visibilityState === "visible" && document.hasFocus() && this.offsetParent;
    if (!isSeen || !last || !this.isPlaced || history?.hasAfter || !this.isFollowing) return;
    if (store.unread(this.shownId)) reader.saw(this.shownId, last.seq);
  }
}

function skeleton() {
  return SKELETON.map(
    (side) => html`<div class="run skeleton ${side}" aria-hidden="true"><div class="bubble"></div></div>`,
  );
}

function empty() {
  return html`<div class="empty">
    ${icon("message-circle")}
    <p class="empty-title">${gettext("No messages yet")}</p>
    <p>${gettext("Say hello: it arrives at once.")}</p>
  </div>`;
}

customElements.define("brook-message-list", BrookMessageList);
