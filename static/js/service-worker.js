// Lets the live capture page and canvases be opened while the server is down. It keeps pages that were visited, with
// what they load, for one person at a time, and forgets them when that person signs out. A guest's page lies in its tab
// alone: of that only the page is kept here that brings it back, and it says nothing of anybody (static/js/away.js).
const CACHE = "studio-capture-1";
const CAPTURE = /^\/s\/[^/]+\/interviews\/\d+\/capture\/$/;
const CANVAS = /^\/s\/[^/]+\/canvases\/\d+\/$/;
const ROOM = /^\/room\/\d+\/$/; // a guest's canvas
const AWAY = "/room/away/";
const DOCUMENTS = "studio-canvas:"; // databases of shared documents: static/js/canvas/connection.js
const isKept = (pathname) => CAPTURE.test(pathname) || CANVAS.test(pathname) || pathname === AWAY;
const HASHED = /\.[0-9a-f]{12}\.\w+$/;
const SLOW = 4000;

const forget = () => caches.delete(CACHE);

const forgetSnapshots = () => new Promise((resolve) => {
  const asked = indexedDB.open("studio-capture");
  asked.onerror = () => resolve();
  asked.onsuccess = () => {
    const database = asked.result;
    if (!database.objectStoreNames.contains("snapshots")) { database.close(); resolve(); return; }
    const transaction = database.transaction("snapshots", "readwrite");
    transaction.objectStore("snapshots").clear();
    transaction.oncomplete = transaction.onerror = () => { database.close(); resolve(); };
  };
});

const forgetDocuments = async () => {
  const names = ((await indexedDB.databases?.()) ?? []).map(({ name }) => name).filter((name) => name?.startsWith(DOCUMENTS));
  for (const name of names) indexedDB.deleteDatabase(name);
};

const forgetAll = () => Promise.all([forget(), forgetSnapshots(), forgetDocuments()]);

const keep = async (request, response) => {
  if (response.ok && !response.redirected && response.type === "basic") await (await caches.open(CACHE)).put(request, response.clone());
  return response;
};

// A page must know that it is a kept copy: that of an interview then trusts the browser's newer snapshot, and a canvas
// says nothing of a workshop's step and time. static/js/away.js marks a guest's alike.
const marked = async (response) => {
  const html = await response.text();
  return new Response(html.replace("<html ", "<html data-from-cache "), { headers: response.headers });
};

const page = async (request, isGuests) => {
  const found = await caches.match(isGuests ? AWAY : request, { ignoreSearch: true });
  const kept = found && (await marked(found));
  const fresh = fetch(request).then((response) => (isGuests ? response : keep(request, response)));
  if (!kept) return fresh;
  const late = new Promise((resolve) => setTimeout(() => resolve(kept), SLOW));
  return Promise.race([fresh.then((response) => (response.status >= 500 ? kept : response)).catch(() => kept), late]);
};

const asset = async (request, url) => {
  const kept = await caches.match(request);
  if (kept && HASHED.test(url.pathname)) return kept;
  try {
    return await keep(request, await fetch(request));
  } catch (error) {
    if (kept) return kept;
    throw error;
  }
};

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (request.method === "POST" && url.pathname.endsWith("/logout/")) event.waitUntil(forgetAll());
  if (request.method !== "GET") return;
  if (request.mode === "navigate" && isKept(url.pathname)) event.respondWith(page(request));
  else if (request.mode === "navigate" && ROOM.test(url.pathname)) event.respondWith(page(request, true));
  else if (url.pathname.startsWith("/static/")) event.respondWith(asset(request, url));
});

const belongTo = async (user) => {
  const owner = await (await caches.open(CACHE)).match("/whose-pages");
  if (owner && (await owner.text()) !== user) await forgetAll();
  await (await caches.open(CACHE)).put("/whose-pages", new Response(user));
};

// The page says who looks at it and what it loaded: the first visit happens before this worker controls anything.
self.addEventListener("message", (event) => {
  if (event.data?.type !== "keep") return;
  event.waitUntil((async () => {
    if (event.data.user) await belongTo(String(event.data.user)); // what a guest leaves here is nobody's
    const mine = await caches.open(CACHE);
    const known = new Set((await mine.keys()).map((request) => request.url));
    await Promise.allSettled(event.data.urls.filter((url) => !known.has(url) || isKept(new URL(url).pathname)).map(async (url) => {
      const response = await fetch(url, { credentials: "same-origin" });
      if (response.ok && !response.redirected) await mine.put(url, response);
    }));
    event.source?.postMessage({ type: "kept" });
  })());
});
