// Suggestions while reading: for the selected words the likeliest elements and codes, drawn dashed so that nobody
// takes them for coding. They lie in memory, as code points of the transcript; the text itself is never touched.
import { goTo, onScreen } from "./moving.js";
import { rangeOf, saidAt, unitsOf } from "./offsets.js";
import { bar, say, turnOf } from "./page.js";
import { select } from "./selecting.js";
import { fields } from "./sending.js";

const CERTAIN = [[0.6, "likely"], [0.35, "maybe"], [0, "a guess"]];
const STRONG = 0.6; // "likely": worth a mark in the text, and a stop for the key that jumps
const SHOWN = 3;

const inWords = (share) => CERTAIN.find(([least]) => share >= least)[1];
const percent = (share) => `${Math.round(share * 100)} %`;

export const createSuggestions = async ({ holder, state, sending, undo, accept }) => {
  const { send } = sending;
  const response = await fetch(holder.dataset.suggest).catch(() => null);
  if (!response?.ok) return null;
  holder.innerHTML = await response.text();
  const data = document.getElementById("suggestions");
  if (!data) return null;
  const { sentences, codes } = JSON.parse(data.textContent);
  let open = sentences.map(([start, end, elements, given]) => ({ start, end, elements, codes: given }));
  const row = document.createElement("div");
  row.className = "codebar-suggested";
  row.hidden = true;
  bar?.prepend(row);
  let shown = null;
  let ticked = new Set();

  // --- which ----------------------------------------------------------------------------------------
  const touching = ({ start, end }) => open.filter((each) => each.start < end && each.end > start);
  const added = (each, name, span, into) => {
    const shared = Math.min(each.end, span.end) - Math.max(each.start, span.start);
    for (const [key, share] of each[name]) into.set(key, (into.get(key) ?? 0) + share * shared);
    return shared;
  };
  const mixed = (found, name, span) => { // several sentences speak by the length of what is selected of each
    const sums = new Map();
    const length = found.reduce((total, each) => total + added(each, name, span, sums), 0);
    return [...sums].map(([key, sum]) => [key, sum / length]).sort((a, b) => b[1] - a[1]).slice(0, SHOWN);
  };
  const isStrong = (each) => each.elements[0]?.[1] >= STRONG;
  const stops = () => open.filter(isStrong);

  // --- drawn ----------------------------------------------------------------------------------------
  const button = (className, key, label, note) => {
    const made = document.createElement("button");
    made.type = "button";
    made.tabIndex = -1;
    made.className = className;
    const letter = document.createElement("kbd");
    letter.textContent = key;
    const words = document.createElement("span");
    words.textContent = label;
    made.append(letter, words);
    if (note) {
      const small = document.createElement("small");
      small.textContent = note;
      made.append(small);
    }
    return made;
  };
  const nameOf = (kind) => bar.querySelector(`[data-code="${kind}"] span`).textContent;

  const draw = () => {
    row.replaceChildren();
    row.hidden = !shown;
    if (!shown) return;
    const title = document.createElement("span");
    title.className = "codebar-count";
    title.textContent = "Suggested";
    row.append(title);
    shown.elements.forEach(([kind, share], place) => {
      const made = button("codebar-key is-suggested", place ? String(place + 1) : "↵", nameOf(kind), `${inWords(share)}, ${percent(share)}`);
      made.dataset.el = kind;
      made.dataset.suggested = String(place);
      row.append(made);
    });
    shown.codes.forEach(([code, share], place) => {
      const made = button("codebar-key is-suggested is-code", String(place + 4), codes[code], percent(share));
      made.setAttribute("aria-pressed", String(ticked.has(code)));
      made.title = "Give this code along with the element";
      made.dataset.suggestedCode = String(place);
      row.append(made);
    });
    row.append(button("codebar-key is-none", "R", "None of these", ""));
  };

  const count = () => {
    const chip = document.querySelector("[data-next-suggestion]");
    const number = stops().length;
    chip.hidden = !number;
    chip.querySelector("[data-suggest-count]").textContent = `${number} likely`;
  };

  // Only what changed is drawn anew: a long transcript has a thousand marks, and a new element replaces one turn.
  const ranges = new Map();
  const highlight = globalThis.CSS?.highlights ? new Highlight() : null;
  if (highlight) CSS.highlights.set("suggested", highlight);
  const mark = () => {
    count();
    if (!highlight) return;
    const wanted = new Set(stops());
    for (const [each, range] of ranges) {
      if (wanted.has(each) && range.startContainer.isConnected && !range.collapsed) continue;
      highlight.delete(range);
      ranges.delete(each);
    }
    for (const each of wanted) {
      const said = ranges.has(each) ? null : saidAt(each.start);
      if (!said) continue;
      const range = rangeOf([said, unitsOf(said, each.start), unitsOf(said, each.end)]);
      ranges.set(each, range);
      highlight.add(range);
    }
  };
  let waiting = 0;
  const markSoon = () => { clearTimeout(waiting); waiting = setTimeout(mark, 60); };

  // --- done -----------------------------------------------------------------------------------------
  const close = (span) => {
    const gone = touching(span);
    open = open.filter((each) => !gone.includes(each));
    markSoon();
    return () => { open = [...open, ...gone].sort((a, b) => a.start - b.start); markSoon(); };
  };

  const take = (place) => {
    if (!shown?.elements[place]) return false;
    const span = { start: shown.start, end: shown.end };
    const [kind] = shown.elements[place];
    accept(kind, { url: holder.dataset.acceptUrl, codes: [...ticked], back: () => send(holder.dataset.decideUrl, fields({ ...span, state: "open" })) });
    return true;
  };

  const reject = async () => {
    if (!shown) return false;
    const span = { start: shown.start, end: shown.end };
    const reopen = close(span);
    show(null);
    const decide = (decision) => send(holder.dataset.decideUrl, fields({ ...span, state: decision }));
    const sent = decide("rejected");
    undo.remember({ sent, undo: async () => { reopen(); await decide("open"); }, redo: async () => { close(span); await decide("rejected"); } });
    if ((await sent).ok) say("None of these; it will not be suggested again.");
    else reopen();
    return true;
  };

  const tick = (place) => {
    const code = shown?.codes[place]?.[0];
    if (code === undefined) return false;
    if (!ticked.delete(code)) ticked.add(code);
    draw();
    say(`${codes[code]} ${ticked.has(code) ? "goes along" : "stays out"}.`);
    return true;
  };

  const show = (picked) => {
    const found = picked && bar ? touching(picked) : [];
    const next = found.length ? { start: picked.start, end: picked.end, elements: mixed(found, "elements", picked), codes: mixed(found, "codes", picked).filter(([code]) => codes[code]) } : null;
    if (next?.start !== shown?.start || next?.end !== shown?.end) ticked = new Set();
    shown = next;
    draw();
  };

  const current = () => { // the place in the text where the reader is, as a code point
    const said = state.picked?.said ?? (turnOf(document.activeElement) ?? onScreen())?.querySelector(".said");
    return state.picked?.start ?? Number(said?.dataset.start ?? 0) - 1;
  };
  const jump = (step) => {
    const here = current();
    const all = stops();
    const next = step > 0 ? all.find((each) => each.start > here) : all.findLast((each) => each.start < here);
    const goal = next ?? all.at(step > 0 ? 0 : -1);
    if (!goal) { say("No likely suggestion is left here."); return true; }
    const said = saidAt(goal.start);
    goTo(said.closest("[data-turn]"));
    select(said, unitsOf(said, goal.start), unitsOf(said, goal.end));
    return true;
  };

  const key = (name) => {
    if (!shown) return false;
    if (name === "enter") return take(0);
    if (["1", "2", "3"].includes(name)) return take(Number(name) - 1);
    if (["4", "5", "6"].includes(name)) return tick(Number(name) - 4);
    return name === "r" ? Boolean(reject()) : false;
  };

  row.addEventListener("click", ({ target }) => {
    const hit = target.closest("button");
    if (!hit) return;
    if (hit.dataset.suggested) take(Number(hit.dataset.suggested));
    else if (hit.dataset.suggestedCode) tick(Number(hit.dataset.suggestedCode));
    else reject();
  });
  document.querySelector("[data-next-suggestion]").addEventListener("click", () => jump(1));
  markSoon();
  const spoken = () => (shown ? ` Suggested: ${shown.elements.map(([kind, share]) => `${nameOf(kind)}, ${inWords(share)}`).join("; ")}.` : "");
  return { show, key, jump, close, mark: markSoon, spoken };
};
