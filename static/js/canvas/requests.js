// What only the server decides about a card: asked for by POST, seen by all in the facts.
import { SIGNED_OUT, token } from "../posting.js";
import { toast } from "./elements.js";

const [ROW_TRIES, ROW_MS] = [15, 200];

export const warn = (text) => toast({ text, level: "warning" });
export const failed = (error) => {
  const unreached = error instanceof TypeError;
  toast({ text: unreached ? "The server cannot be reached. Try again in a moment." : error.message, level: "warning", unreached });
};

export const post = async (url, body = {}) => {
  const response = await fetch(url, { method: "POST", body: new URLSearchParams(body), headers: { Accept: "application/json", "X-CSRFToken": token() } });
  if (response.redirected) throw new Error(SIGNED_OUT);
  const answer = response.headers.get("Content-Type")?.includes("json") ? await response.json() : {};
  if (!response.ok) throw new Error(answer.message ?? "The server refused that.");
  return answer;
};

export const createRequests = ({ urls, facts, say }) => {
  // Members' pages name cards by the id of their row, which a new card has after a moment
  const row = async (card, what) => {
    for (let tries = 0; !facts.of(card.key).id && tries < ROW_TRIES; tries += 1) await new Promise((done) => { setTimeout(done, ROW_MS); });
    const { id } = facts.of(card.key);
    if (id) return `${urls.cards}${id}/${what}/`;
    warn("This card is still being saved. Try again in a moment.");
    return "";
  };
  const send = async (url, body, words) => {
    try {
      await post(url, body);
      say(words);
    } catch (error) { failed(error); }
    facts.did();
  };
  return {
    row,
    async agree(card) {
      const url = await row(card, "agree");
      const agreed = facts.of(card.key).state === "agreed";
      if (url) await send(url, { agreed: agreed ? 0 : 1 }, agreed ? "Back to an idea." : "Agreed.");
    },
    async lock(card) {
      const locked = Boolean(facts.of(card.key).locked);
      const words = locked ? "Unlocked: everybody may change this card." : "Locked: only you may change this card.";
      await send(`${urls.room}cards/${card.key}/lock/`, { on: locked ? 0 : 1 }, words);
    },
  };
};
