// Every key of the live page. A letter means the same with Alt while one types and alone with an item selected.
import { given, line, live } from "./page.js";

const { byLetter, readonly } = given;
const mac = /Mac|iP(hone|ad)/.test(navigator.platform);

const lettered = (event) => (/^[a-z]$/i.test(event.key) ? event.key.toUpperCase() : "");
// With Option a Mac writes other letters
const letterOf = (event) => lettered(event) || (event.code.startsWith("Key") ? event.code.slice(3) : "");
const digitOf = (event) => (/^[0-8]$/.test(event.key) ? event.key : /^(Digit|Numpad)[0-8]$/.test(event.code) ? event.code.at(-1) : "");
const fieldOf = (element) => element?.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, dialog, [contenteditable=true]");
const singleKeys = () => document.documentElement.dataset.singleKeys !== "off" && given.single_keys;
const isUndo = (event) => (mac ? event.metaKey : event.ctrlKey) && !event.altKey && ["z", "y"].includes(event.key.toLowerCase());
// On a Mac, Firefox calls every Option key AltGraph; elsewhere that one writes @ and €
const isAlt = (event) => event.altKey && !event.ctrlKey && !event.metaKey && (mac || !event.getModifierState("AltGraph"));

export const createKeys = ({ state, changes, sorting, walk, views, head, guide, form }) => {
  // --- the tables -------------------------------------------------------------------------------------------------------
  const letters = {
    ...Object.fromEntries([...byLetter].map(([letter, code]) => [letter, () => sorting.setKind(code)])),
    Q: sorting.toggleWords,
    T: views.toggle,
    M: head.toggleTimer,
    U: sorting.nextUnclassified,
    N: () => line.focus(),
    ".": guide.accept,
  };
  const withShift = {
    ...Object.fromEntries(["A", "B", "C", "D"].map((grade) => [grade, () => sorting.setGrade(grade)])),
    F: () => sorting.toggleDimension("functional"),
    E: () => sorting.toggleDimension("emotional"),
    S: () => sorting.toggleDimension("social"),
  };
  const strengths = { ArrowUp: 1, ArrowDown: -1, "+": 1, "=": 1, "-": -1 };

  const open = (chip) => {
    walk.select(chip.dataset.item);
    form.focus();
  };
  const press = (chip) => (chip.closest("svg") ? chip.dispatchEvent(new MouseEvent("click", { bubbles: true })) : open(chip));
  const remove = (chip) => { if (!readonly) changes.remove(state.selected || chip.dataset.item); };
  const down = (chip) => { if (!walk.step(chip, 1) && chip.closest("[data-list]")) line.focus(); };
  const onItem = {
    ArrowDown: down,
    ArrowRight: (chip) => walk.step(chip, 1),
    ArrowUp: (chip) => walk.step(chip, -1),
    ArrowLeft: (chip) => walk.step(chip, -1),
    Enter: open,
    " ": press,
    Delete: remove,
    Backspace: remove,
    Escape: walk.toLine,
  };

  // --- which of them a key means; each answers whether it was one ---------------------------------------------------------
  const run = (act, ...about) => {
    if (act) act(...about);
    return Boolean(act);
  };
  const pressed = (event, letter) => {
    const digit = digitOf(event);
    if (event.shiftKey && letter) return run(sorting.target() && withShift[letter]);
    if (digit) return sorting.setDigit(digit);
    if (letter === "B" && sorting.kindNow() === "event") return sorting.setDigit("B");
    return run(letters[letter] ?? letters[event.key]);
  };

  const withAlt = (event) => {
    const up = event.key.startsWith("Arrow") && strengths[event.key];
    return up ? run(sorting.shift, up) : pressed(event, letterOf(event));
  };
  const alone = (event) => {
    const letter = lettered(event);
    if (event.key.length > 1 || (readonly && letterOf(event) !== "T")) return false;
    if (event.key in strengths) return Boolean(sorting.target()) && run(sorting.shift, strengths[event.key]);
    if (byLetter.has(letter) && !event.shiftKey && !sorting.target()) return false;
    return pressed(event, letter);
  };
  const outsideFields = (event) => {
    const chip = event.target.closest?.("[data-item]");
    if (chip && live.contains(chip) && run(onItem[event.key], chip)) return true;
    if (singleKeys() && alone(event)) return true;
    return event.key === "Escape" && run(() => line.focus());
  };
  const back = (event) => {
    const field = fieldOf(event.target);
    // Inside a text that is being written the browser's own undo is what people expect
    if (field && (field !== line || line.value)) return false;
    return run(event.key.toLowerCase() === "y" || event.shiftKey ? changes.redo : changes.undo);
  };
  const closeStory = (story) => {
    story.open = false;
    story.querySelector("summary").focus();
  };
  const used = (event) => {
    const story = event.key === "Escape" && event.target.closest?.(".live-story[open]");
    if (story) return run(closeStory, story);
    if (isUndo(event)) return back(event);
    if (isAlt(event)) return !readonly && withAlt(event);
    return !event.ctrlKey && !event.metaKey && !event.altKey && !fieldOf(event.target) && outsideFields(event);
  };

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || document.querySelector("dialog[open]") || !used(event)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, { capture: true });
};
