import { html } from "../../vendor/lit/lit.js";
import { timeAhead } from "../format.js";
import { gettext } from "../i18n.js";
import { icon } from "../icon.js";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/**
 * Choose a moment to come: what people mean by later, or a time of their own.
 *
 * @param {object} options
 * @param {string} options.action what the button says
 * @param {boolean} [options.isSoon] also within the hour
 * @param {(when: Date) => void} options.choose
 */
export function momentChoices({ action, isSoon = false, choose }) {
  const onSubmit = (/** @type {SubmitEvent & {target: HTMLFormElement}} */ event) => {
    event.preventDefault();
    choose(new Date(String(new FormData(event.target).get("when"))));
  };
  return html`
    <div class="later-choices">
      ${moments(isSoon).map(
        ([name, when]) => html`<button type="button" class="menu-item" @click=${() => choose(when)}>
          ${icon("clock")}<span>${name}</span><span class="later-time">${timeAhead(when)}</span></button>`,
      )}
    </div>
    <form class="later-own" @submit=${onSubmit}>
      <label class="field"><span>${gettext("Another time")}</span><input type="datetime-local" name="when" required .min=${localTime(new Date())} /></label>
      <button type="submit" class="button is-primary">${action}</button>
    </form>
  `;
}

/** @param {boolean} isSoon @returns {[name: string, when: Date][]} */
function moments(isSoon) {
  const now = new Date();
  const at = (/** @type {number} */ days, /** @type {number} */ hour) => {
    const date = new Date(now);
    date.setDate(date.getDate() + days);
    date.setHours(hour, 0, 0, 0);
    return date;
  };
  const untilMonday = (8 - now.getDay()) % 7 || 7;
  /** @type {[string, Date][]} */
  const offered = [[gettext("In an hour"), new Date(now.getTime() + HOUR_MS)]];
  if (isSoon) offered.unshift([gettext("In 20 minutes"), new Date(now.getTime() + 20 * MINUTE_MS)]);
  if (now.getHours() < 17) offered.push([gettext("This evening"), at(0, 18)]);
  offered.push([gettext("Tomorrow morning"), at(1, 9)]);
  if (untilMonday > 1) offered.push([gettext("On Monday"), at(untilMonday, 9)]);
  return offered;
}

/** As the field for a local time has it. @param {Date} date */
export function localTime(date) {
  return new Date(date.getTime() - date.getTimezoneOffset() * MINUTE_MS).toISOString().slice(0, 16);
}
