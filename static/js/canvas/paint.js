// When the canvas is drawn: with the next frame, and only what changed since the last.
import { plural } from "./elements.js";

// `drawn()` is called after each drawing, `opened()` after the first.
export const createPaint = ({ root, board, view, drawn, opened }) => {
  let [shown, frame, dirty] = [false, 0, null];
  const count = () => {
    for (const slot of root.querySelectorAll("[data-phase-count]")) {
      const words = plural(board.all().filter((card) => card.phase === Number(slot.dataset.phaseCount)).length, "card");
      if (slot.textContent !== words) slot.textContent = words;
    }
  };
  const draw = () => {
    frame = 0;
    if (!shown) return;
    view.draw(dirty);
    dirty = new Set();
    count();
    drawn();
  };
  const paint = {
    get shown() { return shown; },
    // `keys`: the cards that changed; without them something that may change them all
    soon(keys) {
      if (!keys) dirty = null;
      else if (dirty) for (const key of keys) dirty.add(key);
      frame ||= requestAnimationFrame(draw);
    },
    now() {
      cancelAnimationFrame(frame);
      draw();
    },
    // The cards that the server drew stay until the document is here: nobody sees an empty canvas meanwhile
    show() {
      if (shown) return;
      shown = true;
      paint.now();
      root.dataset.ready = "";
      opened();
    },
  };
  return paint;
};
