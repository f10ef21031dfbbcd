// Selecting words by keys: word by word, sentence by sentence, from either end.
import { placeOf, unitsIn } from "./offsets.js";
import { say, turns } from "./page.js";
import { pieces } from "./points.js";

const segmenters = Object.fromEntries(["word", "sentence"].map((unit) => [unit, new Intl.Segmenter(turns.dataset.lang || undefined, { granularity: unit })]));

const piecesOf = (said, unit) => pieces(said.textContent, unit, segmenters[unit]);

const ends = (said) => {
  const selection = getSelection();
  return [unitsIn(said, selection.anchorNode, selection.anchorOffset), unitsIn(said, selection.focusNode, selection.focusOffset)];
};

export const select = (said, anchor, head) => {
  getSelection().setBaseAndExtent(...placeOf(said, anchor), ...placeOf(said, head));
  const caret = document.createRange();
  caret.setStart(...placeOf(said, head));
  const box = caret.getBoundingClientRect();
  if (box.top && (box.top < 120 || box.bottom > innerHeight - 120)) said.closest("[data-turn]").scrollIntoView({ block: "center" });
};

export const move = (said, unit, step) => {
  const [anchor, head] = ends(said);
  const from = Math.min(anchor, head);
  const to = Math.max(anchor, head);
  const all = piecesOf(said, unit);
  const whole = all.find((piece) => piece[0] <= from && piece[1] >= to);
  const grow = unit === "sentence" && whole && (whole[0] !== from || whole[1] !== to);
  const next = grow ? whole : step > 0 ? all.find((piece) => piece[0] >= to) : all.findLast((piece) => piece[1] <= from);
  if (next) select(said, ...next);
  else if (all.length) select(said, ...all.at(step > 0 ? -1 : 0));
};

export const extend = (said, unit, step) => {
  const [anchor, head] = ends(said);
  const all = piecesOf(said, unit);
  const edges = all.flat().filter((edge) => (step > 0 ? edge > head : edge < head));
  const inside = (edge) => (edge > anchor ? all.some((piece) => piece[1] === edge) : all.some((piece) => piece[0] === edge));
  const wanted = step > 0 ? edges.find(inside) : edges.findLast(inside);
  if (wanted !== undefined && wanted !== anchor) select(said, anchor, wanted);
};

export const enter = (turn, unit) => {
  const said = turn?.querySelector(".said");
  const first = said && piecesOf(said, unit)[0];
  if (!first) return;
  turn.focus();
  select(said, ...first);
};

export const swapEnds = (said) => {
  const [anchor, head] = ends(said);
  select(said, head, anchor);
  say("The other end moves now.");
};

export const leave = () => getSelection().removeAllRanges();
