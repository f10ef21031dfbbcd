// One's own steps outlive a reload of the page in the same tab.
import { dump, load } from "./undo.js";

const PAUSE_MS = 300;

export const keepUndo = (sheet, changed) => {
  const name = `${sheet.name}:undo`;
  let timer = 0;
  const write = () => {
    clearTimeout(timer);
    timer = 0;
    try { sessionStorage.setItem(name, JSON.stringify(dump(sheet.undo))); } catch { /* full or private: undo lasts for this page */ }
  };
  for (const event of ["stack-item-added", "stack-item-updated", "stack-item-popped", "stack-cleared"]) {
    sheet.undo.manager.on(event, () => { timer ||= setTimeout(write, PAUSE_MS); changed(); });
  }
  addEventListener("pagehide", write);
  return {
    restore() {
      let kept = null;
      try { kept = JSON.parse(sessionStorage.getItem(name)); } catch { /* nothing that could be read */ }
      if (kept) load(sheet.undo, kept);
      changed();
    },
  };
};

// Two documents may hold steps of mine: the newest one comes first.
export const newest = (sheets, stack) => sheets
  .map(({ undo }) => undo)
  .filter(({ manager }) => manager[stack].length)
  .sort((a, b) => (b.manager[stack].at(-1).meta.get("at") ?? 0) - (a.manager[stack].at(-1).meta.get("at") ?? 0))[0]?.manager;
