/**
 * What is only now: who is typing, who is here.
 *
 * @import { Store } from "../store.js"
 * @import { Presence } from "../types.js"
 */

import { gettext, interpolate, ngettext } from "../i18n.js";

const ENDS_AFTER_MS = 6_000;

/** @type {WeakMap<Store, Map<string, ReturnType<typeof setTimeout>>>} */
const timers = new WeakMap();

/** @type {Record<string, (store: Store, data: any) => void>} */
export const passingHandlers = {
  "typing.started": typingStarted,
  "typing.stopped": typingStopped,
  "presence.changed": presenceChanged,
};

/** @param {Store} store @param {{conversation_id: string, user_id: string, display_name: string}} data */
function typingStarted(store, data) {
  const { conversation_id: id, user_id, display_name } = data;
  if (store.state.preferences.typing === false || store.state.blocked.has(user_id)) return;
  const typing = new Map(store.state.typing);
  typing.set(id, new Map(typing.get(id)).set(user_id, display_name));
  store.set({ typing });
  const mine = timers.get(store) ?? new Map();
  timers.set(store, mine);
  const key = `${id} ${user_id}`;
  clearTimeout(mine.get(key));
  mine.set(
    key,
    setTimeout(() => typingStopped(store, data), ENDS_AFTER_MS),
  );
}

/** @param {Store} store @param {{conversation_id: string, user_id: string}} data */
export function typingStopped(store, { conversation_id: id, user_id }) {
  const held = store.state.typing.get(id);
  if (!held?.has(user_id)) return;
  const others = new Map(held);
  others.delete(user_id);
  const typing = new Map(store.state.typing);
  if (others.size) typing.set(id, others);
  else typing.delete(id);
  store.set({ typing });
}

/** @param {Store} store @param {Presence & {user_id: string}} data */
function presenceChanged(store, { user_id, ...presence }) {
  store.set({ presence: new Map(store.state.presence).set(user_id, presence) });
}

/**
 * “Ann and Ben are typing…”, empty when nobody is.
 *
 * @param {Map<string, string> | undefined} typing display names
 * @param {boolean} [isDirect] then it is clear who
 */
export function typingText(typing, isDirect = false) {
  const names = [...(typing?.values() ?? [])].map((name) => name.split(" ")[0] ?? name);
  if (!names.length) return "";
  if (isDirect) return gettext("typing…");
  const [first = "", second = "", third = ""] = names;
  const count = names.length - 2;
  return interpolate(pattern(names.length), { first, second, third, count });
}

/** @param {number} people */
function pattern(people) {
  if (people === 1) return gettext("%(first)s is typing…");
  if (people === 2) return gettext("%(first)s and %(second)s are typing…");
  if (people === 3) return gettext("%(first)s, %(second)s and %(third)s are typing…");
  return ngettext(
    "%(first)s, %(second)s and %(count)s other are typing…",
    "%(first)s, %(second)s and %(count)s others are typing…",
    people - 2,
  );
}
