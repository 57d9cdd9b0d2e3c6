/** Menus in the top layer, beside what opened them. */

const GAP_PX = 8;

/**
 * Show a popover above its anchor, or below where there is no room; it stays inside the window.
 *
 * @param {HTMLElement} popover
 * @param {Element} anchor
 * @param {{isBelow?: boolean}} [options] `isBelow`: below, or above where there is no room
 */
export function openAt(popover, anchor, { isBelow = false } = {}) {
  if (!popover.matches(":popover-open")) popover.showPopover();
  const from = anchor.getBoundingClientRect();
  const { width, height } = popover.getBoundingClientRect();
  const isRightToLeft = getComputedStyle(anchor).direction === "rtl";
  const startsRight = isRightToLeft !== from.left > innerWidth / 2;
  const left = startsRight ? from.right - width : from.left;
  const above = from.top - height - GAP_PX;
  const below = from.bottom + GAP_PX;
  const isAbove = isBelow ? below + height > innerHeight - GAP_PX && above >= GAP_PX : above >= GAP_PX;
  const top = isAbove ? above : Math.min(below, innerHeight - height - GAP_PX);
  popover.style.left = `${Math.max(GAP_PX, Math.min(left, innerWidth - width - GAP_PX))}px`;
  popover.style.top = `${Math.max(GAP_PX, top)}px`;
}

/**
 * A finger that rests opened the popover: that it goes up again, outside, does not close it.
 *
 * A press that begins and ends outside of a popover closes it (light dismiss, in HTML's chapter on popovers); with the
 * finger captured, it ends inside.
 *
 * @param {HTMLElement} popover
 * @param {number} pointerId of the finger
 */
export function keepUnderFinger(popover, pointerId) {
  try {
    popover.setPointerCapture(pointerId);
  } catch {
    // It went up already: nothing is left to close it.
  }
}

/**
 * Arrows walk the items of a menu, as in any menu.
 *
 * @param {KeyboardEvent} event
 */
export function walkMenu(event) {
  const menu = /** @type {HTMLElement} */ (event.currentTarget);
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const items = /** @type {HTMLElement[]} */ ([...menu.querySelectorAll("[role^=menuitem]")]);
  const at = items.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  items.at((at + step) % items.length)?.focus();
}
