import { html, nothing, repeat } from "../../vendor/lit/lit.js";
import { direction, gettext, interpolate } from "../i18n.js";
import { icon } from "../icon.js";
import { isComposing } from "../ime.js";
import { openAt } from "../popover.js";
import { store } from "../session.js";
import { BrookElement } from "./element.js";

/**
 * @typedef {[emoji: string, label: string, words: string, group: number]} Emoji
 * @typedef {{groups: string[], emoji: Emoji[]}} EmojiData
 */

const DATA = new URL("../../vendor/emoji/emoji.json", import.meta.url);
const RECENT_KEY = "brook.emoji.recent";
const RECENT_KEPT = 24;
const MOST_FOUND = 120;
const [ONWARD, BACK] = direction === "rtl" ? ["ArrowLeft", "ArrowRight"] : ["ArrowRight", "ArrowLeft"];
const MARKS = ["😀", "👋", "🐻", "🍎", "🚗", "⚽", "💡", "❤️", "🏁"];

/** As the data calls them. @type {Record<string, string>} */
const GROUP_NAMES = {
  Smileys: gettext("Smileys"),
  People: gettext("People"),
  Nature: gettext("Nature"),
  Food: gettext("Food"),
  Travel: gettext("Travel"),
  Activities: gettext("Activities"),
  Objects: gettext("Objects"),
  Symbols: gettext("Symbols"),
  Flags: gettext("Flags"),
};

/** @type {Promise<EmojiData> | undefined} */
let loading;

/** @returns {Promise<EmojiData>} */
function load() {
  loading ??= fetch(DATA).then(async (answer) => {
    if (!answer.ok) throw new Error(`emoji: ${answer.status}`);
    const { groups, emoji } = await answer.json();
    return { groups: groups.map((/** @type {string} */ name) => GROUP_NAMES[name] ?? name), emoji };
  });
  loading.catch(() => (loading = undefined));
  return loading;
}

/** @returns {string[]} */
function recent() {
  try {
    return JSON.parse(localStorage.getItem(RECENT_KEY) ?? "[]");
  } catch {
    return [];
  }
}

/** @param {string} emoji */
function remember(emoji) {
  try {
    const kept = [emoji, ...recent().filter((each) => each !== emoji)].slice(0, RECENT_KEPT);
    localStorage.setItem(RECENT_KEY, JSON.stringify(kept));
  } catch {
    // Storage is full or forbidden.
  }
}

/** All emoji with a search. One for the page: see `chooseEmoji`. */
class BrookEmojiPicker extends BrookElement {
  static properties = { data: { state: true }, search: { state: true }, hasFailed: { state: true } };

  constructor() {
    super();
    /** @type {EmojiData | null} */
    this.data = null;
    this.search = "";
    this.hasFailed = false;
    /** @type {(emoji: string) => void} */
    this.onChoose = () => {};
  }

  select() {
    return [store.state.me.id];
  }

  /** @returns {HTMLElement | null} */
  get panel() {
    return this.querySelector(".emoji-panel");
  }

  /** @param {Element} anchor @param {(emoji: string) => void} onChoose */
  async show(anchor, onChoose) {
    this.onChoose = onChoose;
    this.search = "";
    await this.updateComplete;
    if (this.panel) openAt(this.panel, anchor);
    /** @type {HTMLElement | null} */ (this.querySelector(".search-input"))?.focus();
    try {
      this.hasFailed = false;
      this.data = await load();
    } catch {
      this.hasFailed = true;
    }
  }

  render() {
    return html`
      <div class="emoji-panel" popover role="dialog" aria-label=${gettext("Emoji")} @keydown=${this.onKey} @click=${this.onClick}>
        <div class="search-box">
          ${icon("search")}
          <input type="search" class="search-input" placeholder=${gettext("Search emoji")} aria-label=${gettext("Search emoji")}
            autocomplete="off" dir="auto" .value=${this.search} @input=${this.onSearch} />
        </div>
        ${this.search || !this.data ? nothing : this.marks(this.data)}
        <div class="emoji-groups" tabindex="-1">${this.content()}</div>
      </div>
    `;
  }

  /** @param {EmojiData} data */
  marks({ groups }) {
    return html`<div class="emoji-marks">${groups.map(
      (name, index) =>
        html`<button type="button" class="emoji-mark" aria-label=${name} title=${name} data-group=${index}>${MARKS[index]}</button>`,
    )}</div>`;
  }

  content() {
    if (this.hasFailed) return html`<p class="dialog-note">${gettext("The emoji could not be loaded.")}</p>`;
    if (!this.data) return html`<p class="dialog-note skeleton">${gettext("Loading…")}</p>`;
    const { groups, emoji } = this.data;
    if (this.search) {
      const found = this.found(emoji);
      return found.length
        ? group(gettext("Found"), found)
        : html`<p class="dialog-note">${interpolate(gettext("No emoji for “%(search)s”."), { search: this.search })}</p>`;
    }
    const used = recent()
      .map((one) => emoji.find((each) => each[0] === one))
      .filter((each) => each !== undefined);
    return html`
      ${used.length ? group(gettext("Recent"), used) : nothing}
      ${groups.map((name, index) =>
        group(
          name,
          emoji.filter((each) => each[3] === index),
        ),
      )}
    `;
  }

  /** Those whose label begins a word with it first. @param {Emoji[]} emoji */
  found(emoji) {
    const wanted = this.search.trim().toLowerCase();
    const inLabel = emoji.filter(([, label]) => ` ${label.toLowerCase()}`.includes(` ${wanted}`));
    const inWords = emoji.filter((each) => ` ${each[2]}`.includes(` ${wanted}`) && !inLabel.includes(each));
    return [...inLabel, ...inWords].slice(0, MOST_FOUND);
  }

  /** @param {InputEvent & {target: HTMLInputElement}} event */
  onSearch({ target }) {
    this.search = target.value.trim();
    this.querySelector(".emoji-groups")?.scrollTo(0, 0);
  }

  /** @param {MouseEvent} event */
  onClick({ target }) {
    const button = target instanceof Element ? target.closest("button") : null;
    if (button?.dataset.emoji) this.choose(button.dataset.emoji);
    else if (button?.dataset.group) {
      const name = this.data?.groups[Number(button.dataset.group)];
      this.querySelector(`[data-name="${name}"]`)?.scrollIntoView({ block: "start" });
    }
  }

  /** @param {string} emoji */
  choose(emoji) {
    remember(emoji);
    this.panel?.hidePopover();
    this.onChoose(emoji);
  }

  /** Arrows walk the grid; Enter in the search takes the first found. @param {KeyboardEvent} event */
  onKey(event) {
    if (isComposing(event)) return;
    const buttons = /** @type {HTMLElement[]} */ ([...this.querySelectorAll("[data-emoji]")]);
    const at = buttons.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    if (event.key === "Enter" && at < 0 && this.search && buttons[0]?.dataset.emoji) {
      event.preventDefault();
      return this.choose(buttons[0].dataset.emoji);
    }
    if (at < 0) {
      if (event.key === "ArrowDown") focusOn(buttons[0], event);
      return;
    }
    const below = nextInRow(buttons, at, event.key);
    if (below === at) return;
    if (below < 0) focusOn(this.querySelector(".search-input"), event);
    else focusOn(buttons[below], event);
  }
}

/**
 * Where an arrow leads in the grid; below 0: out of it upwards.
 *
 * @param {HTMLElement[]} buttons
 * @param {number} at
 * @param {string} key
 */
function nextInRow(buttons, at, key) {
  if (key === ONWARD) return Math.min(at + 1, buttons.length - 1);
  if (key === BACK) return at - 1;
  if (key !== "ArrowDown" && key !== "ArrowUp") return at;
  const step = key === "ArrowDown" ? 1 : -1;
  const from = /** @type {HTMLElement} */ (buttons[at]).getBoundingClientRect();
  for (let next = at + step; ; next += step) {
    const button = buttons[next];
    if (!button) return step < 0 ? -1 : at;
    const to = button.getBoundingClientRect();
    const isOtherRow = Math.abs(to.top - from.top) > from.height / 2;
    if (isOtherRow && Math.abs(to.left - from.left) < from.width / 2) return next;
    if (isOtherRow && Math.abs(to.top - from.top) > from.height * 3) return next;
  }
}

/** @param {Element | null | undefined} element @param {Event} event */
function focusOn(element, event) {
  event.preventDefault();
  if (element instanceof HTMLElement) element.focus();
}

/** @param {string} name @param {Emoji[]} emoji */
function group(name, emoji) {
  return html`<section class="emoji-group" data-name=${name} aria-label=${name}>
    <h3 class="section-title">${name}</h3>
    <div class="emoji-grid">${repeat(
      emoji,
      ([each]) => each,
      ([each, label]) =>
        html`<button type="button" class="emoji" tabindex="-1" data-emoji=${each} aria-label=${label} title=${label}>${each}</button>`,
    )}</div>
  </section>`;
}

customElements.define("brook-emoji-picker", BrookEmojiPicker);

/**
 * Let somebody choose an emoji.
 *
 * @param {Element} anchor the button that asks
 * @param {(emoji: string) => void} onChoose
 */
export function chooseEmoji(anchor, onChoose) {
  let picker = /** @type {BrookEmojiPicker | null} */ (document.querySelector("brook-emoji-picker"));
  if (!picker) {
    picker = /** @type {BrookEmojiPicker} */ (document.createElement("brook-emoji-picker"));
    document.body.append(picker);
  }
  picker.show(anchor, onChoose);
}
