// A guest's browser keeps a canvas only while its tab is open: nothing of a study lies on a phone that others use, too.
import * as Y from "yjs";
import { fromBase64, toBase64 } from "lib0/buffer";

const PAUSE_MS = 300;

// As much of y-indexeddb's store as a sheet needs. `unsaved()`: whether anything waits to be saved.
export const tabStore = (name, doc, unsaved) => {
  const place = (part) => `${name}:${part}`;
  let [timer, ended] = [0, false];
  const put = async (part, text) => { if (!ended) sessionStorage.setItem(place(part), text); };
  const write = () => {
    clearTimeout(timer);
    timer = 0;
    put("document", toBase64(Y.encodeStateAsUpdate(doc))).catch(() => { /* full or private: lasts for this page */ });
  };
  try {
    const kept = sessionStorage.getItem(place("document"));
    if (kept) Y.applyUpdate(doc, fromBase64(kept));
  } catch { /* nothing that could be read */ }
  // What others wrote can be had again: it is enough to keep it when the page is left
  const later = () => { if (unsaved()) timer ||= setTimeout(write, PAUSE_MS); };
  doc.on("update", later);
  globalThis.addEventListener?.("pagehide", write);
  globalThis.addEventListener?.("visibilitychange", write); // a phone may drop the tab after that without a word
  // The tab that closes takes along what is not sent
  globalThis.addEventListener?.("beforeunload", (event) => { if (unsaved()) event.preventDefault(); });
  return {
    whenSynced: Promise.resolve(),
    _db: Promise.resolve(),
    settled: write,
    get: async (part) => sessionStorage.getItem(place(part)),
    set: put,
    async clearData() {
      doc.off("update", later);
      clearTimeout(timer);
      ended = true;
      for (const part of ["document", "facts"]) sessionStorage.removeItem(place(part));
    },
  };
};
