import { html, nothing } from "../../vendor/lit/lit.js";
import { gettext } from "../i18n.js";
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
  const waiting = scheduledIn(composer.shownId).length;
  return html`
    <button type="button" class="icon-button composer-add" aria-label=${gettext("Add")} title=${gettext("Add")} aria-haspopup="menu"
      @click=${(/** @type {Event} */ event) => open(composer, event)}>${icon("plus")}</button>
    <div class="menu composer-menu" popover role="menu" aria-label=${gettext("Add")} @keydown=${walkMenu}>
      <button type="button" class="menu-item" role="menuitem" @click=${() => pick(composer)}>${icon("paperclip")}${gettext("Photos and files")}</button>
      ${
        composer.threadRoot
          ? nothing
          : html`<button type="button" class="menu-item" role="menuitem" @click=${() => later(composer)}>${icon("calendar-clock")}${
              composer.content ? gettext("Send later") : gettext("Scheduled messages")
            }${waiting ? html`<span class="menu-count">${waiting}</span>` : nothing}</button>`
      }
    </div>
    <input type="file" class="composer-files" multiple hidden aria-label=${gettext("Files to send")}
      @change=${(/** @type {Event} */ event) => picked(composer, event)} />
  `;
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
