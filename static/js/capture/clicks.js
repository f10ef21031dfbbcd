// A click on an item selects it, and the focus that comes to it does too.
import { live } from "./page.js";
import { idsOf } from "./walk.js";

export const createClicks = ({ state, walk, centre, drawBar }) => {
  const chosen = (event) => event.target.closest("[data-item]");

  live.addEventListener("click", (event) => {
    const chip = chosen(event);
    if (!chip) return;
    const ids = idsOf(chip);
    walk.select(ids[(ids.indexOf(state.selected) + 1) % ids.length]);
    if (chip.closest("svg")) centre.focusMark(state.selected);
  });
  live.addEventListener("focusin", (event) => {
    const chip = chosen(event);
    if (chip) {
      const ids = idsOf(chip);
      if (!ids.includes(state.selected) && !chip.closest("svg")) walk.select(chip.dataset.item);
      centre.showWords(ids.includes(state.selected) ? state.selected : ids[0]);
    }
    drawBar();
  });
};
