// Which item is selected, and where the focus stands.
import { line, live } from "./page.js";

const PLACES = "[data-list], [data-twin], [data-wheel]";
export const idsOf = (chip) => (chip.dataset.items ?? chip.dataset.item).split(" "); // one mark of the wheel may stand for several

const show = (place) => {
  place?.focus();
  place?.scrollIntoView({ block: "nearest" });
};

export const createWalk = ({ state, redraw }) => {
  const select = (id, draw = true) => {
    state.selected = id;
    if (draw) redraw();
  };
  const focusItem = (id) => {
    select(id);
    const places = [...live.querySelectorAll(`.item[data-item="${id}"]`)].filter((button) => button.getClientRects().length);
    show(places.find((button) => button.closest("[data-list]")) ?? places[0]);
  };
  const toLine = () => {
    select("");
    line.focus();
  };

  return {
    select,
    focusItem,
    toLine,
    // What is gone leaves the focus to the line: the keys act on what the focus shows
    follow: (id) => (state.has(id) ? focusItem(id) : toLine()),
    step(chip, by) {
      const all = [...chip.closest(PLACES).querySelectorAll("[data-item]")].filter((each) => each.getClientRects().length);
      const next = all[all.indexOf(chip) + by];
      if (!next) return false;
      const id = next.dataset.item;
      select(id);
      const drawn = chip.isConnected ? chip : next;
      show((drawn.closest(PLACES) ?? live).querySelector(`[data-item="${id}"]`) ?? next);
      return true;
    },
  };
};
