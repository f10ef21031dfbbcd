// Writing silently: as long as the facilitator wants it, new cards go into a document that only their author gets.
import { readCard, cardsOf, putCard } from "./model.js";
import { dropAside } from "./aside.js";
import { openSheet } from "./connection.js";

const SHOWN_MS = 1500; // by then the cards that the facilitator revealed are here

export const createDraft = ({ board, options, opened, ended }) => {
  let sheet = null;
  // What the server never got before it ended the silence is put among the others' cards instead of being lost
  const rescue = (cards) => {
    const shared = board.sheets[0].doc;
    for (const card of cards) {
      const there = readCard(shared, card.key);
      if (!there) putCard(shared, card);
      else if (card.text !== there.text && card.text.startsWith(there.text)) cardsOf(shared).get(card.key).get("text").insert(there.text.length, card.text.slice(there.text.length));
    }
  };
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
    opened(mine);
    board.attach(mine); // at once: the page says from now on that only their author sees new cards
    await mine.kept;
    if (sheet === mine) mine.connect();
  };
  const end = async () => {
    const draft = sheet;
    sheet = null;
    const unsaved = draft.waiting.size || draft.unsaved;
    const cards = [...cardsOf(draft.doc).keys()].map((key) => readCard(draft.doc, key)).filter((card) => card?.text.trim());
    if (unsaved) setTimeout(() => { rescue(cards); dropAside(draft.name); }, SHOWN_MS);
    if (board.sheets.includes(draft)) board.detach(draft);
    draft.end();
    await draft.forget();
  };
  return {
    get sheet() { return sheet; },
    get refused() { return sheet?.out ? sheet.refused : ""; },
    heard({ silent, may }) {
      if (silent && may && !sheet) begin();
      else if (!(silent && may) && sheet) end();
      else if (sheet?.asked) sheet.out = Date.now() - sheet.asked > SHOWN_MS;
    },
  };
};
