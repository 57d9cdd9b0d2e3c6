import { html, nothing, repeat } from "../../vendor/lit/lit.js";
import { api } from "../api.js";
import { dayKey } from "../format.js";
import { gettext, interpolate, pgettext } from "../i18n.js";
import { icon } from "../icon.js";
import { isComposing } from "../ime.js";
import { readEverything } from "../reading.js";
import { loader, store } from "../session.js";
import { partnerOf, sorted, titleOf } from "../state/conversations.js";
import { conversationRow } from "./conversation-row.js";
import { BrookElement } from "./element.js";
import { hasFilters, MessageSearch } from "./message-search.js";
import { personFace } from "./presence.js";
import { listenForRows } from "./row-menu.js";
import { startDirect } from "./start.js";

/** @import { Conversation, User } from "../types.js" */

const SEARCH_DELAY_MS = 200;
const LOAD_MORE_WITHIN_PX = 400;

/** @type {[key: string, label: string][]} */
const FILTERS = [
  ["all", pgettext("conversations", "All")],
  ["unread", pgettext("conversations", "Unread")],
  ["groups", gettext("Groups")],
  ["mentions", gettext("Mentions")],
];

/** @type {[symbol: string, title: string, text: string]} */
const NO_CONVERSATIONS = [
  "message-circle",
  gettext("No conversations yet"),
  gettext("Start one with the pencil above."),
];

/** What stands where a filter leaves nothing. @type {Record<string, [symbol: string, title: string, text: string]>} */
const EMPTY = {
  mentions: [
    "at-sign",
    gettext("Nobody asked for you"),
    gettext("Unread messages that name you show up here."),
  ],
  unread: ["check-check", gettext("All read"), gettext("New messages show up here.")],
  groups: ["users-round", gettext("No groups yet"), gettext("Create one with the pencil above.")],
};

/** Search box, filters and rows; typing also finds people to start a conversation with. */
class BrookConversationList extends BrookElement {
  static properties = {
    filter: { state: true },
    search: { state: true },
    people: { state: true },
    isSearching: { state: true },
    showsArchived: { state: true },
  };

  constructor() {
    super();
    this.filter = "all";
    this.search = "";
    /** @type {User[]} */
    this.people = [];
    /** What they were found for: less than what is in the box, as long as one types. */
    this.foundFor = "";
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.searchTimer = undefined;
    this.isSearching = false;
    this.showsArchived = false;
    this.messages = new MessageSearch(() => this.requestUpdate());
  }

  connectedCallback() {
    super.connectedCallback();
    listenForRows(this);
  }

  select() {
    const { conversations, counts, openId, pending, me, moreConversations, typing } = store.state;
    return [conversations, counts, openId, pending, me, moreConversations, typing, dayKey(new Date())];
  }

  render() {
    const shown = this.shown;
    return html`
      <div class="list-tools">
        <search class="search-box">
          ${icon("search")}
          <input type="search" class="search-input" placeholder=${gettext("Search or jump to…")} autocomplete="off" dir="auto"
            aria-label=${gettext("Search conversations and people")} aria-keyshortcuts="Control+K" .value=${this.search}
            @input=${this.onSearch} @keydown=${this.onSearchKey}
            @focus=${() => (this.isSearching = true)} @blur=${() => (this.isSearching = Boolean(this.search))} />
          ${
            this.search
              ? html`<button type="button" class="icon-button is-small" aria-label=${gettext("Clear the search")} @click=${this.endSearch}>${icon("x")}</button>`
              : html`<kbd class="search-key" aria-hidden="true">Ctrl K</kbd>`
          }
        </search>
        ${
          this.isSearching
            ? this.messages.hints((text) => this.addToSearch(text))
            : html`<div class="chips" role="group" aria-label=${gettext("Show")}>${FILTERS.map(([key, label]) => this.chip(key, label))}</div>`
        }
      </div>
      ${this.filter === "unread" && !this.isSearching && store.unreadTotal ? readAllButton() : nothing}
      <nav class="rows" aria-label=${gettext("Conversations")} @scroll=${this.onScroll} @keydown=${this.onRowKey}>
        <ul class="row-list">
          ${repeat(
            shown,
            ({ id }) => id,
            (conversation) => html`<li>${conversationRow(conversation)}</li>`,
          )}
        </ul>
        ${this.peopleFound()} ${this.messages.view()} ${this.archive()}
        ${shown.length || this.people.length || (this.search && !this.messages.isEmpty) ? nothing : this.empty()}
      </nav>
    `;
  }

  /** @param {string} key @param {string} label */
  chip(key, label) {
    return html`<button type="button" class="chip" aria-pressed=${this.filter === key}
      @click=${() => (this.filter = key)}>${label}</button>`;
  }

  get shown() {
    const { conversations, me, openId } = store.state;
    const wanted = this.search.trim().toLocaleLowerCase();
    if (hasFilters(wanted)) return [];
    return sorted(conversations.values()).filter((conversation) => {
      if (!wanted && isArchived(conversation)) return false;
      if (this.filter === "mentions" && !wanted) return store.mentions(conversation.id);
      if (wanted) return titleOf(conversation, me.id).toLocaleLowerCase().includes(wanted);
      if (this.filter === "groups") return conversation.kind === "group";
      if (this.filter === "unread") return store.unread(conversation.id) || conversation.id === openId;
      return true;
    });
  }

  /** What was put away, by oneself or by staff for all: folded, and searched like the others. */
  archive() {
    if (this.search || this.filter !== "all") return nothing;
    const archived = sorted(store.state.conversations.values()).filter(isArchived);
    if (!archived.length) return nothing;
    return html`
      <button type="button" class="archive-button" aria-expanded=${this.showsArchived}
        @click=${() => (this.showsArchived = !this.showsArchived)}>${icon("archive")}${gettext("Archived")}
        <span class="archive-count">${archived.length}</span>${icon(this.showsArchived ? "chevron-up" : "chevron-down")}</button>
      ${
        this.showsArchived
          ? html`<ul class="row-list">${repeat(
              archived,
              ({ id }) => id,
              (conversation) => html`<li>${conversationRow(conversation)}</li>`,
            )}</ul>`
          : nothing
      }
    `;
  }

  peopleFound() {
    if (!this.people.length || hasFilters(this.search)) return nothing;
    return html`
      <h2 class="section-title">${gettext("People")}</h2>
      <ul class="row-list">
        ${this.people.map(
          (person) => html`<li>
            <button type="button" class="row" @click=${() => this.talkTo(person)}>
              ${personFace(person)}
              <span class="row-title" dir="auto">${person.display_name}</span>
              <span class="row-preview"><span class="row-text" dir="ltr">@${person.username}</span></span>
              <brook-badge class="row-time" user=${person.id}></brook-badge>
            </button>
          </li>`,
        )}
      </ul>
    `;
  }

  empty() {
    if (this.search) {
      const text = interpolate(gettext("Nobody and nothing fits “%(search)s”."), { search: this.search });
      return emptyList("search", gettext("Nothing found"), text);
    }
    const [symbol, title, text] = EMPTY[this.filter] ?? NO_CONVERSATIONS;
    return emptyList(symbol, title, text);
  }

  /** @param {InputEvent & {target: HTMLInputElement}} event */
  onSearch(event) {
    this.searchFor(event.target.value);
  }

  /** @param {string} search */
  searchFor(search) {
    this.search = search;
    this.messages.look(search);
    clearTimeout(this.searchTimer);
    if (!this.search.trim()) this.people = [];
    else this.searchTimer = setTimeout(() => this.findPeople(this.search), SEARCH_DELAY_MS);
  }

  /** @param {string} search */
  async findPeople(search) {
    const { results } = await api.users(search.trim()).catch(() => ({ results: [] }));
    if (this.search !== search) return;
    this.foundFor = search;
    const { me } = store.state;
    const already = new Set(this.shown.map((conversation) => partnerOf(conversation, me.id)?.id));
    this.people = results.filter(({ id }) => id !== me.id && !already.has(id));
  }

  /** @param {User} person */
  async talkTo(person) {
    if (await startDirect(person.id)) this.clearSearch();
  }

  clearSearch() {
    this.people = [];
    this.searchFor("");
  }

  endSearch() {
    this.clearSearch();
    this.isSearching = false;
  }

  /** @param {string} title of a conversation */
  searchIn(title) {
    this.clearSearch();
    return this.addToSearch(`in:"${title.replace(/["“”„\\]/gu, "\\$&")}" `);
  }

  /** @param {string} text */
  async addToSearch(text) {
    this.searchFor([this.search.trim(), text].filter(Boolean).join(" "));
    await this.updateComplete;
    const input = /** @type {HTMLInputElement | null} */ (this.querySelector(".search-input"));
    input?.focus();
    input?.setSelectionRange(this.search.length, this.search.length);
  }

  /** @param {KeyboardEvent} event */
  onSearchKey(event) {
    if (isComposing(event)) return;
    if (event.key === "Escape") this.clearSearch();
    if (event.key === "ArrowDown") this.focusRow(0, event);
    if (event.key === "Enter") this.goToFirst();
  }

  /** Of what fits all that was typed; who types fast is not taken elsewhere. */
  async goToFirst() {
    const { search } = this;
    clearTimeout(this.searchTimer);
    if (search.trim() && !this.shown.length && this.foundFor !== search) await this.findPeople(search);
    await this.updateComplete;
    const [first] = this.rowElements;
    if (this.search !== search || !first) return;
    first.click();
    this.clearSearch();
  }

  /** @param {KeyboardEvent} event */
  onRowKey(event) {
    if (event.altKey || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
    const step = event.key === "ArrowDown" ? 1 : -1;
    const at = this.rowElements.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    if (at + step < 0) this.focusSearch();
    else this.focusRow(at + step, event);
  }

  /** @param {number} index @param {Event} event */
  focusRow(index, event) {
    event.preventDefault();
    this.rowElements[index]?.focus();
  }

  focusSearch() {
    const input = /** @type {HTMLInputElement | null} */ (this.querySelector(".search-input"));
    input?.focus();
    input?.select();
  }

  /** @returns {HTMLElement[]} */
  get rowElements() {
    return [...this.querySelectorAll(/** @type {"a"} */ (".row"))];
  }

  /** @param {Event & {target: HTMLElement}} event */
  onScroll({ target }) {
    const left = target.scrollHeight - target.scrollTop - target.clientHeight;
    if (left < LOAD_MORE_WITHIN_PX) loader.moreConversations();
  }
}

/** @param {Conversation} conversation */
function isArchived({ archived, me }) {
  return archived || me.archived;
}

function readAllButton() {
  return html`<button type="button" class="read-all" @click=${readEverything}>${icon("check-check")}${gettext("Mark all as read")}</button>`;
}

/** @param {string} symbol @param {string} title @param {string} text */
function emptyList(symbol, title, text) {
  return html`<div class="empty is-small">${icon(symbol)}
    <p class="empty-title">${title}</p>
    <p>${text}</p></div>`;
}

customElements.define("brook-conversation-list", BrookConversationList);
