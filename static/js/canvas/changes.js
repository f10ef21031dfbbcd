// What this person does to cards: made, moved, turned into another kind, deleted, with words for whoever cannot see it.
import { shorten, toast } from "./elements.js";
import { cardsOf, inField } from "./model.js";
import { warn } from "./requests.js";

// `write(key)` begins writing in a card; `place(card)` names its field; `hidden()`: nobody else sees new cards.
export const createChanges = ({ board, view, may, steps, walk, filter, paint, say, kinds, place, whyFull, write, hidden }) => {
  let fresh = null; // the card that was just made, and the step that made it

  const allowed = (card, what) => {
    if (may.change(card)) return what();
    say(may.whyNot(card));
    warn(may.whyNot(card));
    return undefined;
  };
  const openLane = (lane, what) => (may.add(lane) ? what() : allowed({ lane, key: "" }, () => {}));
  const unlessFull = (what) => {
    const why = whyFull();
    if (!why) return what();
    say(why);
    warn(why);
    return undefined;
  };
  const last = (phase, lane) => inField(board.all(), phase, lane).at(-1)?.key ?? null;

  const make = (phase, lane, after) => {
    const key = crypto.randomUUID();
    filter.clear();
    steps.apart();
    board.add({ key, phase, lane, after });
    fresh = { key, step: board.undoable(key).manager.undoStack.at(-1) };
    walk.showPhase(phase);
    paint.now();
    write(key);
    view.element(key).scrollIntoView({ block: "nearest", inline: "nearest" });
    say(`New card in ${place({ phase, lane })}${hidden() ? "; only you see it" : ""}. Escape ends writing.`);
  };
  // A new card without a word leaves no steps behind that undo would go through
  const discard = (key) => {
    const manager = board.undoable(key).manager;
    if (fresh?.key === key && manager.undoStack.at(-1) === fresh.step) {
      manager.undo();
      manager.clear(false, true);
    } else board.remove(key);
  };
  const put = (key, phase, lane, after) => {
    board.move(key, { phase, lane, after });
    paint.now();
    const among = board.field(phase, lane);
    say(`Moved to ${place({ phase, lane })}, place ${among.findIndex((card) => card.key === key) + 1} of ${among.length}.`);
    walk.focus(view.element(key));
  };
  const bringBack = (card, sheet) => {
    if (!board.get(card.key)) board.add(card, board.sheets.includes(sheet) ? sheet : undefined);
    paint.now();
    walk.focus(view.element(card.key));
    say("Card brought back.");
  };
  const remove = (card) => {
    const element = view.element(card.key);
    const next = element.nextElementSibling ?? element.previousElementSibling ?? element.closest("[data-field]").querySelector(".cv-new");
    const sheet = board.sheets.find(({ doc }) => cardsOf(doc).has(card.key));
    board.remove(card.key);
    paint.now();
    toast({ text: `Card deleted${card.text ? `: “${shorten(card.text, 40)}”` : ""}.`, undo: () => bringBack(card, sheet) });
    say("Card deleted. Undo is in the notice.");
    walk.focus(next);
  };

  return {
    allowed,
    // At the end of a field, or behind the card `after`; null: at its top
    create(field, after) {
      const [phase, lane] = [Number(field.dataset.inPhase), field.dataset.lane];
      openLane(lane, () => unlessFull(() => make(phase, lane, after === undefined ? last(phase, lane) : after)));
    },
    move: (key, phase, lane, after) => allowed(board.get(key), () => openLane(lane, () => put(key, phase, lane, after))),
    remove: (card) => allowed(card, () => remove(card)),
    setKind: (card, kind) => allowed(card, () => {
      board.setKind(card.key, kind);
      paint.now();
      say(`Now: ${kinds[kind][1]}.`);
    }),
    // Words that were not saved, as a card of its own; false where it may not be
    putBack({ phase, lane, kind, text }) {
      if (!may.add(lane) || whyFull()) return false;
      steps.apart();
      board.add({ key: crypto.randomUUID(), phase, lane, kind, text, after: last(phase, lane) });
      return true;
    },
    // Writing in a card is over
    written(key, { card, gone, text }) {
      steps.apart();
      if (gone) {
        say("Somebody deleted this card while you wrote.");
        if (text.trim()) toast({ text: "Somebody deleted the card while you wrote in it.", label: "Bring it back", undo: () => { board.add({ ...card, text }, undefined); paint.now(); } });
      } else if (!text.trim() && board.get(key)) discard(key);
      fresh = null;
      paint.soon(new Set([key]));
    },
  };
};
