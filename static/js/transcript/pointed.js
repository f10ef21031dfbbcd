// Where the address points: #element-1, #quote-1, #q1 or #t1; words that are no element are told by the server.
import { markHere } from "./find.js";
import { saidAt, unitsOf } from "./offsets.js";
import { turns } from "./page.js";

const showSpan = (start, end) => {
  const said = saidAt(start);
  if (!said) return;
  said.closest("[data-turn]").focus({ preventScroll: true });
  said.scrollIntoView({ block: "center" });
  markHere([said, unitsOf(said, start), unitsOf(said, end)]);
};

export const createPointed = ({ panel }) => {
  const show = () => {
    const [, what, id] = location.hash.match(/^#(element-|quote-|q)(\d+)$/) ?? [];
    const mark = what && (what === "element-" ? document.getElementById(`element-${id}`) : turns.querySelector(`[data-quote="${id}"]`));
    if (mark) panel.show(mark.dataset.element);
    else if (/^#t\d+$/.test(location.hash)) document.querySelector(location.hash)?.focus({ preventScroll: true });
    else if (turns.dataset.pointed) showSpan(...turns.dataset.pointed.split("-").map(Number));
  };
  show();
  addEventListener("hashchange", show);
};
