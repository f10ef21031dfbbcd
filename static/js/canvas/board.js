// All cards that this page shows: those of the canvas, and one's own draft while people write silently.
import { inField, moveCard, placeAfter, putCard, readCard, cardsOf, removeCard, setKind, setLink, setText, watchCards } from "./model.js";

// `changed(keys, remote)` is called after each change of a document.
export const createBoard = (changed) => {
  const cards = new Map();
  const sheets = [];
  // The newest: a card that comes to light is its writer's draft until that has handed it over
  const homeOf = (key) => sheets.findLast(({ doc }) => cardsOf(doc).has(key));
  const read = (keys) => {
    for (const key of keys) {
      const home = homeOf(key);
      const card = home && readCard(home.doc, key);
      if (card) cards.set(key, { ...card, draft: home !== sheets[0] });
      else cards.delete(key);
    }
  };
  const board = {
    sheets,
    get: (key) => cards.get(key),
    all: () => [...cards.values()],
    field: (phase, lane) => inField(cards.values(), phase, lane),
    undoable: (key) => homeOf(key)?.undo,
    attach(sheet) {
      sheets.push(sheet);
      sheet.unwatch = watchCards(sheet.doc, (keys, remote) => { read(keys); changed(keys, remote); });
      const keys = new Set(cardsOf(sheet.doc).keys());
      read(keys);
      changed(keys, true);
    },
    detach(sheet) {
      sheet.unwatch();
      sheets.splice(sheets.indexOf(sheet), 1);
      const keys = new Set(cardsOf(sheet.doc).keys());
      read(keys);
      changed(keys, true);
    },
    // Why no card may be added now; empty while one may. The server would close the page of whoever adds one more.
    whyFull({ shared, draft }) {
      const { most, why } = sheets.length > 1 ? draft : shared;
      return cardsOf(sheets.at(-1).doc).size < most ? "" : why;
    },
    // The newest sheet takes new cards: the draft, as long as there is one.
    add(card, sheet = sheets.at(-1)) {
      const position = card.position ?? placeAfter(cards.values(), card);
      putCard(sheet.doc, { kind: "idea", text: "", links: [], ...card, position });
    },
    move: (key, place) => moveCard(homeOf(key).doc, key, { ...place, position: placeAfter(cards.values(), { ...place, key }) }),
    setText: (key, text) => setText(homeOf(key).doc, key, text),
    setKind: (key, kind) => setKind(homeOf(key).doc, key, kind),
    setLink: (key, link, on) => setLink(homeOf(key).doc, key, link, on),
    remove: (key) => removeCard(homeOf(key).doc, key),
  };
  return board;
};
