// What a key or its button says of the item, or of the line, that it is meant for.
import { shifted } from "./model.js";
import { $, given, line } from "./page.js";

const { kinds, points, phases } = given;

export const createSorting = ({ state, changes, walk, say, redraw, drawBar }) => {
  const isTyping = () => line.value.trim() && !$("[data-inspector]").contains(document.activeElement) && !document.activeElement?.closest("[data-list], [data-wheel], [data-twin]");
  // The id of the selected item, or of the one just captured; empty for the line that is being typed
  const target = () => {
    if (isTyping()) return "";
    if (state.has(state.selected)) return state.selected;
    const fresh = state.has(state.newest) && !state.items.get(state.newest).kind;
    return fresh && document.activeElement !== document.body ? state.newest : "";
  };
  const meant = (id) => (id ? state.items.get(id) : state.draft);

  const setKind = (code) => {
    const id = target();
    const kind = meant(id).kind === code ? "" : code;
    if (id) changes.edit(id, { kind });
    else {
      Object.assign(state.draft, { kind, point: kind === "event" ? state.draft.point : "" });
      drawBar();
    }
    say.aloud(kinds.get(meant(id).kind)?.name ?? "Not classified");
  };

  const setPoint = (id, code) => {
    if (!points.has(code)) return false;
    const { to } = points.get(code);
    if (id) changes.edit(id, { point: meant(id).point === code ? "" : code });
    else Object.assign(state.draft, { point: code, phase: to || null });
    if (to) state.phaseNow = to;
    redraw();
    say.aloud(`Point ${meant(id).point || "none"}`);
    return true;
  };
  const setPhase = (id, phase) => {
    if (!(phase >= 1 && phase <= 4)) return false;
    state.phaseNow = phase;
    if (id) changes.edit(id, { phase });
    else state.draft.phase = phase;
    redraw();
    say.aloud(`Phase ${phase}, ${phases[phase - 1]}`);
    return true;
  };

  return {
    target,
    kindNow: () => meant(target()).kind,
    setKind,
    // An event has a point on the ring, everything else a phase; B is the timing trigger
    setDigit(digit) {
      const id = target();
      return meant(id).kind === "event" ? setPoint(id, digit === "B" ? "T3b" : `T${digit}`) : setPhase(id, Number(digit));
    },
    shift(by) {
      const id = target();
      const intensity = shifted(meant(id).intensity, by);
      if (id) changes.edit(id, { intensity });
      else state.draft.intensity = intensity;
      drawBar();
      say.aloud(`Intensity ${intensity} of 4`);
    },
    toggleWords() {
      const id = target();
      if (id) {
        const { note, verbatim } = meant(id);
        if (!note || !verbatim) changes.edit(id, { note: verbatim, verbatim: note });
        return;
      }
      state.draft.words = !state.draft.words;
      drawBar();
      say.aloud(state.draft.words ? "Their words" : "Your note");
    },
    setGrade(grade) {
      const id = target();
      changes.edit(id, { grade: meant(id).grade === grade ? "" : grade });
    },
    toggleDimension(code) {
      const id = target();
      const wanted = given.vocabulary.dimensions.map(([name]) => name).filter((name) => (name === code) !== meant(id).dimensions.includes(name));
      changes.edit(id, { dimensions: wanted });
    },
    nextUnclassified() {
      const tray = state.ordered().filter((item) => !item.kind);
      if (!tray.length) { say.aloud("Nothing waits in the tray."); return; }
      const there = tray.findIndex((item) => item.id === state.selected);
      walk.focusItem(tray[(there + 1) % tray.length].id);
    },
  };
};
