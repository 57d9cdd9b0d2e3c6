import { html } from "../../vendor/lit/lit.js";
import { people } from "../api-people.js";
import { attempt } from "../attempt.js";
import { gettext, pgettext } from "../i18n.js";
import { store } from "../session.js";
import { BrookElement } from "./element.js";

const THEME_KEY = "brook.theme";

/** @type {[name: string, label: string, hint: string][]} */
const SWITCHES = [
  [
    "receipts",
    gettext("Read receipts"),
    gettext("Others see what you have read, and you see what they have."),
  ],
  [
    "typing",
    pgettext("preference", "Typing"),
    gettext("Others see that you are typing, and you see that they are."),
  ],
];

/** @type {[value: string, label: string][]} */
const THEMES = [
  ["", gettext("Like the system")],
  ["light", pgettext("colours", "Light")],
  ["dark", pgettext("colours", "Dark")],
];

/** What is on and off, and how it looks. */
class BrookSettingsPreferences extends BrookElement {
  static properties = { theme: { state: true } };

  constructor() {
    super();
    this.theme = document.documentElement.dataset.theme ?? "";
  }

  select() {
    return [store.state.preferences];
  }

  render() {
    return html`<section class="settings-card" aria-labelledby="preferences-title">
      <h2 id="preferences-title">${gettext("Preferences")}</h2>
      ${SWITCHES.map(
        ([name, label, hint]) => html`<label class="switch-line">
          <span><strong>${label}</strong><span class="settings-hint">${hint}</span></span>
          <input type="checkbox" role="switch" class="switch" aria-label=${label} .checked=${store.state.preferences[name] !== false}
            @change=${(/** @type {Event} */ event) => this.set(name, event)} />
        </label>`,
      )}
      <fieldset class="themes">
        <legend>${gettext("Colours, in this browser")}</legend>
        ${THEMES.map(
          ([value, label]) => html`<label class="theme is-${value || "system"}">
            <input type="radio" name="theme" value=${value} .checked=${this.theme === value} @change=${() => this.look(value)} />
            <span class="theme-picture" aria-hidden="true"></span>${label}</label>`,
        )}
      </fieldset>
    </section>`;
  }

  /** @param {string} name @param {Event} event */
  async set(name, { target }) {
    const box = /** @type {HTMLInputElement} */ (target);
    const isDone = await attempt(async () => {
      const { preferences } = await people.changeMe({ preferences: { [name]: box.checked } });
      store.apply({ type: "me.updated", data: { preferences } });
    });
    if (!isDone) box.checked = !box.checked;
  }

  /** @param {string} theme */
  look(theme) {
    this.theme = theme;
    if (theme) document.documentElement.dataset.theme = theme;
    else delete document.documentElement.dataset.theme;
    try {
      if (theme) localStorage.setItem(THEME_KEY, theme);
      else localStorage.removeItem(THEME_KEY);
    } catch {
      // It holds for this page.
    }
  }
}

customElements.define("brook-settings-preferences", BrookSettingsPreferences);
