// Writing silently: as long as the facilitator wants it, new cards go into a document that only their author gets.
import { dropAside } from "./aside.js";
import { openSheet } from "./connection.js";
import { cardsOf, putCard, readCard, setText, watchCards } from "./model.js";
import { rebased } from "./splice.js";

const SHOWN_MS = 1500; // by then the cards that the facilitator revealed are here
const LOOK_MS = 50;

// What the server never got of a draft goes among the others' cards instead of being lost. `shown`: the words with
// which each card came to light; a card that did and is not `there` any more was deleted. `left(card)`: whether one
// that did not come belongs there.
export const handOver = (draft, there, shown, left) => {
  for (const key of cardsOf(draft).keys()) {
    const [card, now] = [readCard(draft, key), readCard(there, key)];
    if (card && now && shown.has(key)) {
      const text = rebased(shown.get(key), card.text, now.text);
      if (text !== now.text) setText(there, key, text);
    } else if (card && !now && !shown.has(key) && left(card)) putCard(there, card);
  }
};

// `writing()`: the key of the card that is written in
export const createDraft = ({ board, options, opened, ended, writing }) => {
  let [sheet, leaving, wanted] = [null, false, false];
  const shared = () => board.sheets[0].doc;
  const begin = async () => {
    const told = () => {
      // The server closes this document when the cards are revealed: the facts say so in a moment. Only where
      // people still write silently after a while was it this person who was refused.
      if (sheet === mine && mine.refused && !mine.asked) {
        mine.asked = Date.now();
        ended();
        setTimeout(ended, SHOWN_MS + 500);
      }
      options.told();
    };
    const mine = openSheet({ ...options, told, room: `${options.room}/draft` });
    sheet = mine;
    mine.shown = new Map();
    mine.seen = watchCards(shared(), (keys) => {
      for (const key of keys) if (!mine.shown.has(key) && cardsOf(mine.doc).has(key)) mine.shown.set(key, readCard(shared(), key)?.text ?? "");
    });
    opened(mine);
    board.attach(mine); // at once: the page says from now on that only their author sees new cards
    await mine.kept;
    if (sheet === mine) mine.connect();
  };
  const awaited = ({ doc, shown }) => [...cardsOf(doc).keys()].some((key) => !shown.has(key) && readCard(doc, key)?.text.trim());
  // Writing goes on in the draft until its cards are among the others', with all that was typed meanwhile
  const end = async () => {
    const draft = sheet;
    [sheet, leaving] = [null, true];
    for (const late = Date.now() + SHOWN_MS; awaited(draft) && Date.now() < late;) await new Promise((look) => { setTimeout(look, LOOK_MS); });
    const unsaved = Boolean(draft.waiting.size || draft.unsaved);
    handOver(draft.doc, shared(), draft.shown, ({ key, text }) => key === writing() || (unsaved && text.trim()));
    if (unsaved) dropAside(draft.name);
    draft.seen();
    if (board.sheets.includes(draft)) board.detach(draft);
    draft.end();
    await draft.forget();
    leaving = false;
    if (wanted) begin();
  };
  return {
    get sheet() { return sheet; },
    get refused() { return sheet?.out ? sheet.refused : ""; },
    heard({ silent, may }) {
      wanted = silent && may;
      if (wanted && !sheet && !leaving) begin();
      else if (!wanted && sheet) end();
      else if (sheet?.asked) sheet.out = Date.now() - sheet.asked > SHOWN_MS;
    },
  };
};
