import { html, nothing } from "../../vendor/lit/lit.js";
import { gettext } from "../i18n.js";
import { presence, store } from "../session.js";
import { BrookElement } from "./element.js";

/** @import { User } from "../types.js" */

/** What it is called. */
export const STATUS = { online: gettext("online"), away: gettext("away") };

/**
 * `<brook-presence user="<id>">`: the dot on a person's circle, for any template of a signed-in page.
 * Green: online; yellow: away; nothing: offline.
 */
class BrookPresence extends BrookElement {
  static properties = { user: { type: String } };

  constructor() {
    super();
    this.user = "";
  }

  select() {
    return [store.state.presence.get(this.user)?.status];
  }

  willUpdate() {
    presence.want(this.user);
  }

  render() {
    const status = store.state.presence.get(this.user)?.status;
    if (status !== "online" && status !== "away") return nothing;
    return html`<span class="presence is-${status}" title=${STATUS[status]}><span class="visually-hidden">${STATUS[status]}</span></span>`;
  }
}

customElements.define("brook-presence", BrookPresence);

/**
 * A circle with its dot.
 *
 * @param {{id: string, name: string, photo?: string | null | undefined}} who
 * @param {string} size class of the avatar; empty: as its place has it
 * @param {string | undefined} userId of whom the dot tells; none for groups
 */
export function face({ id, name, photo }, size, userId) {
  return html`<span class="face"
    ><brook-avatar class=${size || nothing} data-id=${id} name=${name} photo=${photo || nothing}></brook-avatar
    >${userId ? html`<brook-presence user=${userId}></brook-presence>` : nothing}</span>`;
}

/** @param {User} user @param {string} [size] */
export function personFace(user, size = "") {
  return face({ id: user.id, name: user.display_name, photo: user.avatar_url }, size, user.id);
}
