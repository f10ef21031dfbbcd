// What the server did not take: kept beside the canvas in this browser until its writer puts it back or away.
import { shorten } from "./elements.js";
import { keepList, recallList } from "./kept.js";
import { cardsOf, readCard } from "./model.js";

const LABEL = /^([\w-]+):(new|text|undo|place|kind|links|gone):?(.*)$/s;
const ABOUT_WORDS = ["new", "text", "undo"];
const PART = "aside";

// What waits to be saved, as it stands in the document: cards with what of them waits. `waiting`: labels as
// static/js/canvas/connection.js gives them.
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

export const recallAside = (name) => recallList(name, PART);
export const dropAside = (name) => keepList(name, PART, []);

// Beside what lies there already; false: this browser does not keep it, so nothing else may be cleared.
export const putAside = (name, changes) => {
  const same = (one) => (other) => one.key === other.key && one.what === other.what && one.text === other.text;
  return !changes.length || keepList(name, PART, [...recallAside(name).filter((kept) => !changes.some(same(kept))), ...changes]);
};

// The keys of the cards that a transaction changed.
export const cardsChanged = (doc, changed) => {
  const home = cardsOf(doc);
  const above = (type) => { while (type && type._item?.parent !== home) type = type._item?.parent; return type ? [type._item.parentSub] : []; };
  return new Set([...changed].flatMap(([type, names]) => (type === home ? [...names] : above(type))));
};

// `names`: {place(card), kind(card)} in words
export const asText = (changes, names) => {
  const quoted = ({ text }) => `“${shorten(text.trim() || "a card without text")}”`;
  const did = {
    place: (card) => `moved ${quoted(card)} to ${names.place(card)}`,
    kind: (card) => `made ${quoted(card)} this kind: ${names.kind(card)}`,
    links: (card) => `changed the links of ${quoted(card)}`,
    gone: (card) => `deleted ${quoted(card)}`,
  };
  const words = changes.filter(({ what }) => what === "words").map((card) => `${names.place(card)}:\n${card.text.trim()}\n`);
  const others = changes.filter(({ what }) => did[what]).map((card) => `- ${did[card.what](card)}`);
  return [...words, ...(others.length ? [`You also did this, and it was not saved:\n${others.join("\n")}\n`] : [])].join("\n");
};

// Shows what lies aside of the documents `sheets`, to put back, to copy, to take along as a file, and to put away.
// `putBack(card)` makes a new card of it, or tells by false that it may not.
export const createAside = ({ root, sheets, names, may, putBack }) => {
  const box = root.querySelector("[data-aside]");
  const [words, file, back] = ["textarea", "a[download]", "[data-put-back]"].map((part) => box.querySelector(part));
  const show = () => {
    const changes = sheets.flatMap(recallAside);
    box.hidden = !changes.length;
    if (box.hidden) return;
    back.hidden = !may.edit || !changes.some(({ what }) => what === "words");
    words.value = asText(changes, names);
    URL.revokeObjectURL(file.href);
    file.href = URL.createObjectURL(new Blob([words.value], { type: "text/plain" }));
  };
  back.addEventListener("click", () => {
    for (const sheet of sheets) keepList(sheet, PART, recallAside(sheet).filter((change) => change.what !== "words" || !putBack(change)));
    show();
  });
  box.querySelector("[data-put-away]").addEventListener("click", () => { sheets.forEach(dropAside); show(); });
  show();
  return { show };
};
