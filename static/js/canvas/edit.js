// Writing in a card. Each letter goes into the shared text at once; what others write in the same card appears
// around the caret. While an input method composes, the text is left alone.
import { make } from "./elements.js";
import { LONGEST_TEXT } from "./model.js";
import { follow, rebased } from "./splice.js";

// `ended(key, {gone, text})` when writing is over; `typing(key)` while it goes on, "" afterwards.
export const createEditor = ({ board, view, typing, ended }) => {
  let now = null; // {key, area, composing, last}

  const push = () => {
    const card = board.get(now.key);
    if (!card) return;
    const text = rebased(now.last, now.area.value, card.text);
    now.last = now.area.value;
    if (card.text !== text) board.setText(now.key, text);
    typing(now.key);
  };
  const areaFor = (card) => {
    const area = make("textarea", { class: "cv-edit", rows: "1", maxlength: String(LONGEST_TEXT), "aria-label": "Text of the card. Escape ends.", "data-grow": true });
    area.value = card.text;
    area.addEventListener("input", () => { if (!now.composing) push(); });
    area.addEventListener("compositionstart", () => { now.composing = true; });
    area.addEventListener("compositionend", () => { now.composing = false; push(); editor.heard(); });
    area.addEventListener("blur", () => { if (now?.area === area) editor.end(); });
    return area;
  };

  const editor = {
    get key() { return now?.key ?? ""; },
    begin(key) {
      editor.end();
      const card = board.get(key);
      const element = view.element(key);
      if (!card || !element) return;
      const area = areaFor(card);
      element.classList.add("is-open");
      element.querySelector(".cv-text").after(area);
      now = { key, area, card, composing: false, last: card.text };
      area.focus();
      area.setSelectionRange(area.value.length, area.value.length);
    },
    // The document changed: take in what others wrote, the caret stays where it was in the words
    heard() {
      if (!now || now.composing) return;
      const card = board.get(now.key);
      if (!card) { editor.end({ gone: true }); return; }
      const { area } = now;
      if (area.value === card.text) return;
      const [from, to] = [area.selectionStart, area.selectionEnd].map((caret) => follow(area.value, card.text, caret));
      area.value = card.text;
      Object.assign(now, { card, last: card.text });
      area.setSelectionRange(from, to);
    },
    // Nothing is taken any more: what is typed on must not reach the keys of the page
    stop() { if (now) now.area.readOnly = true; },
    end({ gone = false } = {}) {
      if (!now) return;
      const { key, area, card, last } = now;
      if (now.composing && !gone) push();
      now = null;
      view.element(key)?.classList.remove("is-open");
      area.remove();
      typing("");
      ended(key, { card, gone, text: last });
    },
  };
  return editor;
};
