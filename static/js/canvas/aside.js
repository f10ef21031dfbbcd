// What the server did not take: kept beside the canvas in this browser until its writer puts it back or away.
import { shorten } from "./elements.js";
import { keepList, recallList } from "./kept.js";

const PART = "aside";

export const recallAside = (name) => recallList(name, PART);
export const dropAside = (name) => keepList(name, PART, []);

// Beside what lies there already; false: this browser does not keep it, so nothing else may be cleared.
export const putAside = (name, changes) => {
  const same = (one) => (other) => one.key === other.key && one.what === other.what && one.text === other.text;
  return !changes.length || keepList(name, PART, [...recallAside(name).filter((kept) => !changes.some(same(kept))), ...changes]);
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
