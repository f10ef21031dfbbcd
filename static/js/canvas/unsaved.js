// What waits to be saved: noted by labels, which outlive a reload, and read again as cards once it was refused.
import { cardsOf, readCard } from "./model.js";

const LABEL = /^([\w-]+):(new|text|undo|place|kind|links|gone):?(.*)$/s;
const ABOUT_WORDS = ["new", "text", "undo"];

// Of a step: which card, what of it, and the text of a card that is gone.
export const labelOf = ({ key, what, text }) => [key, what, text].filter(Boolean).join(":");

// As it stands in the document: cards with what of them waits. `waiting`: labels.
export const unsavedChanges = (doc, waiting) => {
  const labels = [...waiting].map((label) => LABEL.exec(label)).filter(Boolean);
  const mine = new Set(labels.filter(([, , what]) => what === "new").map(([, key]) => key));
  const found = new Map();
  for (const [, key, what, text] of labels) {
    const card = readCard(doc, key);
    if (card?.text.trim() && ABOUT_WORDS.includes(what)) found.set(`${key} words`, { ...card, what: "words" });
    if (mine.has(key) || ABOUT_WORDS.includes(what)) continue; // of a card that nobody else knew, its words say enough
    if (card ? what !== "gone" : what === "gone") found.set(`${key} ${what}`, card ? { ...card, what } : { key, what, text });
  }
  return [...found.values()];
};

// The keys of the cards that a transaction changed.
export const cardsChanged = (doc, changed) => {
  const home = cardsOf(doc);
  const above = (type) => { while (type && type._item?.parent !== home) type = type._item?.parent; return type ? [type._item.parentSub] : []; };
  return new Set([...changed].flatMap(([type, names]) => (type === home ? [...names] : above(type))));
};
