// Keys of the canvas. A card has the focus: plain keys act on it; Alt and an arrow move it.
import { KINDS, LANES } from "./model.js";

export const createKeys = ({ root, fields, board, data, may, walk, editor, acts, create, move, setKind, back, say }) => {
  const single = () => document.documentElement.dataset.singleKeys !== "off";
  const letters = { m: "move", l: "link", o: "quotes", a: "agree", c: "comments", t: "action" };
  // As the menu of a card offers it
  const decides = (card) => may.edit && may.read && !card.draft;
  const offered = { m: () => true, l: () => may.read, o: () => may.read, a: decides, c: (card) => !card.draft, t: decides };
  let hovered = null;
  root.addEventListener("pointerover", (event) => { hovered = event.target.closest("[data-field]"); });

  const nudge = (card, arrow) => {
    const among = board.field(card.phase, card.lane);
    const index = among.findIndex(({ key }) => key === card.key);
    const forward = arrow === "ArrowDown" || arrow === "ArrowRight";
    if (arrow === "ArrowLeft" || arrow === "ArrowRight") {
      const phase = card.phase + (forward ? 1 : -1);
      if (phase < 1 || phase > 4) return say(`${data.phases[card.phase]} is the ${forward ? "last" : "first"} phase.`);
      const there = board.field(phase, card.lane);
      return move(card.key, phase, card.lane, there[Math.min(index, there.length) - 1]?.key ?? null);
    }
    if (forward && index < among.length - 1) return move(card.key, card.phase, card.lane, among[index + 1].key);
    if (!forward && index > 0) return move(card.key, card.phase, card.lane, among[index - 2]?.key ?? null);
    const lane = LANES[LANES.indexOf(card.lane) + (forward ? 1 : -1)];
    if (!lane) return say("There is no row beyond this one.");
    return move(card.key, card.phase, lane, forward ? null : board.field(card.phase, lane).at(-1)?.key ?? null);
  };

  // Returns false for a key that means nothing here
  const onCard = (event, card) => {
    if (event.key.startsWith("Arrow") && event.altKey) return nudge(card, event.key);
    if (event.altKey || event.ctrlKey || event.metaKey) return false;
    if (event.key.startsWith("Arrow")) return walk.walk(event.target, event.key);
    if (event.key === "Enter" || event.key === "F2") return acts.edit(card);
    if (event.key === "Delete" || event.key === "Backspace") return acts.delete(card);
    if (!single()) return false;
    if (/^[1-5]$/.test(event.key)) return setKind(card, KINDS[event.key - 1]);
    return offered[event.key]?.(card) ? acts[letters[event.key]](card) : false;
  };

  root.addEventListener("keydown", (event) => {
    if (event.defaultPrevented) return;
    const target = event.target;
    if (target.matches(".cv-edit")) {
      if (event.key !== "Escape" && !(event.key === "Enter" && !event.shiftKey)) return;
      event.preventDefault();
      const key = target.closest("[data-key]").dataset.key;
      const field = target.closest("[data-field]");
      editor.end();
      walk.focus(root.querySelector(`#card-${key}`) ?? field.querySelector(".cv-new"));
    } else if (target.matches(".cv-card")) {
      const card = board.get(target.dataset.key);
      if (card && onCard(event, card) !== false) event.preventDefault();
    } else if (target.matches(".cv-new") && event.key.startsWith("Arrow") && !event.altKey) {
      event.preventDefault();
      walk.walk(target, event.key);
    } else if (event.key === "Escape" && target.closest(".cv-card") && !target.closest("details[open]")) {
      event.preventDefault();
      walk.focus(target.closest(".cv-card"));
    }
  });

  const elsewhere = (target) => target.closest?.("input, textarea:not(.cv-edit), select, [contenteditable], dialog[open]");
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.altKey || elsewhere(event.target)) return;
    const letter = event.key.toLowerCase();
    if (event.ctrlKey || event.metaKey) {
      const step = letter === "z" ? (event.shiftKey ? "redoStack" : "undoStack") : letter === "y" && event.ctrlKey ? "redoStack" : "";
      if (!step) return;
      event.preventDefault();
      back(step);
    } else if (letter === "n" && !event.shiftKey && single() && !event.target.closest(".cv-edit") && may.edit) {
      event.preventDefault();
      create(document.activeElement.closest("[data-field]") ?? (hovered?.isConnected && walk.shown(hovered) ? hovered : fields.find(walk.shown)));
    }
  });
};
