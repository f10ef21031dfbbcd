// All cards that this page shows: those of the canvas, and one's own draft while people write silently.
import { inField, moveCard, placeAfter, putCard, readCard, cardsOf, removeCard, setKind, setLink, setText, watchCards } from "./model.js";

// `changed(keys, remote)` is called after each change of a document.
export const createBoard = (changed) => {
  const cards = new Map();
  const sheets = [];
  const homesOf = (key) => sheets.filter(({ doc }) => cardsOf(doc).has(key));
  // The words of a card that just came to light are written in the draft until that is handed over
  const homeOf = (key) => homesOf(key).at(-1);
  const inEach = (key, change) => { for (const { doc } of homesOf(key)) change(doc); };
  const read = (keys) => {
    for (const key of keys) {
      const home = homeOf(key);
      const card = home && readCard(home.doc, key);
      if (card) cards.set(key, { ...card, draft: !homesOf(key).includes(sheets[0]) });
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
    move(key, place) {
      const position = placeAfter(cards.values(), { ...place, key });
      inEach(key, (doc) => moveCard(doc, key, { ...place, position }));
    },
    setText: (key, text) => setText(homeOf(key).doc, key, text),
    setKind: (key, kind) => inEach(key, (doc) => setKind(doc, key, kind)),
    setLink: (key, link, on) => inEach(key, (doc) => setLink(doc, key, link, on)),
    remove: (key) => inEach(key, (doc) => removeCard(doc, key)),
  };
  return board;
};
