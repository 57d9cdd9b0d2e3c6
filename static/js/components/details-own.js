/** @import { Conversation, User } from "../types.js" */

import { html, nothing } from "../../vendor/lit/lit.js";
import { ApiError } from "../api.js";
import { groups } from "../api-groups.js";
import { attempt } from "../attempt.js";
import { timeAhead } from "../format.js";
import { gettext, interpolate, pgettext } from "../i18n.js";
import { icon } from "../icon.js";
import { mayBeUnread, readNothing } from "../reading.js";
import { store } from "../session.js";
import { isMuted, titleOf } from "../state/conversations.js";
import { toggleBlock } from "./blocking.js";
import { confirm } from "./confirm.js";
import { openDialog, openFetched } from "./dialog.js";

const HOUR_MS = 3_600_000;

/** @type {[value: string, label: string][]} */
const LEVELS = [
  ["all", gettext("All messages")],
  ["mentions", gettext("Only mentions")],
  ["none", pgettext("notifications", "Nothing")],
];

/** @type {[hours: number, label: string][]} */
const MUTES = [
  [1, gettext("1 hour")],
  [8, gettext("8 hours")],
  [24, gettext("1 day")],
  [24 * 7, gettext("1 week")],
];

/**
 * One's own side of a conversation, and the ways out of it.
 *
 * @param {Conversation} conversation
 * @param {User | undefined} partner
 */
export function ownSide(conversation, partner) {
  const { id, me } = conversation;
  const isMutedNow = isMuted(conversation) && Boolean(me.muted_until);
  return html`
    <h3 class="section-title">${gettext("For me")}</h3>
    <div class="own">
      <label class="own-line">${icon("bell")}<span>${gettext("Notifications")}</span>
        <select class="own-select" aria-label=${gettext("Notifications")} @change=${(/** @type {Event} */ event) => changeOwn(id, { notification_level: chosenIn(event) })}>
          ${LEVELS.map(([value, label]) => html`<option value=${value} .selected=${value === (me.notification_level ?? "all")}>${label}</option>`)}
        </select>
      </label>
      <label class="own-line">${icon("bell-off")}<span>${pgettext("verb", "Mute")}</span>
        <select class="own-select" aria-label=${pgettext("verb", "Mute")} @change=${(/** @type {Event} */ event) => mute(id, chosenIn(event))}>
          <option value="" .selected=${!isMutedNow}>${pgettext("mute", "Off")}</option>
          ${isMutedNow ? html`<option value="kept" selected>${interpolate(gettext("Until %(time)s"), { time: timeAhead(me.muted_until ?? "") })}</option>` : nothing}
          ${MUTES.map(([hours, label]) => html`<option value=${hours}>${label}</option>`)}
        </select>
      </label>
      <button type="button" class="own-line" aria-pressed=${me.pinned} @click=${() => changeOwn(id, { pinned: !me.pinned })}>
        ${icon(me.pinned ? "pin-off" : "pin")}<span>${me.pinned ? gettext("Unpin from the top") : gettext("Pin to the top")}</span></button>
      <button type="button" class="own-line" aria-pressed=${me.archived} @click=${() => changeOwn(id, { archived: !me.archived })}>
        ${icon("archive")}<span>${me.archived ? gettext("Take out of the archive") : pgettext("verb", "Archive")}</span></button>
      ${
        mayBeUnread(conversation)
          ? html`<button type="button" class="own-line" @click=${() => readNothing(id)}>${icon("message-circle")}<span>${gettext("Mark as unread")}</span></button>`
          : nothing
      }
      <button type="button" class="own-line" @click=${() => openExport(conversation)}>${icon("download")}<span>${pgettext("verb", "Export")}</span></button>
      ${reporting(conversation, partner)}
      ${partner ? blocking(partner) : leaving(conversation)}
    </div>
  `;
}

/** @param {Conversation} conversation @param {User | undefined} partner */
function reporting({ id, kind, title }, partner) {
  if (!partner && kind === "direct") return nothing;
  const subject = partner
    ? { kind: "user", id: partner.id, name: partner.display_name }
    : { kind: "conversation", id, name: title };
  return html`<button type="button" class="own-line is-danger" @click=${() => openDialog("brook-report-message", subject)}>
    ${icon("flag")}<span>${partner ? interpolate(gettext("Report %(name)s"), { name: partner.display_name }) : gettext("Report the group")}</span></button>`;
}

/** @param {Conversation} conversation */
function openExport(conversation) {
  openFetched(() => import("./export.js"), "brook-export", conversation);
}

/** @param {User} partner */
function blocking(partner) {
  const isBlocked = store.state.blocked.has(partner.id);
  const text = isBlocked ? gettext("Unblock %(name)s") : gettext("Block %(name)s");
  return html`<button type="button" class="own-line is-danger" @click=${() => toggleBlock(partner)}>
    ${icon("user-minus")}<span>${interpolate(text, { name: partner.display_name })}</span></button>`;
}

/** @param {Conversation} conversation */
function leaving(conversation) {
  return html`
    <button type="button" class="own-line is-danger" @click=${() => leave(conversation)}>${icon("log-out")}<span>${gettext("Leave the group")}</span></button>
    ${
      conversation.me.role === "admin"
        ? html`<button type="button" class="own-line is-danger" @click=${() => remove(conversation)}>${icon("trash-2")}<span>${gettext("Delete the group")}</span></button>`
        : nothing
    }
  `;
}

/** @param {Event} event */
function chosenIn({ target }) {
  return /** @type {any} */ (target).value;
}

/** The answer may be older than an event: only what was asked for is taken. @param {string} id @param {object} changes */
export function changeOwn(id, changes) {
  attempt(async () => {
    await groups.changeOwn(id, changes);
    const held = store.state.conversations.get(id);
    if (held) store.put({ ...held, me: { ...held.me, ...changes } });
  });
}

/** @param {string} id @param {string} hours */
function mute(id, hours) {
  if (hours === "kept") return;
  changeOwn(id, {
    muted_until: hours ? new Date(Date.now() + Number(hours) * HOUR_MS).toISOString() : null,
  });
}

/** @param {Conversation} conversation */
async function leave(conversation) {
  const { id } = conversation;
  const myId = store.state.me.id;
  const title = interpolate(gettext("Leave “%(title)s”?"), { title: titleOf(conversation, myId) });
  const text = gettext("You will get nothing more of it. Somebody can invite you again.");
  if (!(await confirm({ title, text, action: pgettext("verb", "Leave") }))) return;
  try {
    await groups.leave(id, myId);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.code !== "last_admin") return store.toast(error.detail, "problem");
    await handOver(conversation, title);
  }
}

/** @param {Conversation} conversation @param {string} title */
async function handOver(conversation, title) {
  const successor = await askForSuccessor(conversation, title, pgettext("verb", "Leave"));
  if (successor) attempt(() => groups.leave(conversation.id, store.state.me.id, successor));
}

/**
 * The last admin names who comes after.
 *
 * @param {Conversation} conversation
 * @param {string} title
 * @param {string} action what the button says
 * @returns {Promise<string | null>} id of a person
 */
export function askForSuccessor({ participants }, title, action) {
  const others = participants.filter(({ user }) => user.id !== store.state.me.id);
  return confirm({
    title,
    text: gettext("You are the last admin. Choose who looks after the group from now on."),
    action,
    choiceLabel: gettext("New admin"),
    choices: others.map(({ user }) => [user.id, user.display_name]),
  });
}

/** @param {Conversation} conversation */
async function remove(conversation) {
  const name = titleOf(conversation, store.state.me.id);
  const title = interpolate(gettext("Delete “%(title)s”?"), { title: name });
  const text = gettext("The group and all its messages go, for everybody. This cannot be taken back.");
  if (await confirm({ title, text, action: gettext("Delete") }))
    attempt(() => groups.remove(conversation.id));
}
