import { html, nothing } from "../../vendor/lit/lit.js";
import { account } from "../api-account.js";
import { attempt } from "../attempt.js";
import { fileSize, fullTime } from "../format.js";
import { gettext, woven } from "../i18n.js";
import { store } from "../session.js";
import { BrookElement } from "./element.js";

/** @import { Takeout } from "../api-account.js" */

const LOOK_EVERY_MS = 3_000;

/** A copy of all that one has here. */
class BrookSettingsTakeout extends BrookElement {
  static properties = { takeout: { state: true } };

  constructor() {
    super();
    /** @type {Takeout | null} */
    this.takeout = null;
    this.timer = 0;
  }

  select() {
    return [store.state.me.id];
  }

  firstUpdated() {
    if ("copy" in this.dataset) this.look();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.timer);
  }

  /** Until it is made. */
  async look() {
    try {
      this.takeout = await account.takeout();
    } catch {
      // It is kept no longer, or the server is away: the button is there either way.
    }
    if (this.isBeingMade) this.timer = setTimeout(() => this.look(), LOOK_EVERY_MS);
  }

  get isBeingMade() {
    return this.takeout?.state === "waiting" || this.takeout?.state === "running";
  }

  render() {
    return html`<section class="settings-card" aria-labelledby="takeout-title">
      <h2 id="takeout-title">${gettext("A copy of my data")}</h2>
      <p class="settings-hint">${gettext("Your profile, log-ins, settings, messages, reactions and files, in one ZIP.")}</p>
      <div role="status">${this.state()}</div>
      <button type="button" class="button" ?disabled=${this.isBeingMade} @click=${this.ask}>${this.takeout?.url ? gettext("Make a new copy") : gettext("Make a copy")}</button>
    </section>`;
  }

  state() {
    const { takeout } = this;
    if (!takeout) return nothing;
    if (this.isBeingMade) return callout(gettext("It is being made: you can leave this page."));
    if (!takeout.url) return callout(gettext("It could not be made: ask the people who run this server."));
    return html`<p class="settings-hint">${woven(gettext("%(link)s (%(size)s), until %(time)s"), {
      link: html`<a href=${takeout.url} download>${gettext("Download")}</a>`,
      size: fileSize(takeout.size ?? 0),
      time: fullTime(takeout.expires_at),
    })}</p>`;
  }

  ask() {
    attempt(async () => {
      this.takeout = await account.askForTakeout();
      this.timer = setTimeout(() => this.look(), LOOK_EVERY_MS);
    });
  }
}

/** @param {string} text */
function callout(text) {
  return html`<p class="settings-callout">${text}</p>`;
}

customElements.define("brook-settings-takeout", BrookSettingsTakeout);
