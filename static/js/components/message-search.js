/**
 * Messages by what is in them, below the conversations and people that are found. A helper of the
 * list: it asks, keeps what was found, and draws it.
 *
 * @import { Message } from "../types.js"
 *
 * @typedef {object} Highlight
 * @property {string} snippet
 * @property {[start: number, end: number][]} ranges in UTF-16 code units
 *
 * @typedef {{message: Message, highlights: Highlight[]}} Found
 */

import { html, nothing, repeat } from "../../vendor/lit/lit.js";
import { ApiError, call, query } from "../api.js";
import { shortTime } from "../format.js";
import { gettext, woven } from "../i18n.js";
import { store } from "../session.js";
import { partnerOf, titleOf } from "../state/conversations.js";
import { summary } from "./conversation-row.js";

const DELAY_MS = 250;
const SHORTEST = 2;
const PAGE_SIZE = 20;
const FILTER = /\b(?:from|in|has|before|after):(?:"(?:\\["\\]|[^"])*"?|\S*)/giu;

/** @type {[text: string, means: string][]} */
const HINTS = [
  ["from:", gettext("Messages by somebody")],
  ["in:", gettext("Messages in a conversation")],
  ["has:image", gettext("Messages with pictures")],
  ["has:file", gettext("Messages with files")],
  ["has:link", gettext("Messages with links")],
  ["before:", gettext("Messages before a day")],
];

/** Whether it asks for messages only. @param {string} search */
export function hasFilters(search) {
  return search.search(FILTER) >= 0;
}

/** A filter that has no value yet finds nothing. @param {string} search */
function isComplete(search) {
  const words = search.replace(FILTER, "").trim();
  const filters = search.match(FILTER) ?? [];
  return words.length >= SHORTEST || filters.some((filter) => /:"?[^"\s]/.test(filter));
}

export class MessageSearch {
  /** @param {() => void} onChange */
  constructor(onChange) {
    this.onChange = onChange;
    this.search = "";
    /** @type {Found[]} */
    this.found = [];
    /** @type {string | null} */
    this.next = null;
    /** @type {"" | "loading" | "failed"} */
    this.state = "";
    this.problem = "";
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
  }

  /** @param {string} search */
  look(search) {
    this.search = search.trim();
    clearTimeout(this.timer);
    this.found = isComplete(this.search) ? this.found : [];
    this.next = null;
    this.state = isComplete(this.search) ? "loading" : "";
    if (this.state) this.timer = setTimeout(() => this.ask(null), DELAY_MS);
    this.onChange();
  }

  /** @param {string | null} cursor */
  async ask(cursor) {
    const asked = this.search;
    try {
      const parameters = { q: asked, limit: PAGE_SIZE, ...(cursor ? { cursor } : {}) };
      const page = await call("GET", `/api/messages/search?${query(parameters)}`);
      if (this.search !== asked) return;
      this.found = cursor ? [...this.found, ...page.results] : page.results;
      this.next = page.next;
      this.state = "";
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (this.search !== asked) return;
      this.state = "failed";
      this.problem = error.detail;
    }
    this.onChange();
  }

  get isEmpty() {
    return !this.found.length && this.state === "";
  }

  /**
   * What narrows a search.
   *
   * @param {(text: string) => void} onChoose
   */
  hints(onChoose) {
    return html`<div class="chips search-hints" role="group" aria-label=${gettext("Narrow the search")}>
      ${HINTS.map(
        ([text, means]) =>
          html`<button type="button" class="chip" title=${means} dir="ltr" @pointerdown=${(/** @type {Event} */ event) => event.preventDefault()}
            @click=${() => onChoose(text)}>${text}</button>`,
      )}
    </div>`;
  }

  view() {
    if (!this.search || (this.isEmpty && !isComplete(this.search))) return nothing;
    if (this.state === "failed") {
      return html`<h2 class="section-title">${gettext("Messages")}</h2>
        <p class="search-problem" role="status">${this.problem} <button type="button" class="link-button" @click=${() => this.look(this.search)}>${gettext("Try again")}</button></p>`;
    }
    if (!this.found.length) return this.state === "loading" ? skeleton() : nothing;
    return html`
      <h2 class="section-title">${gettext("Messages")}</h2>
      <ul class="row-list" aria-busy=${this.state === "loading"}>
        ${repeat(
          this.found,
          ({ message }) => message.id,
          (found) => html`<li>${foundView(found)}</li>`,
        )}
      </ul>
      ${this.next ? html`<button type="button" class="button is-quiet search-more" @click=${() => this.ask(this.next)}>${gettext("More messages")}</button>` : nothing}
    `;
  }
}

/** @param {Found} found */
function foundView({ message, highlights }) {
  const { conversations, me } = store.state;
  const conversation = conversations.get(message.conversation_id);
  const partner = conversation && partnerOf(conversation, me.id);
  const place = conversation ? titleOf(conversation, me.id) : gettext("A conversation");
  const isMine = message.sender?.id === me.id;
  const author = isMine ? gettext("You") : (message.sender?.display_name ?? gettext("Deleted account"));
  const [first] = highlights;
  const text = first ? marked(first) : summary(message);
  return html`<a class="row found" href="/c/${message.conversation_id}/${message.seq}">
    <brook-avatar data-id=${message.sender?.id ?? "0"} name=${message.sender?.display_name ?? gettext("Deleted account")}
      photo=${message.sender?.avatar_url || nothing}></brook-avatar>
    <span class="row-title"><span dir="auto">${partner ? place : html`<bdi>${author}</bdi> · <bdi>${place}</bdi>`}</span></span>
    <time class="row-time" datetime=${message.created_at}>${shortTime(message.created_at)}</time>
    <span class="found-text" dir="auto">${partner && isMine ? woven(gettext("You: %(text)s"), { text }) : text}</span>
  </a>`;
}

/** @param {Highlight} highlight */
function marked({ snippet, ranges }) {
  let end = 0;
  const parts = ranges.map(([from, to]) => {
    const before = snippet.slice(end, from);
    end = to;
    return html`${before}<mark>${snippet.slice(from, to)}</mark>`;
  });
  return html`${parts}${snippet.slice(end)}`;
}

function skeleton() {
  return html`<div class="skeleton" aria-hidden="true">
    ${[1, 2, 3].map(
      () =>
        html`<div class="person"><span class="skeleton-circle"></span><span class="skeleton-line"></span></div>`,
    )}
  </div>`;
}
