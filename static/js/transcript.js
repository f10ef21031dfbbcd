// Reading and coding a transcript. Selections are the browser's own, made by mouse, touch or keys; the server counts
// code points, the DOM counts UTF-16 units: `pointsBefore` is the one place where one becomes the other.
const turns = document.querySelector("[data-transcript]");
const root = document.documentElement;
const writable = turns.dataset.readonly === "no";
const bar = document.querySelector("[data-codebar]");
const panel = document.getElementById("element-panel");
const coded = document.getElementById("coded");
const csrf = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
const letters = Object.fromEntries([...document.querySelectorAll("[data-code]")].map((b) => [b.querySelector("kbd").textContent.toLowerCase(), b.dataset.code]));
const segmenters = Object.fromEntries(["word", "sentence"].map((unit) => [unit, new Intl.Segmenter(turns.dataset.lang || undefined, { granularity: unit })]));

const say = (text) => { document.querySelector("[data-say]").textContent = text; };
const toast = (detail) => document.dispatchEvent(new CustomEvent("toast", { detail }));
const saveState = (state, waiting) => document.dispatchEvent(new CustomEvent("save-state", { detail: { state, waiting } }));
const element = (node) => (node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement);
const saidOf = (node) => node && element(node)?.closest(".said");
const turnOf = (node) => node && element(node)?.closest("[data-turn]");

// --- offsets -----------------------------------------------------------------------------------------
const pointsBefore = (text, units, roundUp) => {
  const splits = units > 0 && units < text.length && /[\uD800-\uDBFF]/.test(text[units - 1]) && /[\uDC00-\uDFFF]/.test(text[units]);
  return [...text.slice(0, units)].length - (splits && !roundUp ? 1 : 0);
};

const unitsIn = (said, node, offset) => {
  const range = document.createRange();
  range.setStart(said, 0);
  range.setEnd(node, offset);
  return range.toString().length;
};

const placeOf = (said, units) => {
  const walker = document.createTreeWalker(said, NodeFilter.SHOW_TEXT);
  let left = units;
  let last = null;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (left <= node.length) return [node, left];
    left -= node.length;
    last = node;
  }
  return last ? [last, last.length] : [said, 0];
};

// The selection as code points of the whole transcript, or null where no words of it are selected.
const pickedSpan = () => {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  if (!range.intersectsNode(turns)) return null;
  let first = saidOf(range.startContainer);
  let last = saidOf(range.endContainer);
  const touched = first && last ? [] : [...turns.querySelectorAll(".said")].filter((said) => range.intersectsNode(said));
  const startUnits = first ? unitsIn(first, range.startContainer, range.startOffset) : 0;
  first ??= touched[0];
  const endUnits = last ? unitsIn(last, range.endContainer, range.endOffset) : null;
  last ??= touched[touched.length - 1];
  if (!first || !last) return null;
  const end = endUnits ?? last.textContent.length;
  const start = Number(first.dataset.start) + pointsBefore(first.textContent, startUnits, false);
  const stop = Number(last.dataset.start) + pointsBefore(last.textContent, end, true);
  const words = selection.toString().trim();
  return stop > start && words ? { start, end: stop, words, said: first, single: first === last } : null;
};

// --- selecting by keys -------------------------------------------------------------------------------
const pieces = (said, unit) => [...segmenters[unit].segment(said.textContent)]
  .filter((piece) => (unit === "word" ? piece.isWordLike : piece.segment.trim()))
  .map((piece) => [piece.index, piece.index + (unit === "word" ? piece.segment : piece.segment.trimEnd()).length]);

const ends = (said) => {
  const selection = getSelection();
  return [unitsIn(said, selection.anchorNode, selection.anchorOffset), unitsIn(said, selection.focusNode, selection.focusOffset)];
};

const select = (said, anchor, head) => {
  getSelection().setBaseAndExtent(...placeOf(said, anchor), ...placeOf(said, head));
  const caret = document.createRange();
  caret.setStart(...placeOf(said, head));
  const box = caret.getBoundingClientRect();
  if (box.top && (box.top < 120 || box.bottom > innerHeight - 120)) said.closest("[data-turn]").scrollIntoView({ block: "center" });
};

const move = (said, unit, step) => {
  const [anchor, head] = ends(said);
  const from = Math.min(anchor, head);
  const to = Math.max(anchor, head);
  const all = pieces(said, unit);
  const whole = all.find((piece) => piece[0] <= from && piece[1] >= to);
  const grow = unit === "sentence" && whole && (whole[0] !== from || whole[1] !== to);
  const next = grow ? whole : step > 0 ? all.find((piece) => piece[0] >= to) : all.findLast((piece) => piece[1] <= from);
  if (next) select(said, ...next);
  else if (all.length) select(said, ...all.at(step > 0 ? -1 : 0));
};

const extend = (said, unit, step) => {
  const [anchor, head] = ends(said);
  const all = pieces(said, unit);
  const edges = all.flat().filter((edge) => (step > 0 ? edge > head : edge < head));
  const inside = (edge) => (edge > anchor ? all.some((piece) => piece[1] === edge) : all.some((piece) => piece[0] === edge));
  const wanted = step > 0 ? edges.find(inside) : edges.findLast(inside);
  if (wanted !== undefined && wanted !== anchor) select(said, anchor, wanted);
};

const enter = (turn, unit) => {
  const said = turn?.querySelector(".said");
  const first = said && pieces(said, unit)[0];
  if (!first) return;
  turn.focus();
  select(said, ...first);
};

const swapEnds = (said) => {
  const [anchor, head] = ends(said);
  select(said, head, anchor);
  say("The other end moves now.");
};

const leave = () => getSelection().removeAllRanges();

let picked = null;
let suggestions = null; // static/js/suggest.js, once it is there
let announced = 0;
document.addEventListener("selectionchange", () => {
  picked = pickedSpan();
  if (bar) bar.hidden = !picked;
  suggestions?.show(picked);
  for (const label of document.querySelectorAll("[data-snap-label]")) {
    label.textContent = picked && turnOf(picked.said)?.contains(label) ? "Yes, the selected words" : "Yes, this turn";
  }
  clearTimeout(announced);
  if (!picked || !bar) return;
  const count = picked.words.split(/\s+/).length;
  bar.querySelector("[data-picked]").textContent = `${count} ${count === 1 ? "word" : "words"}`;
  announced = setTimeout(() => say(`Selected: ${picked?.words.slice(0, 160) ?? ""}${suggestions?.spoken() ?? ""}`), 250);
});

// --- talking to the server ---------------------------------------------------------------------------
// One request after the other, so that versions follow each other; while the server is away they wait and are sent again.
let chain = Promise.resolve();
let waiting = 0;
const pause = (ms) => new Promise((done) => { setTimeout(done, ms); });

const attempt = async (url, body) => {
  for (;;) {
    try {
      return await fetch(url, { method: "POST", body: body(), headers: { "X-CSRFToken": csrf } });
    } catch {
      saveState("offline", waiting);
      await pause(3000);
    }
  }
};

const send = (url, body) => {
  waiting += 1;
  saveState("saving");
  const answered = chain.then(async () => {
    const response = await attempt(url, body);
    waiting -= 1;
    const answer = response.headers.get("Content-Type")?.includes("json") ? await response.json() : null;
    if (answer?.element) apply(answer);
    saveState(response.ok ? (waiting ? "saving" : "saved") : "error");
    if (!response.ok) {
      const text = answer?.message ?? (answer?.panel ? "" : `The server could not do that (error ${response.status}). Nothing was changed.`);
      if (text) toast({ level: "error", text });
    }
    return { ok: response.ok, answer };
  });
  chain = answered.catch(() => {});
  return answered;
};

addEventListener("beforeunload", (event) => { if (waiting) event.preventDefault(); });

const fields = (values) => () => {
  const body = new FormData();
  for (const [name, value] of Object.entries(values)) for (const each of [value].flat()) body.append(name, each);
  return body;
};
const elementUrl = (id, verb = "") => turns.dataset.elementBase.replace(/\/0\/$/, `/${id}/${verb ? `${verb}/` : ""}`);

// --- showing what changed ----------------------------------------------------------------------------
const versions = new Map();

const apply = (answer) => {
  versions.set(String(answer.element), answer.version);
  const box = document.createElement("template");
  box.innerHTML = answer.turns;
  for (const fresh of box.content.querySelectorAll("[data-turn]")) {
    const old = document.getElementById(fresh.id);
    const focused = old?.contains(document.activeElement);
    old?.replaceWith(fresh);
    if (focused) fresh.focus({ preventScroll: true });
  }
  list(answer);
  if (answer.panel !== undefined) fillPanel(answer.panel);
  const version = panel.querySelector(`[data-panel="${answer.element}"] [name=version]`);
  if (version) version.value = answer.version;
  markShown();
  filter();
  suggestions?.mark(); // the turns are new, and with them what was marked in them
};

const list = ({ element: id, item, phase, deleted }) => {
  coded.querySelector(`[data-coded="${id}"]`)?.remove();
  if (!deleted && item) {
    const box = document.createElement("template");
    box.innerHTML = item;
    const line = box.content.firstElementChild;
    const holder = coded.querySelector(`[data-phase-list="${phase}"]`);
    const after = [...holder.children].find((other) => Number(other.dataset.start) > Number(line.dataset.start));
    holder.insertBefore(line, after ?? null);
  }
  for (const group of coded.querySelectorAll("[data-phase-group]")) {
    const count = group.querySelectorAll("[data-coded]").length;
    group.hidden = !count;
    group.querySelector("[data-phase-count]").textContent = count;
  }
  const total = coded.querySelectorAll("[data-coded]").length;
  coded.querySelector("[data-coded-count]").textContent = total;
  coded.querySelector("[data-coded-empty]").hidden = total > 0;
};

let saved = "";
const formData = () => { const form = panel.querySelector("[data-element-form]"); return form ? new URLSearchParams(new FormData(form)).toString() : ""; };

const fillPanel = (html) => {
  const focus = panel.contains(document.activeElement) ? document.activeElement.id : "";
  panel.innerHTML = html;
  if (focus) document.getElementById(focus)?.focus();
  saved = formData();
  const version = panel.querySelector("[name=version]");
  if (version) versions.set(shownId(), version.value); // fresher than what this page wrote last
};

const shownId = () => panel.querySelector("[data-panel]")?.dataset.panel;
const markShown = () => {
  const id = shownId();
  for (const old of document.querySelectorAll(".hl.is-shown, .coded [aria-current]")) {
    old.classList.remove("is-shown");
    old.removeAttribute("aria-current");
  }
  if (!id) return;
  for (const mark of turns.querySelectorAll(`.hl[data-element="${id}"]`)) mark.classList.add("is-shown");
  coded.querySelector(`[data-show-element="${id}"]`)?.setAttribute("aria-current", "true");
};

const openSheet = () => { if (matchMedia("(max-width: 899.98px)").matches) root.dataset.inspector = "open"; };

const showElement = async (id, { scroll = true } = {}) => {
  if (scroll) {
    const mark = document.getElementById(`element-${id}`);
    mark?.scrollIntoView({ block: "center" });
    turnOf(mark)?.focus({ preventScroll: true });
  }
  await chain;
  const response = await fetch(elementUrl(id), { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!response?.ok) {
    toast({ level: "error", text: response ? "That element is not here any more." : "The server cannot be reached." });
    return;
  }
  fillPanel(await response.text());
  markShown();
  document.getElementById("inspector")?.scrollTo(0, 0);
};

// --- doing, undoing ----------------------------------------------------------------------------------
const done = [];
const undone = [];
const remember = (step) => { done.push(step); undone.length = 0; };

const newId = () => crypto.randomUUID?.() ?? "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (c) => (c ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (c / 4)))).toString(16));

// From a suggestion or by a letter: the element is the person's own either way.
const makeElement = async (kind, { url = turns.dataset.codeUrl, codes = [], back = null } = {}) => {
  if (!picked || !writable) return;
  const { start, end, said } = picked;
  const turn = turnOf(said).id;
  leave();
  document.getElementById(turn)?.focus({ preventScroll: true });
  const reopen = suggestions?.close({ start, end });
  const { ok, answer } = await send(url, fields({ start, end, kind, client_id: newId(), codes }));
  if (!ok) {
    reopen?.();
    return;
  }
  const id = answer.element;
  const undo = async () => {
    await send(elementUrl(id, "remove"), fields({}));
    reopen?.();
    await back?.();
  };
  const redo = async () => {
    suggestions?.close({ start, end });
    await send(elementUrl(id, "restore"), fields({}));
  };
  remember({ undo, redo });
  say(`${document.querySelector(`[data-code="${kind}"] span`).textContent} added.`);
};

const removeElement = async (id) => {
  const { ok } = await send(elementUrl(id, "remove"), fields({}));
  if (!ok) return;
  remember({ undo: () => send(elementUrl(id, "restore"), fields({})), redo: () => send(elementUrl(id, "remove"), fields({})) });
  toast({ text: "Element deleted.", undo: elementUrl(id, "restore") });
};

const moveSpan = async () => {
  const id = shownId();
  if (!picked || !id) {
    toast({ level: "warning", text: "Select the words first, then press M." });
    return;
  }
  const span = { start: picked.start, end: picked.end };
  const version = () => panel.querySelector("[name=version]")?.value ?? versions.get(id);
  leave();
  await send(elementUrl(id, "span"), () => fields({ ...span, version: version() })());
};

const withVersion = (data, id) => () => {
  const body = new FormData();
  for (const [name, value] of new URLSearchParams(data)) body.append(name, name === "version" ? versions.get(id) ?? value : value);
  return body;
};

const saveForm = async () => {
  const id = shownId();
  const before = saved;
  const now = formData();
  if (!id || now === before) return;
  saved = now;
  const { ok } = await send(elementUrl(id, "edit"), withVersion(now, id));
  if (!ok) return;
  const back = (data) => async () => {
    await send(elementUrl(id, "edit"), withVersion(data, id));
    await showElement(id, { scroll: false });
  };
  remember({ undo: back(before), redo: back(now) });
};

const saveMine = async () => {
  const id = shownId();
  saved = "";
  await saveForm();
  await showElement(id, { scroll: false });
};

const step = async (from, to, name) => {
  const action = from.pop();
  if (!action) {
    say(`Nothing to ${name}.`);
    return;
  }
  to.push(action);
  await action[name]();
  say(name === "undo" ? "Undone." : "Done again.");
};

const decide = async (snap, decision) => {
  const span = picked && turnOf(picked.said)?.contains(snap) ? { start: picked.start, end: picked.end } : {};
  const turn = turnOf(snap);
  leave();
  turn.focus({ preventScroll: true });
  const { ok } = await send(snap.dataset.url, fields({ decision, ...span }));
  if (ok) say(decision === "accept" ? "Placed here." : "Not here.");
};

// --- moving about ------------------------------------------------------------------------------------
const visible = (turn) => turn && !(turns.dataset.hide === "interviewer" && turn.dataset.role === "interviewer");
const neighbour = (turn, step) => {
  let next = turn;
  do next = step > 0 ? next.nextElementSibling : next.previousElementSibling; while (next && !visible(next));
  return next;
};
const onScreen = () => [...turns.children].find((turn) => visible(turn) && turn.getBoundingClientRect().bottom > 130);
const goTo = (turn) => {
  if (!turn) return;
  leave();
  turn.focus({ preventScroll: true });
  turn.scrollIntoView({ block: "nearest" });
};
const walk = (step) => {
  const here = turnOf(document.activeElement);
  goTo(here ? neighbour(here, step) : onScreen());
};

const nextQuote = (step) => {
  const marks = [...turns.querySelectorAll(".hl[id]")].filter((mark) => !turns.dataset.filtered || mark.classList.contains("is-kept"));
  const at = marks.findIndex((mark) => mark.dataset.element === shownId());
  const next = at >= 0 ? marks[at + step] : marks[step > 0 ? 0 : marks.length - 1];
  if (next) showElement(next.dataset.element);
};

const state = new URL(location).searchParams;
const remind = (name, value) => {
  const url = new URL(location);
  if (value) url.searchParams.set(name, value);
  else url.searchParams.delete(name);
  history.replaceState(null, "", url);
};

const hideButton = document.querySelector("[data-hide-interviewer]");
const hideInterviewer = (hide) => {
  const anchor = onScreen();
  const top = anchor?.getBoundingClientRect().top;
  if (hide) turns.dataset.hide = "interviewer";
  else delete turns.dataset.hide;
  hideButton.setAttribute("aria-pressed", String(hide));
  remind("hide", hide ? "interviewer" : "");
  const kept = visible(anchor) ? anchor : neighbour(anchor, 1);
  if (kept && scrollY > 0) scrollBy(0, kept.getBoundingClientRect().top - top);
};

const kindSelect = document.querySelector("[data-filter-kind]");
const filter = () => {
  const kind = kindSelect.value;
  turns.toggleAttribute("data-filtered", Boolean(kind));
  for (const mark of kind ? turns.querySelectorAll(".hl") : []) mark.classList.toggle("is-kept", mark.dataset.el === kind);
  for (const line of coded.querySelectorAll("[data-coded]")) line.hidden = Boolean(kind) && line.dataset.kind !== kind;
};

// --- find --------------------------------------------------------------------------------------------
const find = document.querySelector("[data-find]");
let matches = [];
let match = -1;
const rangeOf = ([said, from, to]) => {
  const range = document.createRange();
  range.setStart(...placeOf(said, from));
  range.setEnd(...placeOf(said, to));
  return range;
};

const search = () => {
  const words = find.value.trim();
  matches = [];
  match = -1;
  if (words) {
    const pattern = new RegExp(words.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&").replace(/\s+/g, "\\s+"), "giu");
    for (const said of turns.querySelectorAll(".said")) {
      if (!visible(turnOf(said))) continue;
      for (const hit of said.textContent.matchAll(pattern)) matches.push([said, hit.index, hit.index + hit[0].length]);
    }
  }
  for (const button of document.querySelectorAll("[data-find-step]")) button.hidden = !matches.length;
  if (globalThis.CSS?.highlights) CSS.highlights.set("found", new Highlight(...matches.slice(0, 2000).map(rangeOf)));
  showMatch(matches.length ? 0 : -1);
};

const showMatch = (index) => {
  match = index;
  document.querySelector("[data-find-count]").textContent = matches.length ? `${index + 1} of ${matches.length}` : find.value.trim() ? "no match" : "";
  if (globalThis.CSS?.highlights) CSS.highlights.delete("found-here");
  if (index < 0) return;
  turnOf(matches[index][0]).scrollIntoView({ block: "center" });
  if (globalThis.CSS?.highlights) CSS.highlights.set("found-here", new Highlight(rangeOf(matches[index])));
};
const stepMatch = (step) => matches.length && showMatch((match + step + matches.length) % matches.length);

let typed = 0;
find.addEventListener("input", () => { clearTimeout(typed); typed = setTimeout(search, 150); });
find.addEventListener("keydown", (event) => {
  if (event.key === "Enter") {
    event.preventDefault();
    clearTimeout(typed);
    if (matches.length) stepMatch(event.shiftKey ? -1 : 1);
    else search();
  } else if (event.key === "Escape") {
    event.preventDefault();
    const turn = turnOf(matches[match]?.[0]) ?? onScreen();
    find.value = "";
    search();
    goTo(turn);
  }
});

// --- keys --------------------------------------------------------------------------------------------
const typing = (target) => target.closest("input, textarea, select, [contenteditable], dialog, details.menu[open]");

const withSelection = (event, key) => {
  const said = picked.single ? picked.said : null;
  const sideways = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  const upDown = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (event.key === "Escape") goTo(turnOf(picked.said));
  else if (said && (sideways || upDown)) (event.shiftKey ? extend : move)(said, sideways ? "word" : "sentence", sideways ?? upDown);
  else if (key === "enter" && suggestions?.key(key)) return true;
  else if (root.dataset.singleKeys === "off") return false;
  else if (!event.shiftKey && suggestions?.key(key)) return true;
  else if (key === "u") return suggestions?.jump(event.shiftKey ? -1 : 1) ?? false;
  else if (said && key === "o") swapEnds(said);
  else if (letters[key] && !event.shiftKey) makeElement(letters[key]);
  else return key === "m" || key === "y" || key === "n" ? commands(key) : false;
  return true;
};

const commands = (key) => {
  const turn = turnOf(document.activeElement) ?? turnOf(picked?.said);
  const snap = turn?.querySelector("[data-snap]");
  const phase = ["1", "2", "3", "4"].includes(key) && panel.querySelector("[name=phase]");
  if (key === "j" || key === "k") walk(key === "j" ? 1 : -1);
  else if (key === "h") hideInterviewer(!turns.dataset.hide);
  else if (key === "s") enter(turn ?? onScreen(), "sentence");
  else if (key === "," || key === ".") nextQuote(key === "." ? 1 : -1);
  else if ((key === "y" || key === "n") && snap && writable) decide(snap, key === "y" ? "accept" : "reject");
  else if (key === "m" && writable && shownId()) moveSpan();
  else if (key === "i" && shownId()) { openSheet(); panel.querySelector("[name=note]")?.focus(); }
  else if (key === "t" && shownId() && writable) { openSheet(); panel.querySelector("[data-code-name]")?.focus(); }
  else if (phase && writable) { phase.value = key; saveForm(); }
  else return false;
  return true;
};

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.altKey) return;
  const key = event.key.toLowerCase();
  if (event.ctrlKey || event.metaKey) {
    if (typing(event.target) || !["z", "y"].includes(key) || !writable) return;
    event.preventDefault();
    if (key === "y" || event.shiftKey) step(undone, done, "redo");
    else step(done, undone, "undo");
    return;
  }
  if (typing(event.target)) {
    if (event.key !== "Escape" || !panel.contains(event.target)) return;
    event.preventDefault();
    const mark = document.getElementById(`element-${shownId()}`);
    goTo(turnOf(mark) ?? onScreen());
    return;
  }
  const turn = turnOf(event.target);
  let used = false;
  picked = pickedSpan(); // the browser tells of a changed selection later than of the next key
  if (picked && event.target.closest("button, a") === null) used = withSelection(event, key);
  else if (turn && event.target === turn && event.key === "Enter") used = enter(turn, "word") ?? true;
  else if (turn && (event.key === "ArrowDown" || event.key === "ArrowUp")) used = walk(event.key === "ArrowDown" ? 1 : -1) ?? true;
  else if (event.key === "Delete" && shownId() && writable) used = removeElement(shownId()) && true;
  else if (root.dataset.singleKeys !== "off" && key === "u") used = suggestions?.jump(event.shiftKey ? -1 : 1) ?? false;
  else if (root.dataset.singleKeys !== "off" && !event.shiftKey) used = commands(key);
  if (used) event.preventDefault();
}, true); // before the page's own sequences: with words selected, G is a gain and not the start of "g h"

// --- mouse and touch ---------------------------------------------------------------------------------
bar?.addEventListener("pointerdown", (event) => event.preventDefault());
document.addEventListener("click", (event) => {
  const code = event.target.closest("[data-code]");
  const show = event.target.closest("[data-show-element]");
  const mark = event.target.closest(".hl");
  const answer = event.target.closest("[data-decide]");
  const remove = event.target.closest("[data-remove-element]");
  if (code) makeElement(code.dataset.code);
  else if (show) { event.preventDefault(); showElement(show.dataset.showElement, { scroll: show.tagName === "A" }); }
  else if (answer) decide(answer.closest("[data-snap]"), answer.dataset.decide);
  else if (remove) removeElement(remove.dataset.removeElement);
  else if (event.target.closest("[data-move-span]")) moveSpan();
  else if (event.target.closest("[data-save-mine]")) saveMine();
  else if (event.target.closest("[data-close-panel]")) { fillPanel(""); markShown(); }
  else if (event.target.closest("[data-hide-interviewer]")) hideInterviewer(!turns.dataset.hide);
  else if (event.target.closest("[data-find-step]")) stepMatch(Number(event.target.closest("[data-find-step]").dataset.findStep));
  else if (event.target.closest("[data-next-snap]")) {
    event.preventDefault();
    const here = turnOf(document.activeElement);
    const snaps = [...turns.querySelectorAll("[data-snap]")];
    goTo(turnOf(snaps.find((snap) => here && here.compareDocumentPosition(turnOf(snap)) & Node.DOCUMENT_POSITION_FOLLOWING) ?? snaps[0]));
  } else if (mark && !picked) { openSheet(); showElement(mark.dataset.element, { scroll: false }); }
});
bar?.querySelectorAll("button").forEach((button) => { button.tabIndex = -1; });
document.querySelector("[data-move-span]")?.addEventListener("pointerdown", (event) => event.preventDefault());
panel.addEventListener("pointerdown", (event) => event.target.closest("[data-move-span]") && event.preventDefault());
panel.addEventListener("change", (event) => event.target.closest("[data-element-form]") && saveForm());
document.addEventListener("submit", (event) => { // the Undo of a notice: in place instead of a page of its own
  const url = new URL(event.target.action, location);
  if (!event.target.querySelector(".notice-undo") || !/\/elements\/\d+\/restore\/$/.test(url.pathname)) return;
  event.preventDefault();
  event.target.closest(".notice").remove();
  send(url.pathname, fields({}));
});
panel.addEventListener("submit", (event) => { if (event.target.closest("[data-element-form]")) { event.preventDefault(); saveForm(); } });
kindSelect.addEventListener("change", () => { filter(); remind("kind", kindSelect.value); });

// --- where the address points ------------------------------------------------------------------------
if (turns.firstElementChild) turns.firstElementChild.tabIndex = 0;
turns.addEventListener("focusin", (event) => {
  const turn = turnOf(event.target);
  if (!turn || turn.tabIndex === 0) return;
  for (const old of turns.querySelectorAll('[data-turn][tabindex="0"]')) old.tabIndex = -1;
  turn.tabIndex = 0;
});
if (state.get("hide") === "interviewer") hideInterviewer(true);
if (state.get("kind")) { kindSelect.value = state.get("kind"); filter(); }
// #element-1, #quote-1 or #q1; a quote that is no element is told by the server as code points.
const pointed = () => {
  const [, what, id] = location.hash.match(/^#(element-|quote-|q)(\d+)$/) ?? [];
  const mark = what && (what === "element-" ? document.getElementById(`element-${id}`) : turns.querySelector(`[data-quote="${id}"]`));
  if (mark) showElement(mark.dataset.element);
  else if (/^#t\d+$/.test(location.hash)) document.querySelector(location.hash)?.focus({ preventScroll: true });
  else if (turns.dataset.pointed) showSpan(...turns.dataset.pointed.split("-").map(Number));
};
const saidAt = (point) => { // the turns stand in the order of the text
  const all = turns.children;
  let low = 0;
  let high = all.length - 1;
  const said = (place) => all[place].querySelector(".said");
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (Number(said(middle).dataset.start) <= point) low = middle;
    else high = middle - 1;
  }
  return all.length ? said(low) : null;
};
const unitsOf = (said, point) => [...said.textContent].slice(0, point - Number(said.dataset.start)).join("").length;
const showSpan = (start, end) => {
  const said = saidAt(start);
  if (!said) return;
  const units = (point) => unitsOf(said, point);
  said.closest("[data-turn]").focus({ preventScroll: true });
  said.scrollIntoView({ block: "center" });
  if (globalThis.CSS?.highlights) CSS.highlights.set("found-here", new Highlight(rangeOf([said, units(start), units(end)])));
};
pointed();
addEventListener("hashchange", pointed);

// --- suggestions ------------------------------------------------------------------------------------
const current = () => { // the place in the text where the reader is, as a code point
  const said = picked?.said ?? (turnOf(document.activeElement) ?? onScreen())?.querySelector(".said");
  return picked?.start ?? Number(said?.dataset.start ?? 0) - 1;
};
if (turns.dataset.suggestModule) {
  const { createSuggestions } = await import(turns.dataset.suggestModule);
  suggestions = await createSuggestions({ turns, bar, unitsOf, rangeOf, select, goTo, saidAt, say, send, accept: makeElement, remember, fields, current });
  suggestions?.show(picked);
}
