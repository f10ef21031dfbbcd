// Words that the server did not take: kept in this tab, beside the canvas, until their writer has put them away.
import { cardsOf, readCard } from "./model.js";

const ABOUT_WORDS = /^([\w-]+):(new|text|undo)/;
const keyOf = (name) => `${name}:aside`;

// The cards whose words are not acknowledged. `waiting`: labels as static/js/canvas/connection.js gives them.
export const unsavedCards = (doc, waiting) => {
  const keys = new Set([...waiting].map((label) => ABOUT_WORDS.exec(label)?.[1]).filter(Boolean));
  return [...keys].map((key) => readCard(doc, key)).filter((card) => card?.text.trim());
};

export const recallAside = (name) => { try { return JSON.parse(sessionStorage.getItem(keyOf(name)) ?? "[]"); } catch { return []; } };
export const dropAside = (name) => { try { sessionStorage.removeItem(keyOf(name)); } catch { /* nothing was kept */ } };

// Beside what lies there already; false: this browser does not keep it, so nothing else may be cleared.
export const putAside = (name, cards) => {
  if (!cards.length) return true;
  const others = recallAside(name).filter((kept) => !cards.some(({ key, text }) => kept.key === key && kept.text === text));
  try {
    sessionStorage.setItem(keyOf(name), JSON.stringify([...others, ...cards]));
    return true;
  } catch { return false; }
};

// The keys of the cards that a transaction changed.
export const cardsChanged = (doc, changed) => {
  const home = cardsOf(doc);
  const above = (type) => { while (type && type._item?.parent !== home) type = type._item?.parent; return type ? [type._item.parentSub] : []; };
  return new Set([...changed].flatMap(([type, names]) => (type === home ? [...names] : above(type))));
};

export const asText = (cards, nameOf) => cards.map((card) => `${nameOf(card)}:\n${card.text.trim()}\n`).join("\n");

// Shows what lies aside of the documents `names`, to copy, to take along as a file, and to put away.
export const createAside = ({ root, names, nameOf }) => {
  const box = root.querySelector("[data-aside]");
  const [words, file] = [box.querySelector("textarea"), box.querySelector("a[download]")];
  const show = () => {
    const cards = names.flatMap(recallAside);
    box.hidden = !cards.length;
    if (box.hidden) return;
    words.value = asText(cards, nameOf);
    URL.revokeObjectURL(file.href);
    file.href = URL.createObjectURL(new Blob([words.value], { type: "text/plain" }));
  };
  box.querySelector("[data-put-away]").addEventListener("click", () => { names.forEach(dropAside); show(); });
  show();
  return { show };
};
