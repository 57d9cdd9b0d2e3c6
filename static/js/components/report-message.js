/** @import { Message } from "../types.js" */

import { html, nothing } from "../../vendor/lit/lit.js";
import { api } from "../api.js";
import { attempt } from "../attempt.js";
import { gettext, interpolate, pgettext } from "../i18n.js";
import { quoteOf } from "../outbox.js";
import { store } from "../session.js";
import { BrookDialog } from "./dialog.js";

/** @type {[value: string, label: string][]} */
const REASONS = [
  ["spam", gettext("Spam or advertising")],
  ["harassment", gettext("Harassment")],
  ["hate", gettext("Hate")],
  ["violence", gettext("Violence or threats")],
  ["sexual", gettext("Sexual content")],
  ["illegal", gettext("Something illegal")],
  ["other", gettext("Something else")],
];
const LONGEST_NOTE = 1_000;

/** @typedef {{kind: "user" | "conversation", id: string, name: string}} Other what is no message */

/** Tells the people who run this server that a message, a person or a group should not be there. */
class BrookReportMessage extends BrookDialog {
  get heading() {
    const { kind, name } = this.subject;
    if (kind === "user") return interpolate(gettext("Report %(name)s"), { name });
    return kind === "conversation" ? gettext("Report this group") : gettext("Report this message");
  }

  content() {
    /** @type {Message | Other} */
    const subject = this.subject;
    const excerpt = "kind" in subject ? "" : quoteOf(subject).excerpt;
    return html`
      <form class="dialog-fields" @submit=${this.onSubmit}>
        ${excerpt ? html`<blockquote class="dialog-quote" dir="auto">${excerpt}</blockquote>` : nothing}
        <p class="dialog-hint">${gettext("The people who run this server see it. Nobody else hears of your report.")}</p>
        <label class="field"><span>${gettext("Reason")}</span><select name="reason" class="text-input" required>
          ${REASONS.map(([value, label]) => html`<option value=${value}>${label}</option>`)}
        </select></label>
        <label class="field"><span>${gettext("What they should know (optional)")}</span>
          <textarea name="note" class="text-input" rows="3" dir="auto" maxlength=${LONGEST_NOTE}></textarea></label>
        <footer class="dialog-foot is-end">
          <button type="button" class="button" @click=${this.close}>${gettext("Cancel")}</button>
          <button type="submit" class="button is-danger">${pgettext("verb", "Report")}</button>
        </footer>
      </form>
    `;
  }

  /** @param {SubmitEvent & {target: HTMLFormElement}} event */
  async onSubmit(event) {
    event.preventDefault();
    const form = new FormData(event.target);
    const { id, kind } = this.subject;
    const isDone = await attempt(() =>
      api.report(kind ?? "message", id, String(form.get("reason")), String(form.get("note"))),
    );
    if (!isDone) return;
    this.close();
    store.toast(gettext("Thank you. The people who run this server will look at it."));
  }
}

customElements.define("brook-report-message", BrookReportMessage);
