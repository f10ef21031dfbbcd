// When the canvas is drawn: with the next frame, and only what changed since the last. Five hundred cards take several
// frames, so that no letter and no click waits for them.
import { plural } from "./elements.js";

const SLICE_MS = 25; // of a drawing; the browser takes as long again to lay it out

// `drawn()` is called after each drawing that is whole, `opened()` after the first.
export const createPaint = ({ root, board, view, drawn, opened }) => {
  let [shown, frame, dirty] = [false, 0, null];
  const count = () => {
    for (const slot of root.querySelectorAll("[data-phase-count]")) {
      const words = plural(board.all().filter((card) => card.phase === Number(slot.dataset.phaseCount)).length, "card");
      if (slot.textContent !== words) slot.textContent = words;
    }
  };
  const draw = (ms) => {
    frame = 0;
    if (!shown) return;
    const whole = view.draw(dirty, ms);
    dirty = new Set();
    if (!whole) { frame = requestAnimationFrame(slice); return; }
    count();
    drawn();
    if (root.hasAttribute("data-ready")) return;
    root.dataset.ready = "";
    opened();
  };
  const slice = () => draw(SLICE_MS);
  const paint = {
    get shown() { return shown; },
    // `keys`: the cards that changed; without them something that may change them all
    soon(keys) {
      if (!keys) dirty = null;
      else if (dirty) for (const key of keys) dirty.add(key);
      frame ||= requestAnimationFrame(slice);
    },
    now() {
      cancelAnimationFrame(frame);
      draw(Infinity);
    },
    // The cards that the server drew stay until the document is here: nobody sees an empty canvas meanwhile
    show() {
      if (shown) return;
      shown = true;
      paint.soon();
    },
  };
  return paint;
};
