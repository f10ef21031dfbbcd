// Every key of the reading page.
import { goTo, onScreen, toggleInterviewer, walk } from "./moving.js";
import { pickedSpan } from "./offsets.js";
import { panel as place, singleKeys, turnOf, writable } from "./page.js";
import { hasForm, openSheet, shownId } from "./panel.js";
import { enter, extend, move, swapEnds } from "./selecting.js";

const SIDEWAYS = { ArrowLeft: -1, ArrowRight: 1 };
const UP_DOWN = { ArrowUp: -1, ArrowDown: 1 };
const typing = (target) => target.closest("input, textarea, select, [contenteditable], dialog, details.menu[open]");
const isPlain = (event) => event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey;
const lettersOf = (buttons) => Object.fromEntries([...buttons].map((button) => [button.querySelector("kbd").textContent.toLowerCase(), button.dataset.code]));

// Letters that are typed before their field is there. Answers what they were; nothing once somebody pressed Escape.
const holdLetters = () => {
  let words = "";
  const keep = (event) => {
    if (event.key === "Escape") words = null;
    else if (words !== null && isPlain(event)) words += event.key;
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  addEventListener("keydown", keep, true);
  return () => {
    removeEventListener("keydown", keep, true);
    return words;
  };
};

export const createKeys = ({ state, sending, undo, coding, panel }) => {
  const letters = lettersOf(document.querySelectorAll("[data-code]"));
  const into = async (selector) => {
    openSheet();
    const letters = holdLetters();
    await sending.settled();
    const [words, field] = [letters(), place.querySelector(selector)];
    if (words === null || !field) return;
    field.focus();
    if (words) field.setRangeText(words, field.selectionStart, field.selectionEnd, "end");
  };
  const turnHere = () => turnOf(document.activeElement) ?? turnOf(state.picked?.said);
  const snapHere = () => writable && turnHere()?.querySelector("[data-snap]");
  // An element that is on its way will be the one that is shown: what is pressed meanwhile is meant for it
  const shown = () => sending.waiting || hasForm();
  const withShown = (act) => async () => {
    await sending.settled();
    if (hasForm()) act(shownId());
  };

  // --- the tables: of what a key does, and of when it does anything ------------------------------------------
  const setPhase = (phase) => withShown(() => {
    place.querySelector("[name=phase]").value = phase;
    panel.save();
  });
  const removeShown = withShown(coding.remove);
  const ofPage = {
    j: () => walk(1),
    k: () => walk(-1),
    h: toggleInterviewer,
    s: () => enter(turnHere() ?? onScreen(), "sentence"),
    ",": () => panel.next(-1),
    ".": () => panel.next(1),
    y: () => coding.decide(snapHere(), "accept"),
    n: () => coding.decide(snapHere(), "reject"),
    m: coding.moveHere,
    i: () => into("[name=note]"),
    t: () => into("[data-code-name]"),
    ...Object.fromEntries(["1", "2", "3", "4"].map((phase) => [phase, setPhase(phase)])),
  };
  const mayChange = () => writable && shown();
  const only = { y: snapHere, n: snapHere, m: mayChange, i: shown, t: mayChange, 1: mayChange, 2: mayChange, 3: mayChange, 4: mayChange };

  // --- which of them a key means; each answers whether it was one ----------------------------------------------
  const run = (act, ...about) => {
    act(...about);
    return true;
  };
  const command = (key) => Object.hasOwn(ofPage, key) && Boolean(only[key] ? only[key]() : true) && run(ofPage[key]);
  const jump = (event) => state.suggestions?.jump(event.shiftKey ? -1 : 1) ?? false;

  const select = (event, said) => {
    const step = SIDEWAYS[event.key] ?? UP_DOWN[event.key];
    return run(event.shiftKey ? extend : move, said, event.key in SIDEWAYS ? "word" : "sentence", step);
  };
  const withLetter = (event, key, said) => {
    if (!event.shiftKey && state.suggestions?.key(key)) return true;
    if (key === "u") return jump(event);
    if (said && key === "o") return run(swapEnds, said);
    if (letters[key] && !event.shiftKey) return run(coding.make, letters[key]);
    return ["m", "y", "n"].includes(key) && command(key);
  };
  const withSelection = (event, key) => {
    const { picked } = state;
    const said = picked.single ? picked.said : null;
    if (event.key === "Escape") return run(goTo, turnOf(picked.said));
    if (said && (event.key in SIDEWAYS || event.key in UP_DOWN)) return select(event, said);
    if (key === "enter" && state.suggestions?.key(key)) return true;
    return singleKeys() && withLetter(event, key, said);
  };
  const withoutSelection = (event, key) => {
    const onTurn = turnOf(event.target) === event.target;
    if (onTurn && event.key === "Enter") return run(enter, event.target, "word");
    if (turnOf(event.target) && event.key in UP_DOWN) return run(walk, UP_DOWN[event.key]);
    if (event.key === "Delete" && mayChange()) return run(removeShown);
    if (!singleKeys()) return false;
    return key === "u" ? jump(event) : !event.shiftKey && command(key);
  };
  const outsideFields = (event, key) => {
    state.picked = pickedSpan(); // the browser tells of a changed selection later than of the next key
    return state.picked && !event.target.closest("button, a") ? withSelection(event, key) : withoutSelection(event, key);
  };
  const inField = (event) => {
    if (event.key !== "Escape" || !place.contains(event.target)) return false;
    return run(goTo, turnOf(document.getElementById(`element-${shownId()}`)) ?? onScreen());
  };
  const back = (event, key) => !typing(event.target) && ["z", "y"].includes(key) && writable && run(key === "y" || event.shiftKey ? undo.redo : undo.undo);
  const used = (event) => {
    const key = event.key.toLowerCase();
    if (event.ctrlKey || event.metaKey) return back(event, key);
    return typing(event.target) ? inField(event) : outsideFields(event, key);
  };

  document.addEventListener("keydown", (event) => {
    if (!event.defaultPrevented && !event.altKey && used(event)) event.preventDefault();
  }, true); // before the page's own sequences: with words selected, G is a gain and not the start of "g h"
};
