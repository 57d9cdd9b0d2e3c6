/**
 * Logging out leaves nothing in this browser.
 *
 * @import { LocalDatabase } from "./database.js"
 * @import { Store } from "../store.js"
 */

import { forgetDrafts } from "../drafts.js";
import { gettext, interpolate, ngettext } from "../i18n.js";

const LONGEST_MS = 1_500;

/**
 * @param {Store} store
 * @param {LocalDatabase} database
 * @returns {Promise<boolean>} false: there is something to be sent yet, and the person stays
 */
export async function leaveNothing(store, database) {
  const { pending } = store.state;
  if (pending.length && !(await isWanted(pending.length))) return false;
  store.set({ pending: [] });
  forgetDrafts();
  const late = new Promise((resolve) => setTimeout(resolve, LONGEST_MS)); // nobody is kept from logging out
  await Promise.race([database.forget().catch(() => {}), late]);
  return true;
}

/** @param {number} count */
async function isWanted(count) {
  const { confirm } = await import("../components/confirm.js");
  const text = ngettext(
    "%(count)s message not sent yet: logging out discards it.",
    "%(count)s messages not sent yet: logging out discards them.",
    count,
  );
  const answer = await confirm({
    title: gettext("Log out?"),
    text: interpolate(text, { count }),
    action: gettext("Log out"),
  });
  return answer === "yes";
}
