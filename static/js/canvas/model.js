// The cards of a shared document, as strategy/document.py describes it: read forgivingly, changed step by step.
// A card: {key, phase, lane, position, kind, text, links}; `links` is sorted: ["element:12", "quote:3"].
import * as Y from "yjs";
import { keyBetween } from "./order.js";
import { difference } from "./splice.js";

export const PHASES = [1, 2, 3, 4];
export const LANES = ["need", "solutions", "marketing", "communication", "buying_aids", "partners", "target"];
export const KINDS = ["idea", "strategy", "assumption", "question", "action"];
export const LONGEST_TEXT = 10000;
const POSITION = /^[0-9A-Za-z]*[1-9A-Za-z]$/; // what keyBetween makes a place behind and before of
const LINK = /^(element|quote|job|cluster):[1-9]\d{0,17}$/;

// The origin of one's own changes. `what` of which card: what is counted as one change while offline; `text`: of a
// card that is gone.
export class Step {
  constructor(key, what, text = "") {
    Object.assign(this, { key, what, text });
  }
}

export const newDoc = () => new Y.Doc({ gc: false }); // deleted words are kept: undo works after a reload
export const cardsOf = (doc) => doc.getMap("cards");

const oneOf = (value, allowed) => (allowed.includes(value) ? value : allowed[0]);
const place = (value) => (POSITION.test(value) ? value : "V");
const words = (value) => (value instanceof Y.Text || typeof value === "string" ? value.toString() : "");

export const readCard = (doc, key) => {
  const found = cardsOf(doc).get(key);
  if (!(found instanceof Y.Map)) return null;
  const links = found.get("links");
  return {
    key,
    phase: oneOf(found.get("phase"), PHASES),
    lane: oneOf(found.get("lane"), LANES),
    position: place(words(found.get("position")).slice(0, 200)),
    kind: oneOf(found.get("kind"), KINDS),
    text: words(found.get("text")),
    links: links instanceof Y.Map ? [...links.keys()].filter((link) => LINK.test(link)).sort() : [],
  };
};

const compare = (one, other) => (one < other ? -1 : one > other ? 1 : 0);
export const byPlace = (a, b) => compare(a.position, b.position) || compare(a.key, b.key);
export const inField = (cards, phase, lane) => [...cards].filter((card) => card.phase === phase && card.lane === lane).sort(byPlace);

// The position behind the card `after` (null: at the top) of a field; the card `key` itself does not count.
// Two people may have made the same position: then the next different one bounds it.
export const placeAfter = (cards, { key, phase, lane, after }) => {
  const others = inField(cards, phase, lane).filter((card) => card.key !== key);
  const index = others.findIndex((card) => card.key === after) + 1;
  const low = others[index - 1]?.position ?? "";
  return keyBetween(low, others.slice(index).find((card) => card.position > low)?.position ?? "");
};

const step = (doc, key, what, change, text) => doc.transact(() => change(cardsOf(doc).get(key)), new Step(key, what, text));

export const putCard = (doc, { key, phase, lane, position, kind, text, links }) => step(doc, key, "new", () => {
  const card = new Y.Map(Object.entries({ phase, lane, position, kind, text: new Y.Text(text), links: new Y.Map(links.map((link) => [link, true])) }));
  cardsOf(doc).set(key, card);
});

export const removeCard = (doc, key) => step(doc, key, "gone", () => cardsOf(doc).delete(key), readCard(doc, key)?.text);

export const moveCard = (doc, key, place) => step(doc, key, "place", (card) => {
  for (const name of ["phase", "lane", "position"]) if (card.get(name) !== place[name]) card.set(name, place[name]);
});

export const setKind = (doc, key, kind) => step(doc, key, "kind", (card) => card.set("kind", kind));

export const setLink = (doc, key, link, on) => step(doc, key, "links", (card) => {
  if (!(card.get("links") instanceof Y.Map)) card.set("links", new Y.Map());
  if (on) card.get("links").set(link, true);
  else card.get("links").delete(link);
});

// Only the letters that differ, so that what others type beside them stays.
export const setText = (doc, key, text) => step(doc, key, "text", (card) => {
  if (!(card.get("text") instanceof Y.Text)) card.set("text", new Y.Text(words(card.get("text"))));
  const { start, end, words: typed } = difference(words(card.get("text")), text);
  if (end > start) card.get("text").delete(start, end - start);
  if (typed) card.get("text").insert(start, typed);
});

// Calls `changed` with the keys of the cards that a transaction changed, and whether it came from elsewhere.
export const watchCards = (doc, changed) => {
  const keysOf = (event) => (event.path.length ? [event.path[0]] : [...event.keysChanged]);
  const told = (events, { local }) => changed(new Set(events.flatMap(keysOf)), !local);
  cardsOf(doc).observeDeep(told);
  return () => cardsOf(doc).unobserveDeep(told);
};
