import { html, nothing } from "../../vendor/lit/lit.js";
import { timeAhead } from "../format.js";
import { gettext, interpolate, ngettext } from "../i18n.js";
import { icon } from "../icon.js";
import { openAt, walkMenu } from "../popover.js";
import { scheduledIn } from "../scheduled.js";
import { sendLater } from "./send-later.js";

/**
 * What the menu needs of its composer.
 *
 * @typedef {HTMLElement & {content: string, shownId: string, threadRoot: string, files: unknown[],
 *   attach: (files: File[]) => void, schedule: (when: Date) => Promise<unknown>}} Composer
 */

/**
 * The button with the plus, and what it offers.
 *
 * @param {Composer} composer
 */
export function composerMenu(composer) {
  const waiting = scheduledIn(composer.shownId, composer.threadRoot).length;
  return html`
    <button type="button" class="icon-button composer-add" aria-label=${gettext("Add")} title=${gettext("Add")} aria-haspopup="menu"
      @click=${(/** @type {Event} */ event) => open(composer, event)}>${icon("plus")}</button>
    <div class="menu composer-menu" popover role="menu" aria-label=${gettext("Add")} @keydown=${walkMenu}>
      <button type="button" class="menu-item" role="menuitem" @click=${() => pick(composer)}>${icon("paperclip")}${gettext("Photos and files")}</button>
      <button type="button" class="menu-item" role="menuitem" @click=${() => later(composer)}>${icon("calendar-clock")}${
        composer.content || composer.files.length ? gettext("Send later") : gettext("Scheduled messages")
      }${waiting ? html`<span class="menu-count">${waiting}</span>` : nothing}</button>
    </div>
    <input type="file" class="composer-files" multiple hidden aria-label=${gettext("Files to send")}
      @change=${(/** @type {Event} */ event) => picked(composer, event)} />
  `;
}

/** Above the composer: that something waits, or was refused. @param {Composer} composer */
export function scheduledLine(composer) {
  const all = scheduledIn(composer.shownId, composer.threadRoot);
  const failed = all.filter(({ state }) => state === "failed").length;
  const waiting = all.length - failed;
  if (!all.length) return nothing;
  const next = all.find(({ state }) => state === "waiting");
  const text = failed
    ? interpolate(
        ngettext("%(count)s scheduled message not sent", "%(count)s scheduled messages not sent", failed),
        { count: failed },
      )
    : interpolate(
        ngettext(
          "%(count)s message scheduled: %(time)s",
          "%(count)s messages scheduled, the next: %(time)s",
          waiting,
        ),
        { count: waiting, time: timeAhead(next?.send_at ?? "") },
      );
  return html`<button type="button" class="scheduled-line ${failed ? "is-failed" : ""}" @click=${() => later(composer)}>
    ${icon(failed ? "circle-alert" : "calendar-clock")}<span>${text}</span>${icon("chevron-right")}</button>`;
}

/** @param {Composer} composer @param {Event} event */
function open(composer, event) {
  const menu = /** @type {HTMLElement} */ (composer.querySelector(".composer-menu"));
  openAt(menu, /** @type {Element} */ (event.currentTarget));
  /** @type {HTMLElement | null} */ (menu.querySelector("[role=menuitem]"))?.focus();
}

/** @param {Composer} composer */
function close(composer) {
  /** @type {HTMLElement | null} */ (composer.querySelector(".composer-menu"))?.hidePopover();
}

/** @param {Composer} composer */
function pick(composer) {
  close(composer);
  /** @type {HTMLInputElement | null} */ (composer.querySelector(".composer-files"))?.click();
}

/** @param {Composer} composer @param {Event} event */
function picked(composer, { target }) {
  const input = /** @type {HTMLInputElement} */ (target);
  composer.attach([...(input.files ?? [])]);
  input.value = ""; // the same file again is a change as well
}

/** @param {Composer} composer */
function later(composer) {
  close(composer);
  sendLater(composer);
}
