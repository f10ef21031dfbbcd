// The page opens without the network: the service worker keeps it, with what it loaded, for the person who looks at it.
import { given, live } from "./page.js";

const STATIC = `${location.origin}/static/`;
const loaded = () => new Set(performance.getEntriesByType("resource").map((each) => each.name).filter((url) => url.startsWith(STATIC)));

export const keepForOffline = async () => {
  if (!("serviceWorker" in navigator)) return;
  navigator.serviceWorker.addEventListener("message", (event) => { if (event.data?.type === "kept") live.dataset.offline = "ready"; });
  try {
    await navigator.serviceWorker.register(live.dataset.worker, { scope: "/" });
    const { active } = await navigator.serviceWorker.ready;
    active.postMessage({ type: "keep", user: given.user, urls: [location.href.split("#")[0], ...loaded()] });
  } catch { /* without it the page still works while it stays open */ }
};
