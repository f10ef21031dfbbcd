// The buttons above the line: they say what the keys mean, and what they are set to.
import { spoken } from "../wheel.js";
import { usualPhase } from "./model.js";
import { $, given, line, make } from "./page.js";

const { vocabulary, phases } = given;

const press = (button, on) => button.setAttribute("aria-pressed", String(on));
const keyButton = (attributes, letter, ...rest) => make("button", { type: "button", class: "key", "aria-pressed": "false", ...attributes }, make("kbd", {}, letter), ...rest);
const keyName = (words) => make("span", { class: "key-name" }, words);

export const createBar = ({ state, sorting }) => {
  const [kindKeys, phaseKeys] = [$("[data-kinds]"), $("[data-phases]")];

  const onClick = (button, act) => button.addEventListener("click", () => {
    act();
    if (!state.selected) line.focus();
  });
  const put = (place, button, act) => {
    onClick(button, act);
    place.append(button);
  };
  for (const { code, letter, glyph, hint, name } of vocabulary.kinds) {
    const button = keyButton({ "data-kind": code, "data-el": code, title: `${hint} (Alt+${letter})` }, letter, make("span", { class: "key-glyph", "aria-hidden": "true" }, glyph), keyName(name));
    put(kindKeys, button, () => sorting.setKind(code));
  }
  phases.forEach((label, index) => {
    const digit = String(index + 1);
    const button = keyButton({ "data-phase-key": digit, "data-phase": digit, title: `Phase ${digit}: ${label} (Alt+${digit})` }, digit, keyName(label));
    put(phaseKeys, button, () => sorting.setDigit(digit));
  });
  for (const { code, name } of vocabulary.points) {
    const digit = code === "T3b" ? "B" : code.slice(1);
    const button = keyButton({ "data-point": code, title: `${code} ${name} (Alt+${digit})` }, digit, keyName(name));
    put(phaseKeys, button, () => sorting.setDigit(digit));
  }
  onClick($("[data-words-toggle]"), sorting.toggleWords);
  $("[data-stronger]").addEventListener("click", () => sorting.shift(1));
  $("[data-weaker]").addEventListener("click", () => sorting.shift(-1));

  const meaning = (item) => {
    if (item) return `The keys act on “${spoken(item).slice(0, 60)}”`;
    const begun = line.value.trim() || state.draft.kind || state.draft.phase;
    return begun ? "Enter captures this line; Alt and a key below sort it" : "Enter captures; Alt and a key below sort the next line";
  };
  const drawMeaning = (item) => {
    const place = $("[data-target]");
    const words = meaning(item);
    // Written anew with each letter, it would be read aloud with each letter
    if (place.textContent !== words) place.textContent = words;
    $("[data-bar]").dataset.on = item ? "item" : "line";
  };
  const drawPhases = ({ kind, phase, point }) => {
    for (const button of phaseKeys.children) {
      button.hidden = kind === "event" ? !button.dataset.point : !button.dataset.phaseKey;
      press(button, kind === "event" ? point === button.dataset.point : Number(button.dataset.phaseKey) === phase);
    }
  };

  return {
    draw() {
      const item = state.items.get(sorting.target());
      const { draft } = state;
      const { kind, point, intensity, phase } = item ?? draft;
      const usual = !item && kind ? usualPhase(kind, given, state.phaseNow) : null;
      drawMeaning(item);
      for (const button of kindKeys.children) press(button, button.dataset.kind === kind);
      drawPhases({ kind, point, phase: phase ?? usual });
      press($("[data-words-toggle]"), item ? Boolean(item.verbatim) && !item.note : draft.words);
      $("[data-intensity]").textContent = intensity === null ? "–" : `${intensity}/4`;
    },
  };
};
