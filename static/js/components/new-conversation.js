import { html, nothing, repeat } from "../../vendor/lit/lit.js";
import { api } from "../api.js";
import { groups } from "../api-groups.js";
import { attempt } from "../attempt.js";
import { gettext, interpolate, ngettext } from "../i18n.js";
import { icon } from "../icon.js";
import { isComposing } from "../ime.js";
import { store } from "../session.js";
import { BrookElement } from "./element.js";
import { startDirect, startGroup } from "./start.js";

/** @import { Conversation, User } from "../types.js" */

const SEARCH_DELAY_MS = 200;

/** Choose one person: a direct conversation. Several and a title: a group. Or people to add to one. */
class BrookNewConversation extends BrookElement {
  static properties = {
    isOpen: { state: true },
    people: { state: true },
    chosen: { state: true },
    search: { state: true },
    isSearching: { state: true },
    failed: { state: true },
  };

  constructor() {
    super();
    this.isOpen = false;
    /** @type {User[] | null} */
    this.people = null;
    /** @type {User[]} */
    this.chosen = [];
    this.search = "";
    this.failed = false;
    /** What `people` were found for: less than what is in the box, as long as one types. */
    this.foundFor = "";
    this.isBusy = false;
    /** The group they are added to. @type {Conversation | null} */
    this.group = null;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.searchTimer = undefined;
  }

  select() {
    return [store.state.me];
  }

  /** @returns {HTMLDialogElement | null} */
  get dialog() {
    return this.querySelector("dialog");
  }

  /** @param {Conversation | null} [group] to which people are added; none: a new conversation */
  async show(group = null) {
    this.group = group;
    this.isOpen = true;
    this.people = null;
    this.chosen = [];
    this.search = "";
    this.failed = false;
    await this.updateComplete;
    this.dialog?.showModal();
    this.find("");
  }

  render() {
    return html`
      <dialog class="dialog" aria-labelledby="new-conversation-title" @close=${() => (this.isOpen = false)}
        @click=${this.onBackdrop}>
        ${this.isOpen ? this.form() : nothing}
      </dialog>
    `;
  }

  form() {
    const isGroup = this.chosen.length > 1 && !this.group;
    return html`
      <form class="dialog-form" @submit=${this.onSubmit}>
        <header class="dialog-head">
          <h2 id="new-conversation-title">${this.group ? gettext("Add people") : gettext("New conversation")}</h2>
          <button type="button" class="icon-button" aria-label=${gettext("Close")} @click=${() => this.dialog?.close()}>${icon("x")}</button>
        </header>
        ${isGroup ? this.titleField() : nothing}
        ${
          this.chosen.length
            ? html`<ul class="chosen">${repeat(
                this.chosen,
                ({ id }) => id,
                (person) => this.chosenPerson(person),
              )}</ul>`
            : nothing
        }
        <div class="search-box">
          ${icon("search")}
          <input type="search" class="search-input" autofocus autocomplete="off" dir="auto" placeholder=${gettext("Name or username")}
            aria-label=${gettext("Search people")} .value=${this.search} @input=${this.onSearch} @keydown=${this.onSearchKey} />
        </div>
        <div class="dialog-people">${this.results()}</div>
        <footer class="dialog-foot">
          <p class="dialog-hint">${this.hint}</p>
          <button type="submit" class="button is-primary" ?disabled=${!this.chosen.length}>${this.group ? gettext("Add") : isGroup ? gettext("Create group") : gettext("Start conversation")}</button>
        </footer>
      </form>
    `;
  }

  get hint() {
    if (this.group) return interpolate(gettext("To “%(title)s”"), { title: this.group.title });
    const count = this.chosen.length + 1;
    const text = ngettext("A group of %(count)s, with you", "A group of %(count)s, with you", count);
    if (this.chosen.length > 1) return interpolate(text, { count });
    return gettext("One person: a direct conversation. Several: a group.");
  }

  titleField() {
    return html`<label class="field">
      <span>${gettext("Title of the group")}</span>
      <input name="title" required maxlength="100" autocomplete="off" placeholder=${gettext("River Team")} dir="auto" />
    </label>`;
  }

  /** @param {User} person */
  chosenPerson(person) {
    return html`<li>
      <button type="button" class="chosen-person" aria-label=${interpolate(gettext("Remove %(name)s"), { name: person.display_name })} @click=${() => this.toggle(person)}>
        <brook-avatar class="is-tiny" data-id=${person.id} name=${person.display_name} photo=${person.avatar_url || nothing}></brook-avatar>
        <span dir="auto">${person.display_name}</span>${icon("x")}
      </button>
    </li>`;
  }

  results() {
    if (this.failed)
      return html`<p class="dialog-note">${gettext("People could not be loaded.")} <button type="button" class="link-button" @click=${() => this.find(this.search)}>${gettext("Try again")}</button></p>`;
    if (!this.people)
      return [1, 2, 3].map(
        () =>
          html`<div class="person skeleton" aria-hidden="true"><span class="skeleton-circle"></span><span class="skeleton-line"></span></div>`,
      );
    if (!this.people.length)
      return html`<p class="dialog-note">${this.search ? gettext("Nobody is called that.") : gettext("Nobody else is here yet. Tell them where to sign up.")}</p>`;
    return html`<ul class="people-list">${repeat(
      this.people,
      ({ id }) => id,
      (person) => html`<li>${this.choice(person)}</li>`,
    )}</ul>`;
  }

  /** @param {User} person */
  choice(person) {
    return html`
      <label class="person is-choice">
        <input type="checkbox" .checked=${this.chosen.some(({ id }) => id === person.id)} @change=${() => this.toggle(person)} />
        <brook-avatar class="is-small" data-id=${person.id} name=${person.display_name} photo=${person.avatar_url || nothing}></brook-avatar>
        <span class="person-name" dir="auto">${person.display_name}</span>
        <span class="person-note"><bdi dir="ltr">@${person.username}</bdi></span>
        <span class="check" aria-hidden="true">${icon("check")}</span>
      </label>
    `;
  }

  /** @param {User} person */
  toggle(person) {
    const others = this.chosen.filter(({ id }) => id !== person.id);
    this.chosen = others.length < this.chosen.length ? others : [...others, person];
  }

  /** @param {InputEvent & {target: HTMLInputElement}} event */
  onSearch({ target }) {
    this.search = target.value;
    clearTimeout(this.searchTimer);
    this.searchTimer = setTimeout(() => this.find(this.search), SEARCH_DELAY_MS);
  }

  /** @param {string} search */
  async find(search) {
    try {
      const { results } = await api.users(search.trim());
      if (this.search !== search) return;
      const inside = new Set(this.group?.participants.map(({ user }) => user.id) ?? [store.state.me.id]);
      this.people = results.filter(({ id }) => !inside.has(id));
      this.foundFor = search;
      this.failed = false;
    } catch {
      this.failed = true;
    }
  }

  /** Enter chooses the first one found; with the box empty it goes on. @param {KeyboardEvent} event */
  async onSearchKey(event) {
    const { search } = this;
    if (event.key !== "Enter" || isComposing(event) || !search) return;
    event.preventDefault();
    clearTimeout(this.searchTimer);
    if (this.foundFor !== search) await this.find(search);
    const first = this.people?.[0];
    if (this.foundFor !== search || this.search !== search || !first) return;
    if (!this.chosen.some(({ id }) => id === first.id)) this.toggle(first);
    this.search = "";
    this.find("");
  }

  /** @param {MouseEvent} event */
  onBackdrop(event) {
    if (event.target === this.dialog) this.dialog?.close();
  }

  /** @param {SubmitEvent & {target: HTMLFormElement}} event */
  async onSubmit(event) {
    event.preventDefault();
    const [first] = this.chosen;
    if (!first || this.isBusy) return;
    const title = String(new FormData(event.target).get("title") ?? "").trim();
    this.isBusy = true;
    const ids = this.chosen.map(({ id }) => id);
    const { group } = this;
    if (group) {
      const isAdded = await attempt(async () => store.hold(await groups.addPeople(group.id, ids)));
      this.isBusy = false;
      if (isAdded) this.dialog?.close();
      return;
    }
    const isDone = ids.length > 1 ? await startGroup(title, ids) : await startDirect(first.id);
    this.isBusy = false;
    if (isDone) this.dialog?.close();
  }
}

customElements.define("brook-new-conversation", BrookNewConversation);
