import { html, nothing, repeat } from "../../vendor/lit/lit.js";
import { api } from "../api.js";
import { dayKey } from "../format.js";
import { icon } from "../icon.js";
import { loader, store } from "../session.js";
import { partnerOf, sorted, titleOf } from "../state/conversations.js";
import { conversationRow } from "./conversation-row.js";
import { BrookElement } from "./element.js";
import { startDirect } from "./start.js";

/** @import { User } from "../types.js" */

const SEARCH_DELAY_MS = 200;
const LOAD_MORE_WITHIN_PX = 400;

/** @type {[key: string, label: string][]} */
const FILTERS = [
  ["all", "All"],
  ["unread", "Unread"],
  ["groups", "Groups"],
];

/** Search box, filters and rows; typing also finds people to start a conversation with. */
class BrookConversationList extends BrookElement {
  static properties = {
    filter: { state: true },
    search: { state: true },
    people: { state: true },
  };

  constructor() {
    super();
    this.filter = "all";
    this.search = "";
    /** @type {User[]} */
    this.people = [];
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.searchTimer = undefined;
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
          <input type="search" class="search-input" placeholder="Search or jump to…" autocomplete="off"
            aria-label="Search conversations and people" aria-keyshortcuts="Control+K" .value=${this.search}
            @input=${this.onSearch} @keydown=${this.onSearchKey} />
          <kbd class="search-key" aria-hidden="true">Ctrl K</kbd>
        </search>
        <div class="chips" role="group" aria-label="Show">
          ${FILTERS.map(([key, label]) => this.chip(key, label))}
        </div>
      </div>
      <nav class="rows" aria-label="Conversations" @scroll=${this.onScroll} @keydown=${this.onRowKey}>
        <ul class="row-list">
          ${repeat(
            shown,
            ({ id }) => id,
            (conversation) => html`<li>${conversationRow(conversation)}</li>`,
          )}
        </ul>
        ${this.peopleFound()} ${shown.length || this.people.length ? nothing : this.empty()}
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
    return sorted(conversations.values()).filter((conversation) => {
      if (wanted) return titleOf(conversation, me.id).toLocaleLowerCase().includes(wanted);
      if (this.filter === "groups") return conversation.kind === "group";
      if (this.filter === "unread") return store.unread(conversation.id) || conversation.id === openId;
      return true;
    });
  }

  peopleFound() {
    if (!this.people.length) return nothing;
    return html`
      <h2 class="section-title">People</h2>
      <ul class="row-list">
        ${this.people.map(
          (person) => html`<li>
            <button type="button" class="row" @click=${() => this.talkTo(person)}>
              <brook-avatar data-id=${person.id} name=${person.display_name} photo=${person.avatar_url || nothing}></brook-avatar>
              <span class="row-title" dir="auto">${person.display_name}</span>
              <span class="row-preview"><span class="row-text">@${person.username}</span></span>
            </button>
          </li>`,
        )}
      </ul>
    `;
  }

  empty() {
    if (this.search)
      return emptyList("search", "Nothing found", `Nobody and nothing is called “${this.search}”.`);
    if (this.filter === "unread") return emptyList("check-check", "All read", "New messages show up here.");
    if (this.filter === "groups")
      return emptyList("users-round", "No groups yet", "Create one with the pencil above.");
    return emptyList("message-circle", "No conversations yet", "Start one with the pencil above.");
  }

  /** @param {InputEvent & {target: HTMLInputElement}} event */
  onSearch(event) {
    this.search = event.target.value;
    clearTimeout(this.searchTimer);
    if (!this.search.trim()) this.people = [];
    else this.searchTimer = setTimeout(() => this.findPeople(this.search), SEARCH_DELAY_MS);
  }

  /** @param {string} search */
  async findPeople(search) {
    const { results } = await api.users(search.trim()).catch(() => ({ results: [] }));
    if (this.search !== search) return;
    const { me } = store.state;
    const already = new Set(this.shown.map((conversation) => partnerOf(conversation, me.id)?.id));
    this.people = results.filter(({ id }) => id !== me.id && !already.has(id));
  }

  /** @param {User} person */
  async talkTo(person) {
    if (await startDirect(person.id)) this.clearSearch();
  }

  clearSearch() {
    this.search = "";
    this.people = [];
  }

  /** @param {KeyboardEvent} event */
  onSearchKey(event) {
    if (event.isComposing) return;
    if (event.key === "Escape") this.clearSearch();
    if (event.key === "ArrowDown") this.focusRow(0, event);
    if (event.key === "Enter") {
      this.rowElements[0]?.click();
      this.clearSearch();
    }
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

/** @param {string} symbol @param {string} title @param {string} text */
function emptyList(symbol, title, text) {
  return html`<div class="empty is-small">${icon(symbol)}
    <p class="empty-title">${title}</p>
    <p>${text}</p></div>`;
}

customElements.define("brook-conversation-list", BrookConversationList);
