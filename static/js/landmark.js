/**
 * The main landmark of the chat page is the conversation; on a phone that shows the list alone, the list.
 *
 * @import { Store } from "./store.js"
 */

const NARROW = matchMedia("(width < 720px)"); // as in layout.css

/** @param {Store} store */
export function keepLandmark(store) {
  const list = document.querySelector(".side");
  const show = () => {
    const isMain = NARROW.matches && !store.state.openId;
    if (isMain === list?.hasAttribute("role")) return;
    if (isMain) list?.setAttribute("role", "main");
    else list?.removeAttribute("role");
  };
  NARROW.addEventListener("change", show);
  store.subscribe(show);
  show();
}
