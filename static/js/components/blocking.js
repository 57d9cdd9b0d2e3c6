import { people } from "../api-people.js";
import { attempt } from "../attempt.js";
import { gettext, interpolate, pgettext } from "../i18n.js";
import { store } from "../session.js";
import { confirm } from "./confirm.js";

/**
 * After a question: it changes what both can do.
 *
 * @param {{id: string, display_name: string}} partner
 */
export async function toggleBlock(partner) {
  const isBlocked = store.state.blocked.has(partner.id);
  if (!isBlocked) {
    const title = interpolate(gettext("Block %(name)s?"), { name: partner.display_name });
    const text = gettext(
      "Neither of you can write to the other here. What they say in groups does not notify you.",
    );
    if (!(await confirm({ title, text, action: pgettext("verb", "Block") }))) return;
  }
  attempt(async () => {
    await (isBlocked ? people.unblock(partner.id) : people.block(partner.id));
    const blocked = new Set(store.state.blocked);
    if (isBlocked) blocked.delete(partner.id);
    else blocked.add(partner.id);
    store.set({ blocked });
  });
}
