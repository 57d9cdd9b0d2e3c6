/**
 * What answers when the network does not: the shell of the chat and a page that says so. It is served
 * from /sw.js, behind a line that sets `self.BROOK` (config/offline.py), and never keeps an answer of
 * the API or a page of somebody: what was read is in IndexedDB, where logging out finds it.
 */

(() => {
  const worker = /** @type {any} */ (globalThis);
  /** @type {{version: string, files: string[], shell: string, offline: string, icon: string, badge: string}} */
  const { version, files, shell, offline, icon, badge } = worker.BROOK;
  const CACHE = `brook ${version}`;
  const CHAT = /^\/(?:c\/[0-9a-f-]{36}(?:\/\d+)?)?$/;
  const AWAY = [502, 503, 504];

  worker.addEventListener("install", (/** @type {any} */ event) => event.waitUntil(keepFiles()));
  worker.addEventListener("activate", (/** @type {any} */ event) => event.waitUntil(begin()));
  worker.addEventListener("fetch", onFetch);
  worker.addEventListener("push", (/** @type {any} */ event) =>
    event.waitUntil(show(event.data?.json() ?? {})),
  );
  worker.addEventListener("notificationclick", onClick);
  worker.addEventListener("message", (/** @type {any} */ { data }) => {
    if (data?.type === "take over") worker.skipWaiting();
  });

  async function keepFiles() {
    const cache = await caches.open(CACHE);
    const fresh = [shell, offline, ...files].map(
      (path) => new Request(path, { cache: "reload", credentials: "omit" }),
    );
    await cache.addAll(fresh);
  }

  async function begin() {
    const names = await caches.keys();
    await Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name)));
    await worker.clients.claim();
  }

  /** @param {any} event */
  function onFetch(event) {
    const { request } = event;
    const { origin, pathname } = new URL(request.url);
    if (request.method !== "GET" || origin !== worker.location.origin) return;
    if (request.mode === "navigate") event.respondWith(page(request, pathname));
    else if (/^\/(?:static|i18n|styles)\//.test(pathname)) event.respondWith(file(request));
  }

  /**
   * The network first, so that nobody sees yesterday's page while the server answers.
   *
   * @param {Request} request
   * @param {string} path
   */
  async function page(request, path) {
    const answer = await fetch(request).catch(() => null);
    if (answer && !AWAY.includes(answer.status)) return answer;
    const isForUs = !/^\/(?:api|admin|media|metrics|health)\b/.test(path);
    const kept = isForUs ? await fromCache(CHAT.test(path) ? shell : offline) : undefined;
    return kept ?? answer ?? Response.error();
  }

  /** @param {Request} request */
  async function file(request) {
    try {
      return await fetch(request);
    } catch (error) {
      const kept = await fromCache(request);
      if (kept) return kept;
      throw error;
    }
  }

  /** @param {Request | string} request @returns {Promise<Response | undefined>} */
  async function fromCache(request) {
    return (await caches.open(CACHE)).match(request, { ignoreSearch: true });
  }

  /**
   * Nothing where somebody looks at a tab, which shows it: the one case in which browsers let a push be silent.
   *
   * @param {{id?: string, title?: string, text?: string, conversation_id?: string | null}} told
   */
  async function show({ id, title, text, conversation_id }) {
    const tabs = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
    if (tabs.some((/** @type {any} */ tab) => tab.visibilityState === "visible")) return;
    await worker.registration.showNotification(title || "Brook", {
      body: text ?? "",
      tag: conversation_id ?? id ?? "brook",
      icon,
      badge,
      data: { path: conversation_id ? `/c/${conversation_id}` : "/notifications", id },
    });
  }

  /** To the tab that is there, or a new one. @param {any} event */
  function onClick(event) {
    event.notification.close();
    event.waitUntil(go(event.notification.data?.path ?? "/"));
  }

  /** @param {string} path */
  async function go(path) {
    const tabs = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
    const tab = tabs.find((/** @type {any} */ { focused }) => focused) ?? tabs[0];
    if (!tab) return worker.clients.openWindow(path);
    tab.postMessage({ type: "go", path });
    return tab.focus().catch(() => {});
  }
})();
