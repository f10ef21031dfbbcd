// A guest's browser keeps nothing of a canvas but what is not saved yet, and that only while the tab is open.
import * as Y from "yjs";
import { fromBase64, toBase64 } from "lib0/buffer";

const PAUSE_MS = 300;

// As much of y-indexeddb's store as a sheet needs. `unsaved()`: whether anything waits to be saved.
export const tabStore = (name, doc, unsaved) => {
  const key = `${name}:unsaved`;
  let [timer, ended] = [0, false];
  const write = () => {
    clearTimeout(timer);
    if (ended) return;
    timer = 0;
    try {
      if (unsaved()) sessionStorage.setItem(key, toBase64(Y.encodeStateAsUpdate(doc)));
      else sessionStorage.removeItem(key);
    } catch { /* full or private: lasts for this page */ }
  };
  try {
    const kept = sessionStorage.getItem(key);
    if (kept) Y.applyUpdate(doc, fromBase64(kept));
  } catch { /* nothing that could be read */ }
  const later = () => { timer ||= setTimeout(write, PAUSE_MS); };
  doc.on("update", later);
  globalThis.addEventListener?.("pagehide", write);
  // The tab that closes takes it along, and without the network a page that reloads shows nothing until it is back
  globalThis.addEventListener?.("beforeunload", (event) => { if (unsaved()) event.preventDefault(); });
  return {
    whenSynced: Promise.resolve(),
    _db: Promise.resolve(),
    settled: write,
    get: async () => null,
    set: async () => {},
    async clearData() { doc.off("update", later); write(); ended = true; },
  };
};
