/**
 * Badges for any page of somebody who is signed in, with this one script:
 *
 *     <script type="module" src="/static/js/badge.js"></script>
 *     <brook-badge user="…"></brook-badge>
 *
 * It brings its style along. On Brook's own pages the counts come from what is there; elsewhere it asks
 * for them and follows the stream. docs/badges.md
 */

import { isProvided, provide, refresh } from "./badges/element.js";
import { RealtimeClient } from "./realtime.js";

const STYLE = new URL("../css/badge.css", import.meta.url).href;
const SCRIPT = new URL(import.meta.url).pathname;
const GATHER_MS = 250;
const COUNTED = /^(?:message\.(?:created|deleted)|unread\.|conversation\.|participant\.|me\.)/;

/** @typedef {{total: number, conversations: Record<string, number>, users: Record<string, number>}} UnreadCounts */

/** @type {UnreadCounts} */
let counts = { total: 0, conversations: {}, users: {} };
/** @type {ReturnType<typeof setTimeout> | undefined} */
let asking;

function addStyle() {
  const isThere = [...document.styleSheets].some(({ href }) => href === STYLE);
  const link = document.createElement("link");
  if (!isThere) document.head.append(Object.assign(link, { rel: "stylesheet", href: STYLE }));
}

/** Once for many events. @param {number} [afterMs] */
function askSoon(afterMs = GATHER_MS) {
  if (asking) return;
  asking = setTimeout(async () => {
    asking = undefined;
    const answer = await fetch("/api/unread-counts", { headers: { Accept: "application/json" } }).catch(
      () => null,
    );
    if (!answer?.ok) return; // asked again when the stream is back
    counts = await answer.json();
    if (isProvided()) return refresh();
    provide({
      fromUser: (id) => counts.users[id] ?? 0,
      inConversation: (id) => counts.conversations[id] ?? 0,
      inTotal: () => counts.total,
    });
  }, afterMs);
}

/** With `data-user="<my id>"` on the script tag the page shares its stream with other tabs of Brook. */
function follow() {
  const script = /** @type {HTMLElement | null} */ (document.querySelector(`script[src="${SCRIPT}"]`));
  const user = script?.dataset.user;
  const client = new RealtimeClient({
    url: "/api/realtime/stream",
    onEvent: ({ type }) => {
      if (COUNTED.test(type)) askSoon();
    },
    onReset: () => askSoon(),
    onStatus: ({ state }) => {
      document.documentElement.dataset.connection = state;
      if (state === "live") askSoon(0);
    },
    ...(user ? { share: user, userId: user } : {}),
  });
  client.start();
}

addStyle();
// Pages with a state of their own know the counts.
if (!document.getElementById("brook-state") && !isProvided()) follow();
