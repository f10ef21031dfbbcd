// Writing silently: as long as the facilitator wants it, new cards go into a document that only their author gets.
import { readCard, cardsOf, putCard } from "./model.js";
import { openSheet } from "./connection.js";

export const createDraft = ({ board, options, opened }) => {
  let sheet = null;
  // What the server never got before it ended the silence is put among the others' cards instead of being lost
  const rescue = (draft) => {
    if (!draft.waiting.size) return;
    const shared = board.sheets[0].doc;
    for (const key of cardsOf(draft.doc).keys()) {
      const card = readCard(draft.doc, key);
      if (card && !cardsOf(shared).has(key)) putCard(shared, card);
    }
  };
  const begin = async () => {
    const mine = openSheet({ ...options, room: `${options.room}/draft` });
    sheet = mine;
    opened(mine);
    await mine.kept;
    if (sheet !== mine) return;
    board.attach(mine);
    mine.connect();
  };
  const end = async () => {
    const draft = sheet;
    sheet = null;
    rescue(draft);
    if (board.sheets.includes(draft)) board.detach(draft);
    draft.provider.destroy();
    await draft.forget();
  };
  return {
    get sheet() { return sheet; },
    heard({ silent, may }) {
      if (silent && may && !sheet) begin();
      else if (!(silent && may) && sheet) end();
    },
  };
};
