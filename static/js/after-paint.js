/**
 * Brings in the modules of the page once it is painted: a hundred of them would be fetched and read before. They stand
 * in a template, and this is no module itself. A click that comes too early for them is kept.
 */
(() => {
  const AT_THE_LATEST_MS = 2_000; // nothing is painted in a tab that nobody sees
  const AT_ONCE = 8;
  const BUTTONS = "button[type=button]:not([popovertarget])";

  /** @type {HTMLElement | null} */
  let clicked = null;
  const keep = (/** @type {MouseEvent} */ { target }) => {
    clicked = target instanceof Element ? target.closest(BUTTONS) : null;
  };
  addEventListener("click", keep);
  addEventListener(
    "brook:ready",
    () => {
      removeEventListener("click", keep);
      clicked?.click();
    },
    { once: true },
  );
  Object.assign(globalThis, { brook: { status: () => ({ state: "connecting", leader: false }) } });

  const begin = () => {
    const template = document.querySelector("template[data-modules]");
    if (!(template instanceof HTMLTemplateElement)) return;
    template.remove();
    bringIn([...template.content.children]);
  };

  /** A few at a time: all of them would be one long task. @param {Element[]} elements */
  const bringIn = (elements) => {
    document.head.append(...elements.slice(0, AT_ONCE));
    if (elements.length > AT_ONCE) next(() => bringIn(elements.slice(AT_ONCE)));
  };

  /** In a task of its own, and no timer: those sleep in tabs that nobody sees. @param {() => void} act */
  const next = (act) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      act();
    };
    port2.postMessage(null);
  };

  if (document.visibilityState === "hidden") return begin();
  requestAnimationFrame(() => setTimeout(begin));
  setTimeout(begin, AT_THE_LATEST_MS);
})();
