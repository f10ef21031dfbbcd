// Items as rows of a list. They are kept by id, so that focus and a screen reader's place survive every redraw.
import { spoken } from "../wheel.js";
import { given, make } from "./page.js";
import { clock } from "./times.js";

const { kinds, user } = given;
const isQuoted = (item) => Boolean(item.quote || item.verbatim);

const markOf = (item) => {
  const kind = kinds.get(item.kind);
  return make("span", { class: "item-mark", "data-el": item.kind || false, "aria-hidden": "true" }, kind ? `${kind.letter}${kind.glyph}` : "?");
};

const buttonOf = (item, facts) => {
  const kind = kinds.get(item.kind);
  return make("button", { type: "button", class: "item", "data-item": item.id, "data-el": item.kind || false },
    make("span", { class: "time" }, clock(item.at_ms)),
    markOf(item),
    make("span", { class: isQuoted(item) ? "item-words is-quote" : "item-words" }, spoken(item)),
    make("span", { class: "item-facts" }, make("span", { class: "visually-hidden" }, `${kind ? kind.name : "Not classified"}. `), facts));
};

export const createRows = ({ state }) => {
  const factsOf = (item) => [
    item.point || (item.phase && `phase ${item.phase}`),
    item.intensity !== null && `intensity ${item.intensity}`,
    item.grade && (item.grade === "D" ? "D: does not count in scores" : `evidence ${item.grade}`),
    item.by_id !== user && item.by,
    state.clashes[item.id] && "two versions: choose",
    state.problems[item.id] && "not saved",
  ].filter(Boolean).join(" · ");

  const dress = (row, item) => {
    const facts = factsOf(item);
    const signature = JSON.stringify([item.kind, item.at_ms, spoken(item), isQuoted(item), facts]);
    if (row.dataset.signature === signature) return;
    const focused = row.contains(document.activeElement);
    row.dataset.signature = signature;
    row.replaceChildren(buttonOf(item, facts));
    if (focused) row.firstChild.focus({ preventScroll: true });
  };

  return {
    draw(list, wanted) {
      const there = new Map([...list.children].map((row) => [row.dataset.row, row]));
      const stop = state.selected || wanted.at(-1)?.id; // the one row that Tab reaches
      let before = list.firstElementChild;
      for (const item of wanted) {
        const row = there.get(item.id) ?? make("li", { "data-row": item.id });
        dress(row, item);
        row.firstChild.setAttribute("aria-pressed", String(item.id === state.selected));
        row.firstChild.tabIndex = item.id === stop ? 0 : -1;
        if (row === before) before = before.nextElementSibling;
        else list.insertBefore(row, before);
        there.delete(item.id);
      }
      for (const row of there.values()) row.remove();
    },
  };
};
