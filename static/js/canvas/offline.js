// The page opens without the network: the service worker keeps it, with what it loaded, for the person who looks at it.
// A guest's lies in its tab alone, and the worker keeps what brings it back from there (static/js/away.js).
const PAGE = `studio-page:${location.pathname}`;

const keepInTab = async () => {
  const response = await fetch(location.pathname);
  if (response.ok && !response.redirected) sessionStorage.setItem(PAGE, await response.text());
};

export const forgetPage = () => {
  try { sessionStorage.removeItem(PAGE); } catch { /* this browser keeps nothing */ }
};

export const keepForOffline = async ({ urls, user, away }) => {
  if (!("serviceWorker" in navigator)) return;
  const root = document.querySelector("[data-canvas]");
  navigator.serviceWorker.addEventListener("message", (event) => { if (event.data?.type === "kept") root.dataset.offline = "ready"; });
  try {
    if (away) await keepInTab();
    await navigator.serviceWorker.register(urls.worker, { scope: "/" });
    const { active } = await navigator.serviceWorker.ready;
    const loaded = performance.getEntriesByType("resource").map((each) => each.name).filter((url) => url.startsWith(`${location.origin}/static/`));
    const pages = (away ?? [location.pathname]).map((path) => location.origin + path);
    active.postMessage({ type: "keep", user, urls: [...pages, ...new Set(loaded)] });
  } catch { /* without it the page still works while it stays open */ }
};
