import { LitElement } from "../../vendor/lit/lit.js";
import { frames, store } from "../session.js";
import { inTurn } from "../turns.js";

/**
 * A component in light DOM that shows part of the store. It takes over what the server rendered into
 * it: both look the same, and both happen in one frame, so nothing flashes. Those that stood in the page
 * take their turns for that: all together would be one long task.
 */
export class BrookElement extends LitElement {
  /** @type {readonly unknown[]} */
  #seen = [];
  /** @type {(() => void) | undefined} */
  #unsubscribe;
  /** The page had it before its script came. */
  #isFromPage = this.isConnected;

  /**
   * The parts of the state that it shows: it is rendered again when one of them is another object.
   *
   * @returns {readonly unknown[]}
   */
  select() {
    return [store.state];
  }

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    this.#unsubscribe = frames.subscribe(() => this.#renderIfChanged());
    this.#renderIfChanged();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#unsubscribe?.();
  }

  scheduleUpdate() {
    if (this.hasUpdated || !this.#isFromPage) return super.scheduleUpdate();
    return inTurn(() => super.scheduleUpdate());
  }

  /** @param {import("../../vendor/lit/lit.js").PropertyValues} changed */
  update(changed) {
    if (!this.hasUpdated) this.replaceChildren();
    this.#seen = this.select();
    super.update(changed);
  }

  /** Of the changes of the store as well, which are shown with the next frame. */
  async getUpdateComplete() {
    await frames.waiting;
    return super.getUpdateComplete();
  }

  /** @returns {Promise<boolean> | undefined} */
  #renderIfChanged() {
    const parts = this.select();
    const changed = parts.length !== this.#seen.length || parts.some((part, i) => part !== this.#seen[i]);
    if (!changed) return undefined;
    this.requestUpdate();
    return super.getUpdateComplete();
  }
}
