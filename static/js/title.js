/**
 * The unread total in the tab's title and icon.
 *
 * @import { Frames } from "./frames.js"
 * @import { Store } from "./store.js"
 */

import { titleOf } from "./state/conversations.js";

const MOST_IN_ICON = 9;
const SIZE_PX = 32;

/** @param {Store} store @param {Frames} frames */
export function keepTitle(store, frames) {
  const link = document.querySelector("link[rel~=icon]");
  const plainIcon = link?.getAttribute("href") ?? "";
  const base = document.title;
  let shown = 0;
  frames.subscribe(() => {
    const total = store.unreadTotal;
    const { openId, conversations, me } = store.state;
    const open = conversations.get(openId ?? "");
    const page = open ? `${titleOf(open, me.id)} · Brook` : base;
    const title = total ? `(${total}) ${page}` : page;
    if (title !== document.title) document.title = title;
    if (total === shown) return;
    shown = total;
    badgeApp(total);
    if (link) drawIcon(link, plainIcon, total, () => total === shown);
  });
}

/** On the icon of the installed app, where systems show that. @param {number} total */
function badgeApp(total) {
  const { setAppBadge, clearAppBadge } = /** @type {Partial<Navigator>} */ (navigator);
  const told = total ? setAppBadge?.call(navigator, total) : clearAppBadge?.call(navigator);
  told?.catch(() => {}); // not installed
}

/** @param {Element} link @param {string} plainIcon @param {number} total @param {() => boolean} isStill so many */
async function drawIcon(link, plainIcon, total, isStill) {
  if (!total) return link.setAttribute("href", plainIcon);
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIZE_PX;
  const context = canvas.getContext("2d");
  const logo = new Image(SIZE_PX, SIZE_PX);
  logo.src = plainIcon;
  try {
    await logo.decode();
  } catch {
    return;
  }
  if (!context || !isStill()) return;
  context.drawImage(logo, 0, 0, SIZE_PX, SIZE_PX);
  context.fillStyle = "#00e05a";
  context.strokeStyle = "#fff";
  context.lineWidth = 2;
  context.beginPath();
  context.arc(21, 11, 10, 0, 2 * Math.PI);
  context.fill();
  context.stroke();
  context.fillStyle = "#05331a";
  context.font = "bold 15px system-ui";
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(total > MOST_IN_ICON ? "9+" : String(total), 21, 12);
  link.setAttribute("href", canvas.toDataURL("image/png"));
}
