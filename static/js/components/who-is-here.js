/** @import { Conversation, User } from "../types.js" */

import { lastSeen } from "../format.js";
import { interpolate, ngettext } from "../i18n.js";
import { presence, store } from "../session.js";
import { partnerOf } from "../state/conversations.js";
import { STATUS } from "./presence.js";

/** The line under the title of a conversation. @param {Conversation} conversation */
export function whoIsHere(conversation) {
  const partner = partnerOf(conversation, store.state.me.id);
  if (partner) return presenceText(partner) || `@${partner.username}`;
  for (const { user } of conversation.participants) presence.want(user.id);
  const here = conversation.participants.filter(
    ({ user }) => store.state.presence.get(user.id)?.status === "online",
  );
  const count = conversation.participant_count;
  const people = interpolate(ngettext("%(count)s person", "%(count)s people", count), { count });
  const online = ngettext("%(count)s online", "%(count)s online", here.length);
  return here.length ? `${people} · ${interpolate(online, { count: here.length })}` : people;
}

/**
 * “online”, “away · on a train”, “last seen 5 minutes ago”; empty where nobody knows.
 *
 * @param {User} user
 */
export function presenceText(user) {
  const known = store.state.presence.get(user.id);
  const status = known?.status;
  const now = status === "online" || status === "away" ? STATUS[status] : lastSeen(known?.last_seen_at);
  const said = [user.status_emoji, user.status_text].filter(Boolean).join(" ");
  return [now, said].filter(Boolean).join(" · ");
}
