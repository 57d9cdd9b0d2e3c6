/**
 * The service worker, as far as pages see it: brought in once, and changed for a newer one when the
 * person says so.
 *
 * @import { Store } from "../store.js"
 */

import { gettext } from "../i18n.js";

const LOOKS_EVERY_MS = 60 * 60_000;
const SCRIPT = "/sw.js";

/**
 * Under Trusted Types a script's address needs a policy that vouches for it: this one knows no other.
 *
 * @type {{createScriptURL: (query: string) => string}}
 */
const policy = /** @type {any} */ (globalThis).trustedTypes?.createPolicy("brook-worker", {
  createScriptURL: (/** @type {string} */ query) => SCRIPT + query,
}) ?? { createScriptURL: (query) => SCRIPT + query };

/** @param {string} [query] another one is another version */
export function register(query = "") {
  return navigator.serviceWorker.register(policy.createScriptURL(query));
}

/** @param {Store} store @param {(path: string) => void} go to a place in Brook that a notification named */
export async function startWorker(store, go) {
  const { serviceWorker } = navigator;
  if (!serviceWorker) return;
  serviceWorker.addEventListener("message", ({ data }) => {
    if (data?.type === "go") go(data.path);
  });
  const registration = await register().catch(() => null);
  if (!registration) return; // forbidden, or the server is away
  const offer = () => {
    if (registration.waiting && serviceWorker.controller) offerReload(store, registration.waiting);
  };
  offer();
  registration.addEventListener("updatefound", () => {
    registration.installing?.addEventListener("statechange", offer);
  });
  setInterval(() => registration.update().catch(() => {}), LOOKS_EVERY_MS);
}

/** @param {Store} store @param {ServiceWorker} waiting */
function offerReload(store, waiting) {
  store.toast(gettext("A new version of Brook is here."), "info", {
    label: gettext("Reload"),
    act: () => {
      navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
      waiting.postMessage({ type: "take over" });
    },
  });
}
