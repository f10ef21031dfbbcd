// The wheel, and its twin as a list by phase: the same items, drawn twice.
import { describe, drawWheel, prepare, twinOf } from "../wheel.js";
import { $, given, live, make } from "./page.js";

export const createCentre = ({ state, rows }) => {
  const [wheel, twin, words] = [$("[data-wheel]"), $("[data-twin]"), $("[data-words]")];
  const data = () => ({ elements: [...state.items.values()], vocabulary: given.vocabulary, phases: given.phases, header: state.header, prompts: given.prompts, asked: [...state.asked] });
  let drawn = "";

  const drawTheWheel = () => {
    const now = data();
    const signature = JSON.stringify([now.elements, now.header, now.asked, state.selected]);
    if (signature === drawn) return;
    drawn = signature;
    const focused = wheel.contains(document.activeElement) ? document.activeElement.dataset.item : "";
    wheel.replaceChildren(drawWheel(now, { document, interactive: true, selected: state.selected, label: `Wheel with ${state.alive().length} items. The same items are in the list; T shows them by phase.` }));
    if (focused) wheel.querySelector(`[data-item="${focused}"]`)?.focus();
  };

  const newPart = (name, phase) => {
    const part = make("details", { "data-group": name, open: "", "data-phase": phase || false }, make("summary"), make("ol"), make("p", { class: "hint" }));
    twin.append(part);
    return part;
  };
  const drawGroup = ({ phase, title, items }) => {
    const part = twin.querySelector(`[data-group="${phase}"]`) ?? newPart(String(phase), phase);
    part.querySelector("summary").textContent = `${title} (${items.length})`;
    part.hidden = !items.length && !(phase > 0);
    part.querySelector("p").textContent = items.length ? "" : "Nothing yet.";
    rows.draw(part.querySelector("ol"), items);
  };

  const showWords = (id) => {
    const item = state.items.get(id);
    words.textContent = item ? describe(item, prepare(data())) : "";
  };
  wheel.addEventListener("pointerover", (event) => {
    const chip = event.target.closest("[data-item]");
    if (chip) showWords(chip.dataset.item);
  });

  return {
    showWords,
    focusMark: (id) => wheel.querySelector(`[data-items~="${id}"]`)?.focus(),
    draw() {
      if (live.dataset.view === "wheel" || live.dataset.pane === "wheel") drawTheWheel();
      twinOf(data()).forEach(drawGroup);
    },
  };
};
