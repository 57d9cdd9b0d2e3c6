import { html, nothing, repeat } from "../../vendor/lit/lit.js";
import { groups } from "../api-groups.js";
import { attempt } from "../attempt.js";
import { timeAhead } from "../format.js";
import { gettext, interpolate, ngettext, pgettext } from "../i18n.js";
import { icon } from "../icon.js";
import { store } from "../session.js";
import { BrookElement } from "./element.js";

/** @import { Invite } from "../api-groups.js" */

/** @type {[hours: string, label: string][]} */
const LIFETIMES = [
  ["24", gettext("1 day")],
  ["168", gettext("7 days")],
  ["720", gettext("30 days")],
  ["", pgettext("invite ends after", "never")],
];

/** @type {[uses: string, label: string][]} */
const USES = [
  ["", pgettext("invite may be used", "any number")],
  ["1", pgettext("invite may be used", "once")],
  ["10", pgettext("invite may be used", "10 times")],
  ["100", pgettext("invite may be used", "100 times")],
];

/** `<brook-invites conversation="…">`: links into a group, for moderators and admins. */
class BrookInvites extends BrookElement {
  static properties = {
    conversation: { type: String },
    invites: { state: true },
    shownQr: { state: true },
    isMaking: { state: true },
  };

  constructor() {
    super();
    this.conversation = "";
    /** @type {Invite[] | null} */
    this.invites = null;
    this.shownQr = "";
    /** What draws QR codes, once somebody wants to see one. @type {typeof import("../qr-code.js") | null} */
    this.drawing = null;
    this.isMaking = false;
    this.loadedFor = "";
  }

  select() {
    return [store.state.me.id];
  }

  updated() {
    if (this.loadedFor === this.conversation) return;
    this.loadedFor = this.conversation;
    this.invites = null;
    this.isMaking = false;
    this.load();
  }

  async load() {
    const id = this.conversation;
    const { results } = await groups.invites(id).catch(() => ({ results: [] }));
    if (this.conversation === id) this.invites = results;
  }

  render() {
    return html`
      <div class="section-head">
        <h3 class="section-title">${gettext("Invite links")}</h3>
        <button type="button" class="icon-button is-small" aria-label=${gettext("New invite link")} title=${gettext("New invite link")}
          aria-expanded=${this.isMaking} @click=${() => (this.isMaking = !this.isMaking)}>${icon("plus")}</button>
      </div>
      ${this.isMaking ? this.form() : nothing}
      <ul class="invites">
        ${repeat(
          this.invites ?? [],
          ({ code }) => code,
          (invite) => html`<li class="invite">${this.invite(invite)}</li>`,
        )}
      </ul>
      ${
        this.invites?.length === 0 && !this.isMaking
          ? html`<p class="details-more">${gettext("Nobody can join by a link now.")}</p>`
          : nothing
      }
    `;
  }

  form() {
    return html`<form class="invite-form" @submit=${this.onMake}>
      <label class="field"><span>${gettext("Ends after")}</span><select name="hours" class="text-input">${LIFETIMES.map(option("168"))}</select></label>
      <label class="field"><span>${gettext("May be used")}</span><select name="uses" class="text-input">${USES.map(option(""))}</select></label>
      <button type="submit" class="button is-primary">${gettext("Create link")}</button>
    </form>`;
  }

  /** @param {Invite} invite */
  invite({ code, url, expires_at, uses, uses_left }) {
    const ends = expires_at
      ? interpolate(gettext("Until %(time)s"), { time: timeAhead(expires_at) })
      : gettext("Without an end");
    const left = uses_left === null ? timesUsed(uses) : usesLeft(uses_left);
    return html`
      <input class="invite-url" readonly value=${url} aria-label=${gettext("Address of the invite")} dir="ltr" @focus=${(/** @type {FocusEvent} */ event) => /** @type {HTMLInputElement} */ (event.target).select()} />
      <p class="person-note">${ends} · ${left}</p>
      <div class="invite-buttons">
        <button type="button" class="icon-button is-small" aria-label=${gettext("Copy the link")} title=${gettext("Copy")} @click=${() => this.copy(url)}>${icon("copy")}</button>
        <button type="button" class="icon-button is-small" aria-label=${gettext("QR code")} title=${gettext("QR code")} aria-expanded=${this.shownQr === code}
          @click=${() => this.toggleQr(code)}>${icon("qr-code")}</button>
        <button type="button" class="icon-button is-small" aria-label=${gettext("Revoke the link")} title=${gettext("Revoke")} @click=${() => this.revoke(code)}>${icon("trash-2")}</button>
      </div>
      ${this.shownQr === code ? this.drawing?.qrCode(url, gettext("QR code of the link")) : nothing}
    `;
  }

  /** @param {string} code */
  toggleQr(code) {
    attempt(async () => {
      this.drawing ??= await import("../qr-code.js");
      this.shownQr = this.shownQr === code ? "" : code;
    });
  }

  /** @param {SubmitEvent & {target: HTMLFormElement}} event */
  onMake(event) {
    event.preventDefault();
    const form = new FormData(event.target);
    const hours = Number(form.get("hours"));
    const max_uses = Number(form.get("uses")) || null;
    attempt(async () => {
      const end = hours ? { expires_in_hours: hours } : { expires_at: null };
      const invite = await groups.invite(this.conversation, { ...end, max_uses });
      this.invites = [invite, ...(this.invites ?? [])];
      this.isMaking = false;
    });
  }

  /** @param {string} url */
  async copy(url) {
    try {
      await navigator.clipboard.writeText(url);
      store.toast(gettext("The link is copied."));
    } catch {
      // Without https there is no clipboard: it is selected, for Ctrl+C.
      /** @type {HTMLInputElement | null} */ (this.querySelector(`.invite-url[value="${url}"]`))?.focus();
    }
  }

  /** @param {string} code */
  revoke(code) {
    attempt(async () => {
      await groups.revoke(this.conversation, code);
      this.invites = (this.invites ?? []).filter((invite) => invite.code !== code);
    });
  }
}

/** @param {number} count */
function timesUsed(count) {
  return interpolate(ngettext("used %(count)s time", "used %(count)s times", count), { count });
}

/** @param {number} count */
function usesLeft(count) {
  return interpolate(ngettext("%(count)s left", "%(count)s left", count), { count });
}

/** @param {string} chosen @returns {(each: [string, string]) => unknown} */
function option(chosen) {
  return ([value, label]) => html`<option value=${value} ?selected=${value === chosen}>${label}</option>`;
}

customElements.define("brook-invites", BrookInvites);
