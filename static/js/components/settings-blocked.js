import { html, nothing, repeat } from "../../vendor/lit/lit.js";
import { people } from "../api-people.js";
import { attempt } from "../attempt.js";
import { gettext, interpolate } from "../i18n.js";
import { store } from "../session.js";
import { BrookElement } from "./element.js";

/** @import { User } from "../types.js" */

/** Whom I have blocked. */
class BrookSettingsBlocked extends BrookElement {
  static properties = { blocked: { state: true } };

  constructor() {
    super();
    /** @type {User[] | null} */
    this.blocked = null;
    /** @type {Set<string> | null} */
    this.loadedFor = null;
  }

  select() {
    return [store.state.blocked];
  }

  updated() {
    if (this.loadedFor === store.state.blocked) return;
    this.loadedFor = store.state.blocked;
    attempt(async () => {
      this.blocked = (await people.blocked()).results;
    });
  }

  render() {
    return html`<section class="settings-card" aria-labelledby="blocked-title">
      <h2 id="blocked-title">${gettext("Blocked people")}</h2>
      ${this.blocked?.length === 0 ? html`<p class="settings-hint">${gettext("Nobody. You can block somebody from your conversation with them.")}</p>` : nothing}
      <ul class="devices">
        ${repeat(
          this.blocked ?? [],
          ({ id }) => id,
          (person) => html`<li class="device">
            <brook-avatar class="is-small" data-id=${person.id} name=${person.display_name} photo=${person.avatar_url || nothing}></brook-avatar>
            <div><strong dir="auto">${person.display_name}</strong><p class="settings-hint"><bdi dir="ltr">@${person.username}</bdi></p></div>
            <button type="button" class="button is-small" aria-label=${interpolate(gettext("Unblock %(name)s"), { name: person.display_name })} @click=${() => this.unblock(person)}>${gettext("Unblock")}</button>
          </li>`,
        )}
      </ul>
    </section>`;
  }

  /** @param {User} person */
  unblock({ id }) {
    attempt(async () => {
      await people.unblock(id);
      this.blocked = (this.blocked ?? []).filter((other) => other.id !== id);
    });
  }
}

customElements.define("brook-settings-blocked", BrookSettingsBlocked);
