/**
 * Notifications in this browser: the number at the bell, and a word on the screen while nobody looks at
 * a tab of Brook.
 *
 * @import { Channel, Notice, NoticePreferences } from "./api-notifications.js"
 * @import { Store } from "./store.js"
 * @import { StreamEvent } from "./types.js"
 */

import { notifications } from "./api-notifications.js";
import { chime } from "./chime.js";
import { isHushed } from "./quiet.js";

const CLAIMED_FOR_MS = 10_000;
const SEEN = "brook.seen";
const ICON = new URL("../img/icon-192.png", import.meta.url).pathname;

export class Notices {
  /** @param {Store} store @param {(path: string) => void} go to a place in Brook */
  constructor(store, go) {
    this.store = store;
    this.go = go;
    /** @type {Promise<NoticePreferences> | null} */
    this.preferences = null;
    /** What this tab put on the screen by itself. @type {Map<string, Notification>} */
    this.shown = new Map();
  }

  start() {
    this.count();
    this.tidy();
    this.holdWhileSeen();
    document.addEventListener("visibilitychange", () => this.holdWhileSeen());
  }

  async count() {
    const answer = await notifications.unreadCount().catch(() => null); // the next event tells as well
    if (answer) this.store.set({ notices: { ...this.store.state.notices, unread: answer.unread_count } });
  }

  /** What the browser showed while no tab was open goes, if it was read elsewhere since. */
  async tidy() {
    const shown = await inTray();
    const answer = shown.length ? await notifications.unread().catch(() => null) : null;
    if (!answer) return;
    const unread = new Set(answer.results.map(({ id }) => id));
    for (const each of shown) if (!unread.has(each.data.id)) each.close();
  }

  /** @param {StreamEvent} event that the store has taken already */
  heard({ type, data }) {
    if (type === "notification.created") this.tell(data.notification);
    if (type === "notification.updated") {
      if (data.is_read) this.close(data.ids);
      else for (const notice of data.notifications ?? []) if (!notice.is_read) this.tell(notice);
    }
    if (type === "notification.deleted") this.close(data.ids);
    if (type === "me.updated" && data.notification_preferences) {
      this.preferences = Promise.resolve(data.notification_preferences);
    }
  }

  // --- telling -------------------------------------------------------------------------------------
  /** By one tab, unless somebody looks at one. @param {Notice} notice */
  async tell(notice) {
    if (document.visibilityState === "visible" || notice.is_read) return;
    if (await isSeenElsewhere()) return;
    await claimed(`brook.notice.${notice.id}.${notice.updated_at}`, async () => {
      this.preferences ??= notifications.preferences();
      const preferences = await this.preferences;
      if (isHushed(preferences)) return;
      const wants = (/** @type {Channel} */ channel) => preferences.levels[notice.type]?.[channel];
      if (wants("sound")) chime();
      if (wants("browser")) await this.show(notice);
    }).catch(() => {
      this.preferences = null; // asked for again with the next one
    });
  }

  /** @param {Notice} notice */
  async show({ id, title, text, data }) {
    if (!("Notification" in globalThis) || Notification.permission !== "granted") return;
    const path = pathOf(data);
    const options = { body: text, tag: data.conversation_id ?? id, icon: data.avatar_url ?? ICON };
    const registration = await navigator.serviceWorker?.getRegistration();
    if (registration?.active) {
      await registration.showNotification(title, { ...options, data: { path, id } });
      return;
    }
    const shown = new Notification(title, options);
    shown.onclick = () => {
      shown.close();
      focus();
      this.go(path);
    };
    this.shown.set(id, shown);
  }

  /** They were read or are gone, here or elsewhere. @param {string[]} ids */
  async close(ids) {
    for (const id of ids) {
      this.shown.get(id)?.close();
      this.shown.delete(id);
    }
    for (const shown of await inTray()) if (ids.includes(shown.data.id)) shown.close();
  }

  /** Other tabs keep quiet while somebody looks at this one. */
  holdWhileSeen() {
    if (document.visibilityState !== "visible") return this.release?.();
    if (this.release) return;
    const held = new Promise((resolve) => {
      this.release = () => {
        this.release = undefined;
        resolve(undefined);
      };
    });
    navigator.locks?.request(SEEN, { mode: "shared" }, () => held);
  }

  /** @type {(() => void) | undefined} */
  release = undefined;
}

/** Where a notification leads. @param {Notice["data"]} data */
export function pathOf({ conversation_id, seq }) {
  if (!conversation_id) return "/notifications";
  return seq ? `/c/${conversation_id}/${seq}` : `/c/${conversation_id}`;
}

/** What the service worker has on the screen. @returns {Promise<Notification[]>} */
async function inTray() {
  const registration = await navigator.serviceWorker?.getRegistration();
  return ((await registration?.getNotifications()) ?? []).filter(({ data }) => data?.id);
}

async function isSeenElsewhere() {
  const { held = [] } = (await navigator.locks?.query()) ?? {};
  return held.some(({ name }) => name === SEEN);
}

/**
 * The first tab to come does it, the others find it done.
 *
 * @param {string} name
 * @param {() => Promise<void>} act
 * @returns {Promise<void>}
 */
async function claimed(name, act) {
  if (!navigator.locks) return act();
  return new Promise((resolve, reject) => {
    navigator.locks.request(name, { ifAvailable: true }, async (lock) => {
      if (!lock) return resolve();
      await act().then(resolve, reject);
      await new Promise((done) => setTimeout(done, CLAIMED_FOR_MS));
    });
  });
}
