/**
 * What shows a store is told of its changes once for each picture that the browser draws, however many there were.
 *
 * @import { BaseStore } from "./store-base.js"
 */

/** A tab that nobody sees draws no pictures, but its title, its badges and what is read aloud go on. */
const AT_THE_LATEST_MS = 250;
/** What is shown may change the store again, as when it is read: then it is told again, for the same picture. */
const MOST_ROUNDS = 4;

export class Frames {
  /** @param {BaseStore} store */
  constructor(store) {
    /** @type {Set<() => unknown>} */
    this.listeners = new Set();
    /** While a change waits for the next frame: ends when it is shown. @type {Promise<void> | null} */
    this.waiting = null;
    this.isTelling = false;
    this.isDue = false;
    store.subscribe(() => this.changed());
  }

  /**
   * @param {() => unknown} listener may give a promise of having shown it, without leaving the frame
   * @returns {() => void} call it to stop
   */
  subscribe(listener) {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  changed() {
    this.isDue = true;
    if (!this.isTelling) this.waiting ??= this.#next().then(() => this.#tell());
  }

  /** @returns {Promise<void>} */
  #next() {
    if (document.visibilityState === "hidden") return Promise.resolve();
    return new Promise((resolve) => {
      requestAnimationFrame(() => resolve());
      setTimeout(resolve, AT_THE_LATEST_MS);
    });
  }

  async #tell() {
    this.waiting = null;
    this.isTelling = true;
    for (let round = 0; this.isDue && round < MOST_ROUNDS; round += 1) {
      this.isDue = false;
      await Promise.allSettled(Array.from(this.listeners, (listener) => listener()));
    }
    this.isTelling = false;
    if (this.isDue) this.changed();
  }
}
