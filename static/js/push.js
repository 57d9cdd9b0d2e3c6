/** Web Push in this browser: told by the server when no tab of Brook is open. Asked for on a click only. */

import { notifications } from "./api-notifications.js";
import { gettext } from "./i18n.js";

/** @typedef {"impossible" | "denied" | "off" | "on"} PushState */

export const canPush = "serviceWorker" in navigator && "PushManager" in globalThis;

/** @returns {Promise<PushState>} */
export async function pushState() {
  if (!("Notification" in globalThis)) return "impossible";
  if (Notification.permission === "denied") return "denied";
  if (!canPush) return Notification.permission === "granted" ? "on" : "off";
  const registration = await navigator.serviceWorker.getRegistration();
  const subscription = await registration?.pushManager.getSubscription();
  return subscription && Notification.permission === "granted" ? "on" : "off";
}

/**
 * On a click: asks the browser, then tells the server where this one is to be reached.
 *
 * @returns {Promise<PushState>}
 * @throws {import("./api.js").ApiError}
 */
export async function turnOn() {
  if ((await Notification.requestPermission()) !== "granted") return pushState();
  if (!canPush) return "on";
  const { public_key } = await notifications.pushKey();
  const { pushManager } = await navigator.serviceWorker.ready;
  const wanted = { userVisibleOnly: true, applicationServerKey: public_key };
  try {
    await notifications.subscribe((await pushManager.subscribe(wanted)).toJSON());
  } catch (error) {
    // Some browsers have no push service: what an open tab tells works all the same.
    if (!(error instanceof DOMException)) throw error;
  }
  return "on";
}

/** @returns {Promise<PushState>} */
export async function turnOff() {
  const registration = await navigator.serviceWorker?.getRegistration();
  const subscription = await registration?.pushManager.getSubscription();
  if (subscription) {
    await notifications.unsubscribe(subscription.endpoint);
    await subscription.unsubscribe();
  }
  return "off";
}

/** One to look at. */
export async function showTest() {
  const title = gettext("Notifications work");
  const options = {
    body: gettext("This is how Brook tells you something in this browser."),
    tag: "brook test",
  };
  const registration = await navigator.serviceWorker?.getRegistration();
  if (registration?.active)
    await registration.showNotification(title, { ...options, data: { path: "/settings" } });
  else new Notification(title, options);
}
