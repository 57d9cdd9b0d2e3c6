/** @import { Message } from "../types.js" */

import { html, nothing } from "../../vendor/lit/lit.js";
import { ApiError } from "../api.js";
import { timeAhead } from "../format.js";
import { gettext, interpolate, pgettext } from "../i18n.js";
import { icon } from "../icon.js";
import { quoteOf } from "../outbox.js";
import { forgetReminder, remind } from "../reminders.js";
import { store } from "../session.js";
import { BrookDialog } from "./dialog.js";
import { momentChoices } from "./moments.js";

/** When I shall be reminded of a message. */
class BrookRemind extends BrookDialog {
  static properties = { problem: { state: true } };

  constructor() {
    super();
    this.problem = "";
  }

  select() {
    return [store.state.reminders];
  }

  get heading() {
    return gettext("Remind me");
  }

  /** @param {Message} message */
  async show(message) {
    this.problem = "";
    await super.show(message);
  }

  content() {
    /** @type {Message} */
    const message = this.subject;
    const { excerpt } = quoteOf(message);
    const held = store.state.reminders.get(message.id);
    return html`
      ${excerpt ? html`<blockquote class="dialog-quote" dir="auto">${excerpt}</blockquote>` : nothing}
      ${this.problem ? html`<p class="form-error" role="alert">${this.problem}</p>` : nothing}
      ${
        held
          ? html`<p class="reminder-set">${icon("timer")}<span>${interpolate(gettext("You will be reminded: %(time)s"), { time: timeAhead(held.remind_at) })}</span>
              <button type="button" class="link-button" @click=${this.forget}>${gettext("Do not remind me")}</button></p>`
          : nothing
      }
      <div class="dialog-scroll">
        ${momentChoices({ action: held ? pgettext("verb", "Change") : gettext("Remind me"), isSoon: true, choose: (when) => this.choose(when) })}
      </div>
    `;
  }

  /** @param {Date} when */
  async choose(when) {
    try {
      this.problem = "";
      await remind(this.subject.id, when);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.problem = error.detail;
      return;
    }
    this.close();
    store.toast(interpolate(gettext("You will be reminded: %(time)s"), { time: timeAhead(when) }));
  }

  async forget() {
    if (await forgetReminder(this.subject.id)) this.close();
  }
}

customElements.define("brook-remind", BrookRemind);
