// Writing silently: as long as the facilitator wants it, new cards go into a document that only their author gets.
import { dropAside } from "./aside.js";
import { openSheet } from "./connection.js";
import { cardsOf, putCard, readCard, setText, watchCards } from "./model.js";

const SHOWN_MS = 1500; // by then the cards that the facilitator revealed are here
const LOOK_MS = 50;

// A card that came to light is the others' from then on, with the letters of it that the server did not have. One that
// did while its writer's computer slept must not come again with the next cards. `unsent(key)`: whether there are such.
export const handOver = (draft, there, keys, unsent) => draft.transact(() => {
  for (const key of keys) {
    const card = readCard(draft, key);
    if (!card || !readCard(there, key)) continue;
    if (unsent(key)) setText(there, key, card.text);
    cardsOf(draft).delete(key);
  }
});

// `writing()`: the key of the card that is written in
export const createDraft = ({ board, options, opened, ended, writing }) => {
  let [sheet, leaving, wanted] = [null, false, false];
  const shared = () => board.sheets[0].doc;
  const begin = async () => {
    const told = () => {
      // The server closes this document when the cards are revealed: the facts say what is now, be it another silence
      if (sheet === mine && mine.ended === "revealed" && !mine.asked) {
        mine.asked = true;
        ended();
      }
      options.told();
    };
    const mine = openSheet({ ...options, told, room: `${options.room}/draft` });
    sheet = mine;
    const unsent = (key) => mine.unsaved || [...mine.waiting].some((label) => label.startsWith(key));
    mine.unwatchShared = watchCards(shared(), (keys) => handOver(mine.doc, shared(), keys, unsent));
    opened(mine);
    board.attach(mine); // at once: the page says from now on that only their author sees new cards
    await mine.kept;
    handOver(mine.doc, shared(), [...cardsOf(mine.doc).keys()], unsent);
    if (sheet === mine) mine.connect();
  };
  const cardsIn = ({ doc }) => [...cardsOf(doc).keys()].map((key) => readCard(doc, key)).filter(Boolean);
  const end = async () => {
    const draft = sheet;
    [sheet, leaving] = [null, true];
    const late = Date.now() + SHOWN_MS;
    while (cardsIn(draft).some(({ text }) => text.trim()) && Date.now() < late) await new Promise((look) => { setTimeout(look, LOOK_MS); });
    // What the server never got goes among the others' cards instead of being lost
    const unsaved = draft.waiting.size || draft.unsaved;
    for (const card of cardsIn(draft)) if (card.key === writing() || (unsaved && card.text.trim())) putCard(shared(), card);
    if (unsaved) dropAside(draft.name);
    draft.unwatchShared();
    if (board.sheets.includes(draft)) board.detach(draft);
    draft.end();
    await draft.forget();
    leaving = false;
    if (wanted) begin();
  };
  return {
    get sheet() { return sheet; },
    get refused() { return sheet && sheet.ended !== "revealed" ? sheet.refused : ""; },
    heard({ silent, may }) {
      wanted = silent && may;
      if (wanted && !sheet && !leaving) begin();
      else if (sheet && (!wanted || sheet.ended === "revealed")) end();
    },
  };
};
