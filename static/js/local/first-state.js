/**
 * Where a page begins: with the state that the server put into it, or, in the shell that stands in for
 * a page while the server is away, with what this browser kept.
 *
 * @import { PageState } from "../types.js"
 */

import { gettext, interpolate } from "../i18n.js";
import { LocalDatabase, lastOwner } from "./database.js";
import { keptPage } from "./snapshots.js";

/** @returns {Promise<{page: PageState, database: LocalDatabase, isKept: boolean}>} */
export async function firstState() {
  const element = document.getElementById("brook-state");
  if (element) {
    /** @type {PageState} */
    const page = JSON.parse(element.textContent ?? "null");
    return { page, database: new LocalDatabase(page.me.id), isKept: false };
  }
  const owner = await lastOwner();
  const database = owner ? new LocalDatabase(owner) : null;
  const page = database && (await keptPage(database));
  if (page) {
    dress(page);
    return { page, database, isKept: true };
  }
  location.replace("/offline");
  return new Promise(() => {}); // the page is left
}

/** What the server would have written into the page about oneself. @param {PageState} page */
function dress({ me }) {
  const name = document.querySelector(".menu-me strong");
  const username = document.querySelector(".menu-me span");
  const greeting = document.querySelector(".nothing-open .empty-title");
  const avatar = document.querySelector(".me-button brook-avatar");
  if (name) name.textContent = me.display_name;
  if (username) username.textContent = `@${me.username}`;
  if (greeting) greeting.textContent = interpolate(gettext("Hello %(name)s"), { name: me.display_name });
  avatar?.setAttribute("data-id", me.id);
  avatar?.setAttribute("name", me.display_name);
  if (me.avatar_url) avatar?.setAttribute("photo", me.avatar_url);
  document.querySelector("#me-menu a[href^='/people/']")?.setAttribute("href", `/people/${me.username}`);
}
