/**
 * Who is here: tells the server how I am, asks it about the people who are shown, once each; events
 * keep that true.
 *
 * @import { Store } from "./store.js"
 * @import { StreamEvent } from "./types.js"
 */

import { people } from "./api-people.js";

const BEAT_MS = 30_000;
const AWAY_AFTER_MS = 5 * 60_000;
const GATHER_MS = 120;
const MOST_AT_ONCE = 200;
/** When a tab of this browser was last before somebody's eyes. */
const LOOKED_AT = "brook.looked_at";
const INVISIBLE_KEY = "brook.invisible";

/** The person chose not to be seen, in this browser. */
export function isInvisible() {
  try {
    return localStorage.getItem(INVISIBLE_KEY) === "1";
  } catch {
    return false;
  }
}

export class PresenceKeeper {
  /** @param {Store} store */
  constructor(store) {
    this.store = store;
    /** @type {Set<string>} people who are shown */
    this.shown = new Set();
    /** @type {Set<string>} those of them still to be asked for */
    this.wanted = new Set();
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.asking = undefined;
    this.told = "";
    this.toldAt = 0;
    this.hiddenSince = 0;
  }

  start() {
    document.addEventListener("visibilitychange", () => this.visibilityChanged());
    this.store.subscribe(() => this.tellChange());
    setInterval(() => this.beat(), BEAT_MS);
    addEventListener("storage", ({ key }) => {
      if (key === INVISIBLE_KEY) this.tellChange(); // another tab
    });
    this.visibilityChanged();
  }

  /** @param {boolean} isHidden from everybody else */
  hide(isHidden) {
    try {
      if (isHidden) localStorage.setItem(INVISIBLE_KEY, "1");
      else localStorage.removeItem(INVISIBLE_KEY);
    } catch {
      // It holds nowhere then, and the switch goes back.
    }
    this.tellChange();
  }

  /** Somebody is shown. @param {string} userId */
  want(userId) {
    if (!userId || this.shown.has(userId)) return;
    this.shown.add(userId);
    this.wanted.add(userId);
    this.asking ??= setTimeout(() => this.ask(), GATHER_MS);
  }

  /** What was missed while there was no stream is asked for again. @param {StreamEvent} event */
  heard(event) {
    if (event.type !== "init" && event.type !== "reset") return;
    this.told = "";
    this.tellChange();
    if (!this.shown.size) return;
    this.wanted = new Set(this.shown);
    this.asking ??= setTimeout(() => this.ask(), GATHER_MS);
  }

  async ask() {
    this.asking = undefined;
    const ids = [...this.wanted].slice(0, MOST_AT_ONCE);
    for (const id of ids) this.wanted.delete(id);
    if (this.wanted.size) this.asking = setTimeout(() => this.ask(), GATHER_MS);
    const before = this.store.state.presence;
    const answer = await people.presence(ids).catch(() => null);
    if (!answer) return; // asked again with the next `init`
    const presence = new Map(this.store.state.presence);
    for (const { user_id, ...now } of answer.results) {
      // An event that came meanwhile is newer.
      if (presence.get(user_id) === before.get(user_id)) presence.set(user_id, now);
    }
    this.store.set({ presence });
  }

  visibilityChanged() {
    const isHidden = document.visibilityState === "hidden";
    this.hiddenSince = isHidden ? Date.now() : 0;
    if (!isHidden) this.looked();
    if (isHidden) setTimeout(() => this.tellChange(), AWAY_AFTER_MS + 1_000);
    this.tellChange();
  }

  get status() {
    if (isInvisible()) return "invisible";
    const isAway = this.hiddenSince > 0 && Date.now() - this.lookedAt >= AWAY_AFTER_MS;
    return isAway ? "away" : "online";
  }

  /** Here or in another tab: who reads there is not away. */
  get lookedAt() {
    try {
      return Math.max(this.hiddenSince, Number(localStorage.getItem(LOOKED_AT)));
    } catch {
      return this.hiddenSince; // a browser that keeps nothing
    }
  }

  looked() {
    try {
      localStorage.setItem(LOOKED_AT, String(Date.now()));
    } catch {
      // a browser that keeps nothing
    }
  }

  get conversationId() {
    return document.visibilityState === "visible" ? (this.store.state.openId ?? "") : "";
  }

  tellChange() {
    if (this.store.state.connection.status !== "live") return;
    const now = `${this.status} ${this.conversationId}`;
    if (now === this.told) return;
    this.told = now;
    this.tell();
  }

  /** Somebody who looks at the page is there; a page in the background says nothing until it is away. */
  beat() {
    if (document.visibilityState === "visible") this.looked();
    else this.tellChange();
    if (this.store.state.connection.status !== "live") return;
    if (document.visibilityState === "visible" && Date.now() - this.toldAt >= BEAT_MS - 1_000) this.tell();
  }

  tell() {
    this.toldAt = Date.now();
    const { status, conversationId } = this;
    people.heartbeat({ status, ...(conversationId ? { conversation_id: conversationId } : {}) }).catch(() => {
      this.told = ""; // the next beat says it
    });
  }
}
