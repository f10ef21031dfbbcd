// The form of the element that is shown: asked for, filled, marked in the text, and saved when it changes.
import { parsed } from "./answers.js";
import { coded, panel, root, toast, turnOf, turns } from "./page.js";
import { elementUrl } from "./sending.js";

const narrow = matchMedia("(max-width: 899.98px)");
// What is known of the element, as the form says it; which version that builds on is told when it is sent
const formIn = (place) => {
  const data = new FormData(place.querySelector("[data-element-form]") ?? undefined);
  data.delete("version");
  return new URLSearchParams(data).toString();
};
const formNow = () => formIn(panel);
export const hasForm = () => Boolean(panel.querySelector("[data-element-form]"));
export const shownId = () => panel.querySelector("[data-panel]")?.dataset.panel;
export const openSheet = () => { if (narrow.matches) root.dataset.inspector = "open"; };

export const mark = () => {
  for (const old of document.querySelectorAll(".hl.is-shown, .coded [aria-current]")) {
    old.classList.remove("is-shown");
    old.removeAttribute("aria-current");
  }
  const id = shownId();
  if (!id) return;
  for (const words of turns.querySelectorAll(`.hl[data-element="${id}"]`)) words.classList.add("is-shown");
  coded.querySelector(`[data-show-element="${id}"]`)?.setAttribute("aria-current", "true");
};

// The panel is new, the hand is where it was, and what it is writing goes on
const goOn = (old, sameElement) => {
  const field = old.id && document.getElementById(old.id);
  if (!field) return;
  const [start, end] = [old.selectionStart, old.selectionEnd];
  if (sameElement && field.matches("textarea, [type=text]")) field.value = old.value;
  field.focus();
  if (sameElement && start !== null) field.setSelectionRange?.(start, end);
};

const scrollTo = (id) => {
  const words = document.getElementById(`element-${id}`);
  words?.scrollIntoView({ block: "center" });
  turnOf(words)?.focus({ preventScroll: true });
};

export const createPanel = ({ sending, undo }) => {
  const versions = new Map(); // id of an element -> the version that this page knows
  let saved = "";

  const fill = (html) => {
    const [id, field] = [shownId(), panel.contains(document.activeElement) ? document.activeElement : null];
    panel.innerHTML = html;
    saved = formNow();
    if (field) goOn(field, id === shownId());
    const version = panel.querySelector("[name=version]");
    if (version) versions.set(shownId(), version.value); // fresher than what this page wrote last
  };

  const read = async (id) => {
    await sending.settled();
    const response = await fetch(elementUrl(id), { headers: { "HX-Request": "true" } }).catch(() => null);
    if (response?.ok) return response.text();
    toast({ level: "error", text: response ? "That element is not here any more." : "The server cannot be reached." });
    return null;
  };
  const show = async (id, { scroll = true } = {}) => {
    if (scroll) scrollTo(id);
    const html = await read(id);
    if (html === null) return;
    fill(html);
    mark();
    document.getElementById("inspector")?.scrollTo(0, 0);
  };

  const next = (step) => {
    const marks = [...turns.querySelectorAll(".hl[id]")].filter((words) => !("filtered" in turns.dataset) || words.classList.contains("is-kept"));
    const at = marks.findIndex((words) => words.dataset.element === shownId());
    const found = at >= 0 ? marks[at + step] : marks[step > 0 ? 0 : marks.length - 1];
    if (found) show(found.dataset.element);
  };

  const withVersion = (data, id) => () => {
    const body = new FormData();
    for (const [name, value] of new URLSearchParams(data)) body.append(name, value);
    body.append("version", versions.get(id));
    return body;
  };
  const edit = (id, data) => sending.send(elementUrl(id, "edit"), withVersion(data, id));

  const save = async () => {
    const id = shownId();
    const [before, now] = [saved, formNow()];
    if (!id || now === before) return;
    saved = now;
    const sent = edit(id, now);
    const back = (data) => async () => {
      await edit(id, data);
      await show(id, { scroll: false });
    };
    undo.remember({ sent, undo: back(before), redo: back(now) });
    await sent;
  };
  addEventListener("beforeunload", (event) => {
    if (formNow() === saved) return;
    save();
    event.preventDefault();
  });

  return {
    fill,
    show,
    next,
    save,
    version: (id) => versions.get(id),
    // What a colleague saved meanwhile is what Undo goes back to
    async saveMine() {
      const id = shownId();
      const theirs = await read(id);
      if (theirs === null) return;
      saved = formIn(parsed(theirs));
      await save();
      await show(id, { scroll: false });
    },
    heard({ element, version, panel: html }) {
      versions.set(String(element), version);
      if (html !== undefined) fill(html);
      const field = panel.querySelector(`[data-panel="${element}"] [name=version]`);
      if (field) field.value = version;
    },
  };
};
