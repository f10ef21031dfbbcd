// The words that are selected now: kept in the state, counted in the bar, said aloud.
import { pickedSpan } from "./offsets.js";
import { bar, say, turnOf } from "./page.js";

const SAID_AFTER = 250; // ms without another change
const LONGEST = 160;

export const createPicking = ({ state }) => {
  let timer = 0;
  const labelSnaps = () => {
    for (const label of document.querySelectorAll("[data-snap-label]")) {
      label.textContent = state.picked && turnOf(state.picked.said)?.contains(label) ? "Yes, the selected words" : "Yes, this turn";
    }
  };
  const countWords = () => {
    const count = state.picked.words.split(/\s+/).length;
    bar.querySelector("[data-picked]").textContent = `${count} ${count === 1 ? "word" : "words"}`;
  };
  const sayWords = () => say(`Selected: ${state.picked?.words.slice(0, LONGEST) ?? ""}${state.suggestions?.spoken() ?? ""}`);

  const changed = () => {
    state.picked = pickedSpan();
    if (bar) bar.hidden = !state.picked;
    state.suggestions?.show(state.picked);
    labelSnaps();
    clearTimeout(timer);
    if (!state.picked || !bar) return;
    countWords();
    timer = setTimeout(sayWords, SAID_AFTER);
  };
  document.addEventListener("selectionchange", changed);
  changed(); // words may be selected before this script is there
};
