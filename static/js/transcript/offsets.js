// The server counts code points of the whole transcript, the DOM counts UTF-16 units of one node: here, and nowhere
// else, one becomes the other.
import { saidOf, turns } from "./page.js";
import { pointsBefore, unitsBefore } from "./points.js";

export const unitsIn = (said, node, offset) => {
  const range = document.createRange();
  range.setStart(said, 0);
  range.setEnd(node, offset);
  return range.toString().length;
};

export const placeOf = (said, units) => {
  const walker = document.createTreeWalker(said, NodeFilter.SHOW_TEXT);
  let left = units;
  let last = null;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (left <= node.length) return [node, left];
    left -= node.length;
    last = node;
  }
  return last ? [last, last.length] : [said, 0];
};

// The selection as code points of the whole transcript, or null where no words of it are selected.
export const pickedSpan = () => {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  if (!range.intersectsNode(turns)) return null;
  let first = saidOf(range.startContainer);
  let last = saidOf(range.endContainer);
  const touched = first && last ? [] : [...turns.querySelectorAll(".said")].filter((said) => range.intersectsNode(said));
  const startUnits = first ? unitsIn(first, range.startContainer, range.startOffset) : 0;
  first ??= touched[0];
  const endUnits = last ? unitsIn(last, range.endContainer, range.endOffset) : null;
  last ??= touched[touched.length - 1];
  if (!first || !last) return null;
  const end = endUnits ?? last.textContent.length;
  const start = Number(first.dataset.start) + pointsBefore(first.textContent, startUnits, false);
  const stop = Number(last.dataset.start) + pointsBefore(last.textContent, end, true);
  const words = selection.toString().trim();
  return stop > start && words ? { start, end: stop, words, said: first, single: first === last } : null;
};

export const rangeOf = ([said, from, to]) => {
  const range = document.createRange();
  range.setStart(...placeOf(said, from));
  range.setEnd(...placeOf(said, to));
  return range;
};

export const saidAt = (point) => { // the turns stand in the order of the text
  const all = turns.children;
  let low = 0;
  let high = all.length - 1;
  const said = (place) => all[place].querySelector(".said");
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (Number(said(middle).dataset.start) <= point) low = middle;
    else high = middle - 1;
  }
  return all.length ? said(low) : null;
};

export const unitsOf = (said, point) => unitsBefore(said.textContent, point - Number(said.dataset.start));
