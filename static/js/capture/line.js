// The line that is being typed, until Enter makes an item of it.
import { emptyDraft, fieldsOf } from "./model.js";
import { $, given, line } from "./page.js";

const HIGHEST = 140; // px

const grow = () => {
  line.style.height = "auto";
  line.style.height = `${Math.min(line.scrollHeight + 2, HIGHEST)}px`;
};

export const createLine = ({ state, changes, walk, say, redraw, drawBar }) => {
  const clear = () => {
    line.value = "";
    grow();
    state.draft = emptyDraft();
  };
  const toEnd = () => {
    const list = $("[data-list]").parentElement;
    list.scrollTop = list.scrollHeight;
  };
  const capture = () => {
    const words = line.value.trim();
    if (!words || given.readonly) return;
    const fields = fieldsOf(state.draft, words, given, state.phaseNow);
    state.newest = changes.create(fields);
    state.selected = "";
    clear();
    redraw();
    toEnd();
    say.aloud(`Captured${fields.kind ? ` as ${given.kinds.get(fields.kind).name}` : ", not classified"}.`);
  };

  // An item happened when one began to write it down
  const noteTime = () => {
    const { draft } = state;
    if (!line.value.trim()) draft.at_ms = undefined;
    else if (draft.at_ms === undefined) draft.at_ms = state.elapsed() ? Math.round(state.elapsed()) : null;
  };
  const toNewest = (event) => {
    const last = state.ordered().at(-1);
    if (!last) return;
    event.preventDefault();
    walk.focusItem(state.has(state.newest) ? state.newest : last.id);
  };

  if (line.value) { noteTime(); grow(); } // typed before this script was there
  line.addEventListener("input", () => { noteTime(); grow(); drawBar(); });
  line.addEventListener("focus", () => { if (state.selected && !line.value) walk.select(""); else drawBar(); });
  line.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      capture();
    } else if (event.key === "ArrowUp" && !event.altKey && !line.value) toNewest(event);
    else if (event.key === "Escape") event.preventDefault();
  });
  $("[data-bar]").addEventListener("submit", (event) => { event.preventDefault(); capture(); line.focus(); });
};
