/**
 * What a conversation says by itself, of what somebody changed in it, in the language of the page;
 * chat/system_messages.py says the same.
 *
 * @import { Message, Named } from "./types.js"
 */

import { direction, gettext, interpolate } from "./i18n.js";

/** By kind, and the role that somebody is given. @type {Record<string, string>} */
const SENTENCES = {
  people_added: gettext("%(by)s added %(people)s"),
  person_joined: gettext("%(by)s joined by an invite link"),
  person_removed: gettext("%(by)s removed %(person)s"),
  person_left: gettext("%(by)s left"),
  "role_updated admin": gettext("%(by)s made %(person)s admin"),
  "role_updated moderator": gettext("%(by)s made %(person)s moderator"),
  "role_updated member": gettext("%(by)s made %(person)s member"),
  title_updated: gettext("%(by)s named the group “%(title)s”"),
  avatar_updated: gettext("%(by)s changed the picture of the group"),
  avatar_removed: gettext("%(by)s removed the picture of the group"),
  message_pinned: gettext("%(by)s pinned a message"),
};

/** Where `by` is null. @type {Record<string, string>} */
const SENTENCES_OF_STAFF = {
  people_added: gettext("Staff added %(people)s"),
  person_removed: gettext("Staff removed %(person)s"),
  "role_updated admin": gettext("Staff made %(person)s admin"),
  "role_updated moderator": gettext("Staff made %(person)s moderator"),
  "role_updated member": gettext("Staff made %(person)s member"),
  title_updated: gettext("Staff named the group “%(title)s”"),
  staff_read: gettext("Staff have read this conversation"),
};

/** In English where its kind is not known here. @param {Pick<Message, "content" | "system">} message */
export function wordsOf({ system, content }) {
  if (!system) return content;
  const { by, people = [], person, role, title = "" } = system.params;
  const sentence = (by ? SENTENCES : SENTENCES_OF_STAFF)[role ? `${system.kind} ${role}` : system.kind];
  if (!sentence) return content;
  return interpolate(sentence, { by: nameOf(by), person: nameOf(person), people: people.map(nameOf), title });
}

/**
 * Of the page where it is told in its language, whatever letters the first name has.
 *
 * @param {Pick<Message, "content" | "system">} message
 */
export function directionOf(message) {
  return wordsOf(message) === message.content ? "auto" : direction;
}

/** @param {Named | null | undefined} person */
function nameOf(person) {
  return person ? (person.display_name ?? gettext("Deleted account")) : "";
}
