/** @import { Conversation, User } from "../types.js" */

import { lastSeen, plural } from "../format.js";
import { presence, store } from "../session.js";
import { partnerOf } from "../state/conversations.js";

/** The line under the title of a conversation. @param {Conversation} conversation */
export function whoIsHere(conversation) {
  const partner = partnerOf(conversation, store.state.me.id);
  if (partner) return presenceText(partner) || `@${partner.username}`;
  for (const { user } of conversation.participants) presence.want(user.id);
  const here = conversation.participants.filter(
    ({ user }) => store.state.presence.get(user.id)?.status === "online",
  );
  const people = plural(conversation.participant_count, "person", "people");
  return here.length ? `${people} · ${here.length} online` : people;
}

/**
 * “online”, “away · on a train”, “last seen 5 minutes ago”; empty where nobody knows.
 *
 * @param {User} user
 */
export function presenceText(user) {
  const known = store.state.presence.get(user.id);
  const isHere = known?.status === "online" || known?.status === "away";
  const now = isHere ? known.status : lastSeen(known?.last_seen_at);
  const said = [user.status_emoji, user.status_text].filter(Boolean).join(" ");
  return [now, said].filter(Boolean).join(" · ");
}
