/** @import { Notice } from "../api-notifications.js" */

import { html, nothing, repeat } from "../../vendor/lit/lit.js";
import { ApiError } from "../api.js";
import { notifications } from "../api-notifications.js";
import { attempt } from "../attempt.js";
import { dayKey, dayLabel, fullTime, timeOfDay } from "../format.js";
import { gettext, interpolate, pgettext } from "../i18n.js";
import { icon } from "../icon.js";
import { pathOf } from "../notices.js";
import { store } from "../session.js";
import { withPage } from "../state/notices.js";
import { openFetched } from "./dialog.js";
import { BrookElement } from "./element.js";

/** @type {Record<string, string>} what a type without a face shows */
const ICONS = {
  mention: "at-sign",
  reply: "reply",
  reaction: "smile",
  reminder: "timer",
  broadcast: "megaphone",
  moderation: "shield",
  "message.deleted": "trash-2",
  "message.new": "message-circle",
};
/** Of what was said the server knows why one was told. */
const DECIDED = new Set(["message.new", "mention", "reply"]);
const SKELETON = [0, 1, 2, 3];

/** Everything that happened, page by page. */
class BrookNotificationList extends BrookElement {
  select() {
    return [store.state.notices, dayKey(new Date())];
  }

  firstUpdated() {
    this.load(1);
  }

  /** @param {number} page @param {boolean} [onlyUnread] @returns {Promise<void>} */
  async load(page, onlyUnread = store.state.notices.onlyUnread) {
    const asked = { ...store.state.notices, onlyUnread, isLoading: true, failed: false };
    store.set({ notices: asked });
    try {
      const answer = await notifications.list(page, onlyUnread);
      if (store.state.notices.onlyUnread !== onlyUnread) return; // another one was asked for meanwhile
      if (page > answer.pages) return this.load(answer.pages);
      store.set({ notices: withPage(store.state.notices, answer) });
      if (page > 1 || window.scrollY) scrollTo({ top: 0 });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      store.set({ notices: { ...store.state.notices, isLoading: false, failed: true } });
    }
  }

  render() {
    const { unread, onlyUnread } = store.state.notices;
    return html`
      <div class="page-title">
        <h1>${gettext("Notifications")}</h1>
        <div class="notice-tools">
          <div class="chips" role="group" aria-label=${gettext("Show")}>
            <button type="button" class="chip" aria-pressed=${!onlyUnread} @click=${() => this.load(1, false)}>${pgettext("notifications", "All")}</button>
            <button type="button" class="chip" aria-pressed=${onlyUnread} @click=${() => this.load(1, true)}>${pgettext("notifications", "Unread")}</button>
          </div>
          <button type="button" class="button is-small" ?disabled=${!unread} @click=${this.readAll}>${icon("check-check")}${gettext("Mark all read")}</button>
        </div>
      </div>
      ${this.content()}
    `;
  }

  content() {
    const { results, isLoading, failed, onlyUnread } = store.state.notices;
    if (failed) return this.failure();
    if (!results) return isLoading ? skeleton() : nothing;
    if (!results.length) return empty(onlyUnread);
    let day = "";
    return html`
      <div class="notices" aria-busy=${isLoading}>
        ${repeat(
          results,
          ({ id }) => id,
          (notice) => {
            const isNewDay = dayKey(notice.updated_at) !== day;
            day = dayKey(notice.updated_at);
            return html`${isNewDay ? html`<h2 class="notice-day">${dayLabel(notice.updated_at)}</h2>` : nothing}${this.line(notice)}`;
          },
        )}
      </div>
      ${this.pager()}
    `;
  }

  /** @param {Notice} notice */
  line(notice) {
    const { id, type, title, text, data, is_read, updated_at } = notice;
    return html`<article class="notice ${is_read ? "" : "is-unread"}" data-id=${id} aria-label=${title}>
      <a class="notice-link" href=${pathOf(data)} @click=${() => this.read(notice)}>
        ${face(notice)}
        <span class="notice-text">
          <span class="notice-title" dir="auto">${is_read ? nothing : html`<span class="visually-hidden">${gettext("New:")} </span>`}${title}</span>
          ${text ? html`<span class="notice-excerpt" dir="auto">${text}</span>` : nothing}
        </span>
        <time class="notice-time" datetime=${updated_at} title=${fullTime(updated_at)}>${timeOfDay(updated_at)}</time>
      </a>
      <span class="notice-buttons">
        ${
          is_read
            ? nothing
            : html`<button type="button" class="icon-button is-small" aria-label=${interpolate(gettext("Mark read: %(title)s"), { title })} title=${gettext("Mark read")}
                @click=${() => this.read(notice)}>${icon("check")}</button>`
        }
        ${
          data.message_id && DECIDED.has(type)
            ? html`<button type="button" class="icon-button is-small" aria-label=${interpolate(gettext("Why was I told: %(title)s"), { title })} title=${gettext("Why was I told?")}
                @click=${() => explain(data.message_id ?? "")}>${icon("info")}</button>`
            : nothing
        }
        <button type="button" class="icon-button is-small" aria-label=${interpolate(gettext("Delete: %(title)s"), { title })} title=${gettext("Delete")}
          @click=${() => this.discard(notice)}>${icon("trash-2")}</button>
      </span>
    </article>`;
  }

  pager() {
    const { page, pages } = store.state.notices;
    if (pages < 2) return nothing;
    return html`<nav class="pager" aria-label=${gettext("Pages of notifications")}>
      <button type="button" class="button is-small" ?disabled=${page <= 1} @click=${() => this.load(page - 1)}>${icon("chevron-left")}${gettext("Newer")}</button>
      <span>${interpolate(gettext("Page %(number)s of %(total)s"), { number: page, total: pages })}</span>
      <button type="button" class="button is-small" ?disabled=${page >= pages} @click=${() => this.load(page + 1)}>${gettext("Older")}${icon("chevron-right")}</button>
    </nav>`;
  }

  failure() {
    return html`<div class="empty" role="alert">
      ${icon("circle-alert")}
      <p class="empty-title">${gettext("The notifications could not be loaded")}</p>
      <p>${gettext("The server did not answer.")}</p>
      <button type="button" class="button" @click=${() => this.load(store.state.notices.page)}>${gettext("Try again")}</button>
    </div>`;
  }

  /** @param {Notice} notice */
  read({ id, is_read }) {
    if (is_read) return;
    attempt(async () => {
      await notifications.read(id);
      const unread_count = Math.max(0, store.state.notices.unread - 1);
      const isKnown = store.state.notices.results?.find((one) => one.id === id)?.is_read;
      if (!isKnown)
        store.apply({ type: "notification.updated", data: { ids: [id], unread_count, is_read: true } });
    });
  }

  readAll() {
    attempt(async () => {
      const { unread_count } = await notifications.readAll();
      const ids = store.state.notices.results?.map(({ id }) => id) ?? [];
      store.apply({ type: "notification.updated", data: { ids, unread_count, is_read: true } });
    });
  }

  /** @param {Notice} notice */
  discard({ id, is_read }) {
    attempt(async () => {
      await notifications.remove(id);
      const { results, unread, page } = store.state.notices;
      if (results?.some((one) => one.id === id)) {
        const unread_count = Math.max(0, unread - Number(!is_read));
        store.apply({ type: "notification.deleted", data: { ids: [id], unread_count } });
      }
      this.load(page); // one more moves up from the next page
    });
  }
}

/** @param {string} messageId */
function explain(messageId) {
  openFetched(() => import("./why.js"), "brook-why", { messageId });
}

/** @param {Notice} notice */
function face({ type, data }) {
  const name = data.sender_name || data.conversation_title || "Brook";
  const small = ICONS[type] ?? "users-round";
  return html`<span class="face notice-face">
    <brook-avatar data-id=${data.sender_id ?? data.conversation_id ?? "0"} name=${name} photo=${data.avatar_url || nothing}></brook-avatar>
    <span class="notice-kind">${icon(small)}</span>
  </span>`;
}

function skeleton() {
  return html`<div class="notices" aria-hidden="true">${SKELETON.map(
    () =>
      html`<div class="notice skeleton"><span class="notice-link"><span class="skeleton-circle"></span><span class="skeleton-line"></span></span></div>`,
  )}</div>`;
}

/** @param {boolean} onlyUnread */
function empty(onlyUnread) {
  return html`<div class="empty">
    ${icon("bell")}
    <p class="empty-title">${onlyUnread ? gettext("All read") : gettext("Nothing yet")}</p>
    <p>${onlyUnread ? gettext("Everything that happened has been seen.") : gettext("Mentions, replies and what happens in your groups come here.")}</p>
  </div>`;
}

customElements.define("brook-notification-list", BrookNotificationList);
