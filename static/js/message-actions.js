/**
 * What can be done with a message, by whom, and how. What is seen at once is taken back when the server refuses.
 *
 * @import { Conversation, Message } from "./types.js"
 *
 * @typedef {object} Action
 * @property {string} key
 * @property {string} label
 * @property {string} icon
 * @property {() => unknown} run
 * @property {boolean} [isDanger]
 */

import { api } from "./api.js";
import { attempt } from "./attempt.js";
import { openDialog, openFetched } from "./components/dialog.js";
import { gettext, pgettext } from "./i18n.js";
import { newId } from "./outbox.js";
import { isOfOthers, unreadFrom } from "./reading.js";
import { addressOf } from "./router.js";
import { loader, store } from "./session.js";
import { changed } from "./state/messages.js";

export const QUICK_EMOJI = ["👍", "❤️", "😂", "😮", "😢", "🙏"];

/**
 * @param {Message} message
 * @param {Conversation} conversation
 * @returns {Action[]} in the order of a menu; none for what is deleted, or not sent yet
 */
export function actionsOf(message, conversation) {
  if (!canBeAnswered(message)) return [];
  const isMine = message.sender?.id === store.state.me.id;
  const isDirect = conversation.kind === "direct";
  const moderates = conversation.me.role !== "member";
  /** @type {[boolean, Action][]} */
  const all = [
    [true, { key: "reply", label: gettext("Reply"), icon: "reply", run: () => reply(message) }],
    [
      true,
      {
        key: "thread",
        label: gettext("Reply in thread"),
        icon: "messages-square",
        run: () => openThread(message),
      },
    ],
    [isMine, { key: "edit", label: gettext("Edit"), icon: "pencil", run: () => edit(message) }],
    [
      true,
      {
        key: "forward",
        label: gettext("Forward"),
        icon: "forward",
        run: () => ask("forward-message", message),
      },
    ],
    [true, starAction(message)],
    [isDirect || moderates, pinAction(message)],
    [
      true,
      {
        key: "remind",
        label: store.state.reminders.has(message.id) ? gettext("Change the reminder") : gettext("Remind me"),
        icon: "timer",
        run: () => openFetched(() => import("./components/remind.js"), "brook-remind", message),
      },
    ],
    [
      Boolean(message.content),
      { key: "copy", label: gettext("Copy text"), icon: "copy", run: () => copyText(message) },
    ],
    [true, { key: "link", label: gettext("Copy link"), icon: "link", run: () => copyLink(message) }],
    [
      Boolean(message.previews?.length) && mayHidePreviews(message, conversation),
      {
        key: "preview",
        label: gettext("Remove the preview"),
        icon: "eye-off",
        run: () => hidePreviews(message),
      },
    ],
    [
      isOfOthers(message),
      {
        key: "unread",
        label: gettext("Mark as unread"),
        icon: "message-circle",
        run: () => unreadFrom(message.conversation_id, message.seq),
      },
    ],
    [
      !isMine,
      { key: "why", label: gettext("Why was I told?"), icon: "bell", run: () => explain(message.id) },
    ],
    [isMine, { key: "info", label: gettext("Info"), icon: "info", run: () => ask("message-info", message) }],
    [
      !isMine,
      {
        key: "report",
        label: pgettext("verb", "Report"),
        icon: "flag",
        isDanger: true,
        run: () => ask("report-message", message),
      },
    ],
    [
      isMine || (!isDirect && moderates),
      {
        key: "delete",
        label: gettext("Delete"),
        icon: "trash-2",
        isDanger: true,
        run: () => ask("delete-message", message),
      },
    ],
  ];
  return all.filter(([isOffered]) => isOffered).map(([, action]) => action);
}

/** @param {Message} message */
export function canBeAnswered(message) {
  return !message.deleted_at && message.type !== "system" && Number.isFinite(message.seq);
}

/** @param {Message} message @returns {Action} */
function starAction(message) {
  const [label, icon] = message.starred
    ? [gettext("Remove star"), "star-off"]
    : [pgettext("verb", "Star"), "star"];
  return { key: "star", label, icon, run: () => star(message, !message.starred) };
}

/** @param {Message} message @returns {Action} */
function pinAction(message) {
  const [label, icon] = message.pinned_at ? [gettext("Unpin"), "pin-off"] : [pgettext("verb", "Pin"), "pin"];
  return { key: "pin", label, icon, run: () => pin(message, !message.pinned_at) };
}

/** Why there was a notification of it, or none. @param {string} messageId */
function explain(messageId) {
  return openFetched(() => import("./components/why.js"), "brook-why", { messageId });
}

/** Its sender, and in a group those who look after it. @param {Message} message @param {Conversation} conversation */
export function mayHidePreviews(message, { kind, me }) {
  return message.sender?.id === store.state.me.id || (kind === "group" && me.role !== "member");
}

/** @param {Message} message */
export async function hidePreviews({ id, conversation_id, previews = [] }) {
  const show = (/** @type {Message["previews"]} */ shown) =>
    store.changeMessages(conversation_id, (messages) =>
      changed(messages, id, (message) => ({ ...message, previews: shown ?? [] })),
    );
  show([]);
  if (!(await attempt(() => api.hidePreviews(id)))) show(previews);
}

/** @param {string} name of a dialog @param {Message} message */
function ask(name, message) {
  return openDialog(`brook-${name}`, message);
}

/**
 * Put an emoji to a message, or take it away.
 *
 * @param {Message} message
 * @param {string} emoji
 */
export async function toggleReaction(message, emoji) {
  const me = store.state.me.id;
  const isThere = message.reactions?.some((one) => one.emoji === emoji && one.user_ids.includes(me));
  const data = { conversation_id: message.conversation_id, message_id: message.id, emoji, user_id: me };
  const [type, undo] = isThere ? ["removed", "added"] : ["added", "removed"];
  store.apply({ type: `reaction.${type}`, data });
  const isDone = await attempt(() =>
    isThere ? api.unreact(message.id, emoji) : api.react(message.id, emoji),
  );
  if (!isDone) store.apply({ type: `reaction.${undo}`, data });
}

/** @param {Message} message */
export function reply(message) {
  const { thread } = store.state;
  const isInThread =
    thread && document.activeElement?.closest("brook-thread") && belongsTo(message, thread.id);
  const key = isInThread ? thread.id : message.conversation_id;
  store.replyTo(key, message);
  focusComposer(key);
}

/** @param {Message} message @param {string} rootId */
function belongsTo(message, rootId) {
  return message.id === rootId || message.thread_root === rootId;
}

/** @param {string} key id of a conversation, or of a thread's root */
export function focusComposer(key) {
  for (const composer of /** @type {NodeListOf<any>} */ (document.querySelectorAll("brook-composer"))) {
    if (composer.key === key) composer.updateComplete.then(() => composer.focusText());
  }
}

/** @param {Message} message */
export function openThread(message) {
  return loader.thread(message.conversation_id, message.thread_root ?? message.id);
}

/** @param {Message} message */
function edit(message) {
  store.set({ editingId: message.id });
}

/**
 * The last thing I said, if it can still be edited.
 *
 * @param {Message[]} messages
 * @returns {boolean} whether there is one
 */
export function editLast(messages) {
  const { me } = store.state;
  const mine = messages.findLast(
    (message) => message.sender?.id === me.id && message.content && canBeAnswered(message),
  );
  if (mine) edit(mine);
  return Boolean(mine);
}

/** @param {Message} message @param {string} content @returns {Promise<boolean>} */
export function saveEdit(message, content) {
  return attempt(async () => {
    store.apply({ type: "message.updated", data: { message: await api.edit(message.id, content) } });
  });
}

/** @param {Message} message @returns {Promise<boolean>} */
export function remove(message) {
  return attempt(() => api.remove(message.id)); // the event comes to this page as well
}

/** @param {Message} message @param {string[]} conversationIds @returns {Promise<boolean>} */
export function forward(message, conversationIds) {
  return attempt(() => api.forward(message.id, conversationIds, newId()));
}

/** @param {Message} message @param {boolean} starred */
async function star(message, starred) {
  const told = (/** @type {boolean} */ value) =>
    store.apply({ type: "me.updated", data: { message_id: message.id, starred: value } });
  told(starred);
  if (!(await attempt(() => (starred ? api.star(message.id) : api.unstar(message.id))))) told(!starred);
}

/** @param {Message} message @param {boolean} isPinned */
function pin(message, isPinned) {
  return attempt(() => (isPinned ? api.pin(message.id) : api.unpin(message.id)));
}

/** @param {Message} message */
function copyText(message) {
  return copy(message.content, gettext("Text copied."));
}

/** @param {Message} message */
function copyLink(message) {
  return copy(location.origin + addressOf(message.conversation_id, message.seq), gettext("Link copied."));
}

/** @param {string} text @param {string} done */
async function copy(text, done) {
  try {
    await navigator.clipboard.writeText(text);
    store.toast(done);
  } catch {
    store.toast(gettext("The browser does not let pages copy here."), "problem");
  }
}
