/**
 * Which one of a browser's tabs holds the stream. The browser's own locks say it exactly and at once, also
 * after a crash; they exist on https and localhost only. Elsewhere tabs agree by what they tell each other.
 *
 * @typedef {object} Candidate a tab, as its leadership sees it
 * @property {string} id
 * @property {() => void} lead it holds the stream from now on
 * @property {() => void} follow it lost that to another tab
 * @property {() => void} tell the others that it leads
 *
 * @typedef {object} Leadership
 * @property {() => void} join lead as soon as nobody else does
 * @property {() => void} take lead now: whoever does, does not answer
 * @property {() => void} leave
 * @property {(id: string) => void} heardLeader another tab says that it leads
 * @property {() => void} leaderLeft
 */

const CLAIM_AFTER_MS = 300;
const CLAIM_SPREAD_MS = 500;

/** @param {string} name @param {Candidate} candidate @returns {Leadership} */
export function leadershipOf(name, candidate) {
  return navigator.locks ? new LockedLeadership(name, candidate) : new ClaimedLeadership(candidate);
}

/** @implements {Leadership} */
class LockedLeadership {
  /** @param {string} name @param {Candidate} candidate */
  constructor(name, candidate) {
    this.name = name;
    this.candidate = candidate;
    this.release = () => {};
    /** Our place in the queue. @type {AbortController | null} */
    this.place = null;
  }

  join() {
    const place = new AbortController();
    this.#request(place, { signal: place.signal });
  }

  take() {
    this.leave();
    this.#request(new AbortController(), { steal: true });
  }

  leave() {
    const { place, release } = this;
    this.place = null;
    this.release = () => {};
    release();
    place?.abort();
  }

  heardLeader() {}

  leaderLeft() {}

  /** @param {AbortController} place @param {LockOptions} options */
  async #request(place, options) {
    this.place = place;
    try {
      await navigator.locks.request(this.name, options, () => this.#hold(place));
    } catch (error) {
      if (this.place !== place) return; // we left the queue
      const wasTaken = error instanceof DOMException && error.name === "AbortError";
      if (!wasTaken) return this.candidate.lead(); // no locks in a sandbox: each tab for itself
      this.candidate.follow(); // it was taken from us, who did not answer
      this.join();
    }
  }

  /** @param {AbortController} place @returns {Promise<void>} resolved when we give the lock back */
  #hold(place) {
    if (this.place !== place) return Promise.resolve();
    this.candidate.lead();
    return new Promise((resolve) => {
      this.release = resolve;
    });
  }
}

/**
 * Whoever hears of no leader for a moment leads; where two do, the smaller id wins.
 *
 * @implements {Leadership}
 */
class ClaimedLeadership {
  /** @param {Candidate} candidate */
  constructor(candidate) {
    this.candidate = candidate;
    this.leads = false;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
  }

  join() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.take(), CLAIM_AFTER_MS + Math.random() * CLAIM_SPREAD_MS);
  }

  take() {
    clearTimeout(this.timer);
    this.leads = true;
    this.candidate.lead();
  }

  leave() {
    clearTimeout(this.timer);
    this.leads = false;
  }

  /** @param {string} id */
  heardLeader(id) {
    clearTimeout(this.timer);
    if (!this.leads) return;
    if (this.candidate.id < id) return this.candidate.tell();
    this.leads = false;
    this.candidate.follow();
  }

  leaderLeft() {
    if (!this.leads) this.join();
  }
}
