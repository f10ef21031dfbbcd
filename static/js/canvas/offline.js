// The page opens without the network: the service worker keeps it, with what it loaded, for the person who looks at it.
export const keepForOffline = ({ urls, user }) => {
  if (!urls.worker || !("serviceWorker" in navigator)) return;
  const root = document.querySelector("[data-canvas]");
  navigator.serviceWorker.addEventListener("message", (event) => { if (event.data?.type === "kept") root.dataset.offline = "ready"; });
  navigator.serviceWorker.register(urls.worker, { scope: "/" }).then(() => navigator.serviceWorker.ready).then((registration) => {
    const loaded = performance.getEntriesByType("resource").map((each) => each.name).filter((url) => url.startsWith(`${location.origin}/static/`));
    registration.active.postMessage({ type: "keep", user, urls: [location.origin + location.pathname, ...new Set(loaded)] });
  }).catch(() => { /* without it the page still works while it stays open */ });
};
