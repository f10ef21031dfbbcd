// The guide: what to ask, what was asked, and which elements nobody has asked about yet.
import { $, given, live, make } from "./page.js";

const { kinds, phases, prompts, readonly, vocabulary } = given;

export const createGuide = ({ state, saving, say, redraw }) => {
  const setCovered = (code, value) => {
    state.setCovered(code, value);
    saving.push({ type: "coverage", id: code, value });
  };
  // Who asked a question asked about its element; what is captured counts more than that
  const setAsked = (id, value) => {
    state.setAsked(id, value);
    saving.push({ type: "asked", id, value });
    const code = prompts.find((prompt) => prompt.id === id)?.element;
    if (value && code && !state.coverage.has(code)) setCovered(code, true);
  };
  const accept = () => {
    const next = state.nextQuestion();
    if (!next || readonly) return;
    if (next.prompt) setAsked(next.prompt.id, true);
    else setCovered(next.kind.code, true);
    say.aloud("Ticked as asked.");
    redraw();
  };

  // --- made once --------------------------------------------------------------------------------------------------------
  for (const { code, letter, glyph, name } of vocabulary.kinds) {
    const button = make("button", { type: "button", "data-kind": code, "data-el": code, title: `${name}: press to say that it was asked` }, make("span", { "aria-hidden": "true" }, `${letter}${glyph}`), make("b", { "aria-hidden": "true" }, "–"), make("span", { class: "visually-hidden" }));
    button.disabled = readonly;
    button.addEventListener("click", () => setCovered(code, !state.coverage.has(code)));
    $("[data-coverage]").append(make("li", {}, button));
  }
  const question = ({ id, text }) => {
    const box = make("input", { type: "checkbox", class: "form-check-input", "data-prompt": id });
    box.disabled = readonly;
    box.addEventListener("change", () => setAsked(id, box.checked));
    return make("li", {}, make("label", {}, box, make("span", {}, text)));
  };
  for (const phase of [null, 1, 2, 3, 4]) {
    const questions = prompts.filter((prompt) => prompt.phase === phase).map(question);
    const title = phase ? `${phase} ${phases[phase - 1]}` : "Any time";
    if (questions.length) $("[data-prompts]").append(make("section", { "data-guide-phase": phase ?? 0, "data-phase": phase ?? false }, make("h2", {}, title), make("ul", {}, ...questions)));
  }
  $("[data-no-guide]").hidden = prompts.length > 0;
  $("[data-suggest-asked]").addEventListener("click", accept);

  // --- drawn -------------------------------------------------------------------------------------------------------------
  const drawCovered = (button, captured) => {
    const { kind } = button.dataset;
    const asked = state.coverage.has(kind);
    button.dataset.state = captured ? "captured" : asked ? "asked" : "open";
    button.children[1].textContent = captured ? String(captured) : asked ? "∅" : "–";
    button.setAttribute("aria-pressed", String(asked));
    button.lastChild.textContent = `${kinds.get(kind).name}: ${captured ? `${captured} captured` : asked ? "asked, nothing" : "not asked"}`;
  };
  const drawNext = (next) => {
    $("[data-suggest]").hidden = !next || readonly;
    if (!next) return;
    $("[data-suggest-kind]").textContent = next.kind.name;
    $("[data-suggest-words]").textContent = next.words;
  };

  return {
    accept,
    draw() {
      const found = state.found();
      for (const button of $("[data-coverage]").querySelectorAll("button")) drawCovered(button, found.get(button.dataset.kind) ?? 0);
      drawNext(state.nextQuestion());
      for (const box of live.querySelectorAll("[data-prompt]")) box.checked = state.asked.has(Number(box.dataset.prompt));
      for (const part of live.querySelectorAll("[data-guide-phase]")) part.classList.toggle("is-now", Number(part.dataset.guidePhase) === state.phaseNow);
    },
  };
};
