// The live page: keys and lines in, changes into the outbox, and everything on screen drawn from one state.
const live = document.querySelector("[data-live]");
const given = JSON.parse(document.getElementById("live-data").textContent);
const { drawWheel, twinOf, spoken, describe, prepare } = await import(live.dataset.wheelModule);
const { createOutbox, openStore } = await import(live.dataset.outboxModule);
const { createInspector, clock } = await import(live.dataset.inspectorModule);

const POLL = 1500;
const FORTY_FIVE = 45 * 60_000;
const LATE_TYPING = 3000;
const { vocabulary, phases, readonly } = given;
const kinds = new Map(vocabulary.kinds.map((kind) => [kind.code, kind]));
const byLetter = new Map(vocabulary.kinds.map((kind) => [kind.letter, kind.code]));
const points = new Map(vocabulary.points.map((point) => [point.code, point]));
const key = `${given.user}:${given.study}:${given.interview}`;
const $ = (selector) => live.querySelector(selector);
const line = $("[data-line]");
const mac = /Mac|iP(hone|ad)/.test(navigator.platform);

// --- state ---------------------------------------------------------------------------------------------------------
const rows = new Map();
let seq = 0;
let asked = new Set();
let coverage = new Set();
let header = {};
let timer = { running: false, elapsed_ms: 0, at: Date.now() };
let clashes = {};
let phaseNow = null;
let selected = "";
let newest = "";
let undone = [];
let done = [];
let draft = { kind: "", phase: null, point: "", words: false, intensity: null, at_ms: undefined };
let trouble = "";

const store = await openStore();
const snapshot = await store.load(key).catch(() => null);

const take = (data) => {
  for (const row of data.elements ?? []) if ((rows.get(row.id)?.version ?? 0) <= row.version) rows.set(row.id, row);
  if (data.asked) asked = new Set(data.asked);
  if (data.coverage) coverage = new Set(data.coverage);
  if (data.header) header = data.header;
  if (data.timer) timer = { ...data.timer, at: data.timer.at ?? Date.now() };
  if (data.seq !== undefined) seq = data.seq;
};
take(given.data);
// A page that the service worker kept is older than what this browser knows since
if ("fromCache" in live.dataset && snapshot?.seq >= given.data.seq) take(snapshot);
clashes = snapshot?.clashes ?? {};

const apply = (row, entry) => {
  const next = { ...row, detail: { ...row.detail } };
  for (const [field, value] of Object.entries(entry.fields)) {
    if (field.startsWith("detail.")) next.detail[field.slice(7)] = value;
    else next[field] = value;
  }
  return next;
};
const BLANK = { pk: null, kind: "", note: "", verbatim: "", quote: "", at_ms: null, phase: null, substage: "", point: "", story_date: null, story_precision: "", intensity: null, grade: "", epistemic: "stated", dimensions: [], detail: {}, deleted: false, version: 0, seq: 0, by: given.me, by_id: given.user };

// What the person sees: the server's rows with everything on top that still waits in the outbox.
let items = new Map();
let problems = {};
const compute = () => {
  items = new Map(rows);
  problems = {};
  let order = 0;
  for (const entry of outbox.entries) {
    if (entry.type === "element") {
      const row = items.get(entry.id) ?? { ...BLANK, id: entry.id, pk: 1e12 + order++ };
      items.set(entry.id, apply(row, entry));
      if (entry.refused) problems[entry.id] = { ...problems[entry.id], ...entry.refused };
    } else if (entry.type === "asked") entry.value ? asked.add(entry.id) : asked.delete(entry.id);
    else if (entry.type === "coverage") entry.value ? coverage.add(entry.id) : coverage.delete(entry.id);
    else if (entry.type === "header") header = { ...header, ...entry.fields };
    else if (entry.type === "timer") timer = { running: entry.running, elapsed_ms: entry.elapsed_ms, at: entry.at };
  }
};
const alive = () => [...items.values()].filter((item) => !item.deleted);
const read = (item, field) => (field.startsWith("detail.") ? item.detail?.[field.slice(7)] ?? "" : item[field]);
const elapsed = () => (timer.running ? timer.elapsed_ms + Date.now() - timer.at : timer.elapsed_ms);
const ordered = () => alive().sort((a, b) => (a.at_ms ?? Infinity) - (b.at_ms ?? Infinity) || (a.pk ?? Infinity) - (b.pk ?? Infinity));

// --- the network ------------------------------------------------------------------------------------------------------
const token = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
const ask = async (url, options = {}) => {
  try {
    return await fetch(url, { redirect: "manual", credentials: "same-origin", signal: AbortSignal.timeout(10_000), ...options });
  } catch {
    return null;
  }
};
const SIGNED_OUT = "You are signed out. Everything waits here: sign in in another tab and it goes on by itself.";
const refusal = async (response) => {
  if (!response) return { offline: true };
  if (response.status >= 500) return { offline: true, message: (await response.json().catch(() => ({}))).message };
  if (response.type === "opaqueredirect" || response.status === 401) return { stop: true, message: SIGNED_OUT };
  const data = await response.json().catch(() => ({}));
  if (data.error === "again") return { again: true };
  if (data.message) return { stop: true, message: data.message };
  if (response.status === 403) return { stop: true, message: "You may not write in this interview any more, or your sign-in is too old: reload the page. What you typed stays in this browser." };
  if (response.status === 404) return { stop: true, message: "This interview is no longer within your reach. What you typed stays in this browser." };
  return { stop: true, message: `The server refused the change (${response.status}). It stays in this browser.` };
};
const send = async (body) => {
  const response = await ask(live.dataset.sync, { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json", "X-CSRFToken": token() } });
  return response?.ok ? { ok: true, data: await response.json() } : refusal(response);
};

const channel = "BroadcastChannel" in globalThis ? new BroadcastChannel(`studio-capture:${key}`) : null;
const tell = (message) => channel?.postMessage(message);

const answered = async (data, batch) => {
  const sent = batch.filter((entry) => entry.type === "element");
  data.results.forEach((result, index) => {
    if (result.current) take({ elements: [result.current] });
    for (const [field] of Object.entries(result.conflicts ?? {})) (clashes[result.client_id] ??= {})[field] = sent[index].fields[field] ?? (field === "deleted" ? false : null);
    const errors = result.state === "refused" ? {} : result.errors ?? {};
    if (Object.keys(errors).length) notes[result.client_id] = errors;
    if (Object.keys(result.conflicts ?? {}).length) speak("Somebody else changed the same field. Both versions are kept: choose in the item.");
  });
  const late = data.header_conflicts ?? {};
  if (Object.keys(late).length) {
    const mine = batch.filter((entry) => entry.type === "header").at(-1)?.fields ?? {};
    trouble = `Somebody else changed ${Object.keys(late).join(", ").replace("_", " ")} meanwhile; theirs stands. Yours was: ${Object.keys(late).map((name) => `“${mine[name]}”`).join(", ")}.`;
    header = { ...header, ...late };
  }
  // My half of a clash leaves the outbox after this: it must be safe first
  if (data.results.some((result) => Object.keys(result.conflicts ?? {}).length)) await saveSnapshot();
  else keepSnapshot();
  tell({ rows: data.results.map((result) => result.current).filter(Boolean) });
};
const notes = {};

const outbox = createOutbox({
  store, key, user: given.user, send,
  onChange: () => render(),
  onAnswer: answered,
  onState: ({ state, waiting, message }) => {
    document.dispatchEvent(new CustomEvent("save-state", { detail: { state, waiting } }));
    if (state !== "saving") say(message);
    if (state === "saved") tell({ saved: true });
  },
});
channel?.addEventListener("message", ({ data }) => {
  if (data.rows) take({ elements: data.rows });
  outbox.reload();
});

let snapshotTimer = 0;
const saveSnapshot = () => store.save(key, { seq, elements: [...rows.values()], asked: [...asked], coverage: [...coverage], header, timer, clashes }).catch(() => {});
const keepSnapshot = () => {
  clearTimeout(snapshotTimer);
  snapshotTimer = setTimeout(saveSnapshot, 300);
};

let polling = 0;
let reachable = true;
const poll = async () => {
  clearTimeout(polling);
  if (!document.hidden) {
    const response = await ask(`${live.dataset.changes}?since=${seq}`, { headers: { Accept: "application/json" } });
    const news = response?.ok && response.status === 200 ? await response.json().catch(() => null) : null;
    if (news) {
      const strangers = news.elements.filter((row) => row.by_id !== given.user && !row.deleted && !rows.has(row.id));
      take(news);
      keepSnapshot();
      render();
      if (strangers.length) speak(`${strangers[0].by} captured ${strangers.length === 1 ? "an item" : `${strangers.length} items`}.`);
    }
    const answers = Boolean(response?.ok);
    if (answers && (!reachable || outbox.waiting)) outbox.flush();
    if (!answers && reachable !== answers) {
      const why = await refusal(response);
      if (!why.again) document.dispatchEvent(new CustomEvent("save-state", { detail: { state: why.stop ? "error" : "offline", waiting: outbox.waiting } }));
      say(why.message ?? "");
    } else if (answers && !reachable) {
      say("");
      const { waiting } = outbox;
      document.dispatchEvent(new CustomEvent("save-state", { detail: { state: waiting ? "saving" : "saved", waiting } }));
    }
    reachable = answers;
  }
  polling = setTimeout(poll, reachable ? POLL : POLL * 2);
};

// --- changing things ---------------------------------------------------------------------------------------------------
const change = (id, fields, seen = {}) => {
  const item = items.get(id);
  const base = Object.fromEntries(Object.keys(fields).map((field) => [field, field in seen ? seen[field] : read(item, field)]));
  const moved = Object.keys(seen).some((field) => JSON.stringify(seen[field]) !== JSON.stringify(read(item, field)));
  const pending = moved || outbox.entries.some((entry) => entry.type === "element" && entry.id === id);
  delete notes[id];
  const pushed = outbox.push({ type: "element", id, base_version: pending ? null : item.version, fields, base });
  pushed.catch(() => {});
  return base;
};

const edit = (id, fields, seen = {}) => {
  const item = items.get(id);
  if (readonly || !item) return;
  const changed = Object.fromEntries(Object.entries(fields).filter(([field, value]) => JSON.stringify(read(item, field)) !== JSON.stringify(value)));
  if (!Object.keys(changed).length) return;
  const full = { ...changed, ...consequences(item, changed) };
  remember(id, change(id, full, seen), full);
};

// A kind brings its usual phase, a point the phase it leads to; both only where nobody chose otherwise.
const consequences = (item, fields) => {
  const extra = {};
  if (fields.point && !("phase" in fields)) extra.phase = points.get(fields.point).to || item.phase;
  else if (fields.kind && item.phase === null && !("phase" in fields)) extra.phase = usualPhase(fields.kind);
  return extra;
};
const usualPhase = (code) => {
  const usual = kinds.get(code)?.phases ?? [];
  if (code === "job") return null;
  return usual.includes(phaseNow) || code === "event" ? phaseNow ?? usual[0] : usual[0] ?? null;
};

const remember = (id, before, after) => {
  const last = done.at(-1);
  const names = Object.keys(after);
  const typing = last && last.id === id && names.length === 1 && (names[0] === "note" || names[0] === "verbatim") && Object.keys(last.after).join() === names[0];
  if (typing && Date.now() - last.when < LATE_TYPING) Object.assign(last, { after, when: Date.now() });
  else done.push({ id, before, after, when: Date.now() });
  undone = [];
};

// The focus follows: what is gone leaves it to the line, and the keys act on what the focus shows.
const follow = (id) => {
  if (!items.get(id).deleted) return focusItem(id);
  select("");
  return line.focus();
};

const step = (from, to, wanted, expected, word) => {
  const one = from.pop();
  if (!one) { speak(`Nothing to ${word}.`); return; }
  const item = items.get(one.id);
  const fields = Object.fromEntries(Object.entries(one[wanted]).filter(([field]) => JSON.stringify(read(item, field)) === JSON.stringify(one[expected][field])));
  if (Object.keys(fields).length) {
    const onItem = document.activeElement.closest("[data-item]");
    change(one.id, fields);
    to.push(one);
    if (onItem) follow(one.id);
    else if (!fields.deleted) select(one.id, false);
    speak(word === "undo" ? "Undone." : "Done again.");
  } else speak("Somebody else changed this since; it stays as it is.");
};
const undo = () => step(done, undone, "before", "after", "undo");
const redo = () => step(undone, done, "after", "before", "redo");

const remove = (id) => {
  const order = ordered().map((item) => item.id);
  const next = order[order.indexOf(id) + 1] ?? order[order.indexOf(id) - 1] ?? "";
  edit(id, { deleted: true });
  select(next, false);
  if (next) focusItem(next);
  else line.focus();
  speak("Deleted. Ctrl+Z brings it back.");
};

const capture = () => {
  const words = line.value.trim();
  if (!words || readonly) return;
  const id = crypto.randomUUID();
  const fields = { [draft.words ? "verbatim" : "note"]: words, at_ms: draft.at_ms ?? null };
  if (draft.kind) fields.kind = draft.kind;
  const phase = draft.phase ?? (draft.point ? points.get(draft.point).to || null : draft.kind ? usualPhase(draft.kind) : null);
  if (phase) fields.phase = phase;
  if (draft.point && draft.kind === "event") fields.point = draft.point;
  if (draft.intensity !== null) fields.intensity = draft.intensity;
  outbox.push({ type: "element", id, base_version: 0, fields, base: {} }).catch(() => {});
  remember(id, { deleted: true }, { deleted: false });
  line.value = "";
  grow();
  draft = { kind: "", phase: null, point: "", words: false, intensity: null, at_ms: undefined };
  newest = id;
  selected = "";
  render();
  const list = $("[data-list]").parentElement;
  list.scrollTop = list.scrollHeight;
  speak(`Captured${fields.kind ? ` as ${kinds.get(fields.kind).name}` : ", not classified"}.`);
};

// What a key means right now: the line that is being typed, the selected item, or the item just captured.
const target = () => {
  const inInspector = $("[data-inspector]").contains(document.activeElement);
  if (line.value.trim() && !inInspector && !(document.activeElement?.closest("[data-list], [data-wheel], [data-twin]"))) return "";
  if (selected && items.has(selected) && !items.get(selected).deleted) return selected;
  const fresh = items.get(newest);
  return fresh && !fresh.kind && !fresh.deleted && document.activeElement !== document.body ? newest : "";
};

const setKind = (code) => {
  const id = target();
  if (id) edit(id, { kind: items.get(id).kind === code ? "" : code });
  else {
    draft.kind = draft.kind === code ? "" : code;
    if (draft.kind !== "event") draft.point = "";
    renderBar();
  }
  speak(kinds.get((id ? items.get(id) : draft).kind)?.name ?? "Not classified");
};
const setDigit = (digit) => {
  const id = target();
  const kind = id ? items.get(id).kind : draft.kind;
  if (kind === "event") {
    const point = digit === "B" ? "T3b" : `T${digit}`;
    if (!points.has(point)) return false;
    if (id) edit(id, { point: items.get(id).point === point ? "" : point });
    else Object.assign(draft, { point, phase: points.get(point).to || null });
    if (points.get(point).to) phaseNow = points.get(point).to;
  } else {
    if (!/[1-4]/.test(digit)) return false;
    phaseNow = Number(digit);
    if (id) edit(id, { phase: phaseNow });
    else draft.phase = phaseNow;
  }
  render();
  speak(kind === "event" ? `Point ${(id ? items.get(id) : draft).point || "none"}` : `Phase ${phaseNow}, ${phases[phaseNow - 1]}`);
  return true;
};
const shift = (by) => {
  const id = target();
  const old = id ? items.get(id).intensity : draft.intensity;
  const value = old === null ? (by > 0 ? 2 : 1) : Math.min(4, Math.max(0, old + by));
  if (id) edit(id, { intensity: value });
  else draft.intensity = value;
  renderBar();
  speak(`Intensity ${value} of 4`);
};
const toggleWords = () => {
  const id = target();
  if (!id) { draft.words = !draft.words; renderBar(); speak(draft.words ? "Their words" : "Your note"); return; }
  const item = items.get(id);
  if (item.note && item.verbatim) return;
  edit(id, { note: item.verbatim, verbatim: item.note });
};
const toggleDimension = (code) => {
  const item = items.get(target());
  if (!item) return;
  const wanted = vocabulary.dimensions.map(([name]) => name).filter((name) => (name === code) !== item.dimensions.includes(name));
  edit(item.id, { dimensions: wanted });
};
const nextUnclassified = () => {
  const tray = ordered().filter((item) => !item.kind);
  if (!tray.length) { speak("Nothing waits in the tray."); return; }
  const there = tray.findIndex((item) => item.id === selected);
  focusItem(tray[(there + 1) % tray.length].id);
};
const toggleTimer = () => {
  if (readonly) return;
  const next = { running: !timer.running, elapsed_ms: Math.round(elapsed()), at: Date.now() };
  outbox.push({ type: "timer", id: "timer", ...next }).catch(() => {});
  render();
  speak(next.running ? "Timer runs." : "Timer paused.");
};
const setCovered = (code, value) => {
  value ? coverage.add(code) : coverage.delete(code);
  outbox.push({ type: "coverage", id: code, value }).catch(() => {});
};
// Who asked a question asked about its element; what is captured counts more than that
const setAsked = (id, value) => {
  value ? asked.add(id) : asked.delete(id);
  outbox.push({ type: "asked", id, value }).catch(() => {});
  const code = given.prompts.find((prompt) => prompt.id === id)?.element;
  if (value && code && !coverage.has(code)) setCovered(code, true);
};

// --- what to ask next ------------------------------------------------------------------------------------------------------
const counts = () => {
  const found = new Map();
  for (const item of alive()) found.set(item.kind, (found.get(item.kind) ?? 0) + 1);
  return found;
};
const suggestion = () => {
  const found = counts();
  const open = vocabulary.kinds.filter((kind) => !found.has(kind.code) && !coverage.has(kind.code));
  const near = phaseNow ? open.filter((kind) => kind.phases.includes(phaseNow) || !kind.phases.length) : [];
  const kind = near[0] ?? open[0];
  if (!kind) return null;
  const prompts = given.prompts.filter((prompt) => prompt.element === kind.code && !asked.has(prompt.id));
  const prompt = prompts.find((each) => each.phase === phaseNow) ?? prompts[0];
  return { kind, prompt, words: prompt?.text ?? kind.question };
};
const acceptSuggestion = () => {
  const next = suggestion();
  if (!next || readonly) return;
  if (next.prompt) setAsked(next.prompt.id, true);
  else setCovered(next.kind.code, true);
  speak("Ticked as asked.");
  render();
};

// --- drawing ------------------------------------------------------------------------------------------------------------------
const make = (name, attributes = {}, ...children) => {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) if (value !== undefined && value !== false) made.setAttribute(attribute, value);
  made.append(...children);
  return made;
};
const speech = $("[data-say]");
let heard = "";
function speak(words) {
  heard = words;
  speech.textContent = "";
  setTimeout(() => { speech.textContent = heard; }, 30);
}
const banner = $("[data-banner]");
let said = "";
function say(message) {
  said = message ?? "";
  drawBanner();
}
const drawBanner = () => {
  const late = elapsed() > FORTY_FIVE && timer.running && !alive().some((item) => item.phase === 4);
  const words = said || trouble || (late ? `45 minutes are over and nothing is captured in phase 4, ${phases[3]}, yet.` : "") || (store.kind === "memory" ? "This browser keeps nothing for us: do not close this page before everything is saved." : "");
  if (banner.dataset.words === words) return;
  banner.dataset.words = words;
  banner.replaceChildren(...(words ? [make("span", {}, words)] : []));
  if (said === SIGNED_OUT) banner.append(make("a", { href: `${live.dataset.login}?next=${encodeURIComponent(location.pathname)}`, target: "_blank", rel: "noopener" }, "Sign in"));
  else if (trouble && words === trouble) {
    const away = make("button", { type: "button", class: "btn btn-quiet btn-sm" }, "Understood");
    away.addEventListener("click", () => { trouble = ""; drawBanner(); line.focus(); });
    banner.append(away);
  }
};

const elementMark = (item) => {
  const kind = kinds.get(item.kind);
  const mark = make("span", { class: "item-mark", "data-el": item.kind || false, "aria-hidden": "true" });
  mark.textContent = kind ? `${kind.letter}${kind.glyph}` : "?";
  return mark;
};
const facts = (item) => {
  const parts = [];
  if (item.point) parts.push(item.point);
  else if (item.phase) parts.push(`phase ${item.phase}`);
  if (item.intensity !== null) parts.push(`intensity ${item.intensity}`);
  if (item.grade) parts.push(item.grade === "D" ? "D: does not count in scores" : `evidence ${item.grade}`);
  if (item.by_id !== given.user && item.by) parts.push(item.by);
  if (clashes[item.id]) parts.push("two versions: choose");
  if (problems[item.id]) parts.push("not saved");
  return parts.join(" · ");
};
const itemButton = (item) => {
  const kind = kinds.get(item.kind);
  const button = make("button", { type: "button", class: "item", "data-item": item.id, "data-el": item.kind || false });
  const quoted = item.quote || item.verbatim;
  button.append(
    make("span", { class: "time" }, clock(item.at_ms)),
    elementMark(item),
    make("span", { class: quoted ? "item-words is-quote" : "item-words" }, spoken(item)),
    make("span", { class: "item-facts" }, make("span", { class: "visually-hidden" }, `${kind ? kind.name : "Not classified"}. `), facts(item)),
  );
  return button;
};

// Rows are kept by id, so that focus and a screen reader's place survive every redraw.
const drawRows = (list, wanted) => {
  const there = new Map([...list.children].map((row) => [row.dataset.row, row]));
  let before = list.firstElementChild;
  for (const item of wanted) {
    const signature = JSON.stringify([item.kind, item.at_ms, spoken(item), Boolean(item.quote || item.verbatim), facts(item)]);
    let row = there.get(item.id);
    if (!row) row = make("li", { "data-row": item.id });
    if (row.dataset.signature !== signature) {
      const focused = row.contains(document.activeElement);
      row.dataset.signature = signature;
      row.replaceChildren(itemButton(item));
      if (focused) row.firstChild.focus({ preventScroll: true });
    }
    const button = row.firstChild;
    button.setAttribute("aria-pressed", String(item.id === selected));
    button.tabIndex = item.id === (selected || wanted.at(-1).id) ? 0 : -1;
    if (row === before) before = before.nextElementSibling;
    else list.insertBefore(row, before);
    there.delete(item.id);
  }
  for (const row of there.values()) row.remove();
};

const wheelBox = $("[data-wheel]");
const wheelState = () => ({ elements: [...items.values()], vocabulary, phases, header, prompts: given.prompts, asked: [...asked] });
let drawn = "";
const drawTheWheel = () => {
  const state = wheelState();
  const signature = JSON.stringify([state.elements, state.header, state.asked, selected]);
  if (signature === drawn) return;
  drawn = signature;
  const focused = wheelBox.contains(document.activeElement) ? document.activeElement.dataset.item : "";
  wheelBox.replaceChildren(drawWheel(state, { document, interactive: true, selected, label: `Wheel with ${alive().length} items. The same items are in the list; T shows them by phase.` }));
  if (focused) wheelBox.querySelector(`[data-item="${focused}"]`)?.focus();
};

const twinBox = $("[data-twin]");
const drawTwin = () => {
  for (const group of twinOf(wheelState())) {
    const name = String(group.phase);
    let part = twinBox.querySelector(`[data-group="${name}"]`);
    if (!part) {
      part = make("details", { "data-group": name, open: "", "data-phase": group.phase || false }, make("summary"), make("ol"), make("p", { class: "hint" }));
      twinBox.append(part);
    }
    part.querySelector("summary").textContent = `${group.title} (${group.items.length})`;
    part.hidden = !group.items.length && !(group.phase > 0);
    part.querySelector("p").textContent = group.items.length ? "" : "Nothing yet.";
    drawRows(part.querySelector("ol"), group.items);
  }
};

const drawCoverage = () => {
  const found = counts();
  for (const button of $("[data-coverage]").querySelectorAll("button")) {
    const code = button.dataset.kind;
    const n = found.get(code) ?? 0;
    const state = n ? String(n) : coverage.has(code) ? "∅" : "–";
    button.dataset.state = n ? "captured" : coverage.has(code) ? "asked" : "open";
    button.children[1].textContent = state;
    button.setAttribute("aria-pressed", String(coverage.has(code)));
    button.lastChild.textContent = `${kinds.get(code).name}: ${n ? `${n} captured` : coverage.has(code) ? "asked, nothing" : "not asked"}`;
  }
  const next = suggestion();
  $("[data-suggest]").hidden = !next || readonly;
  if (next) {
    $("[data-suggest-kind]").textContent = next.kind.name;
    $("[data-suggest-words]").textContent = next.words;
  }
  for (const box of live.querySelectorAll("[data-prompt]")) box.checked = asked.has(Number(box.dataset.prompt));
  for (const part of live.querySelectorAll("[data-guide-phase]")) part.classList.toggle("is-now", Number(part.dataset.guidePhase) === phaseNow);
};

function renderBar() {
  const id = target();
  const item = id ? items.get(id) : null;
  const state = item ?? draft;
  const kind = state.kind;
  const means = item ? `The keys act on “${spoken(item).slice(0, 60)}”` : line.value.trim() || draft.kind || draft.phase ? "Enter captures this line; Alt and a key below sort it" : "Enter captures; Alt and a key below sort the next line";
  // Written anew with each letter, it would be read aloud with each letter
  if ($("[data-target]").textContent !== means) $("[data-target]").textContent = means;
  $("[data-bar]").dataset.on = item ? "item" : "line";
  for (const button of $("[data-kinds]").children) button.setAttribute("aria-pressed", String(button.dataset.kind === kind));
  const usual = state.phase ?? (item ? null : kind ? usualPhase(kind) : null);
  const event = kind === "event";
  for (const button of $("[data-phases]").children) {
    button.hidden = event ? !button.dataset.point : !button.dataset.phaseKey;
    button.setAttribute("aria-pressed", String(event ? state.point === button.dataset.point : Number(button.dataset.phaseKey) === usual));
  }
  $("[data-words-toggle]").setAttribute("aria-pressed", String(item ? Boolean(item.verbatim) && !item.note : draft.words));
  $("[data-intensity]").textContent = state.intensity === null ? "–" : `${state.intensity}/4`;
}

const drawClock = () => {
  $("[data-clock]").textContent = clock(elapsed());
  const button = $("[data-timer]");
  const label = timer.running ? "Pause" : elapsed() ? "Go on" : "Start";
  if (button.textContent !== label) button.textContent = label;
  button.disabled = readonly;
  drawBanner();
};

const inspector = createInspector($("[data-inspector]"), {
  vocabulary, phases, readonly, edit, remove,
  leave: (id) => { if (id) focusItem(id); else { select("", false); line.focus(); } },
  settle: (id, field, mine) => {
    const wanted = clashes[id]?.[field];
    delete clashes[id][field];
    if (!Object.keys(clashes[id]).length) delete clashes[id];
    keepSnapshot();
    if (mine) edit(id, { [field]: field === "deleted" ? !items.get(id).deleted : wanted });
    render();
  },
});

function render() {
  compute();
  const list = ordered();
  // A deleted item with a clash stays in sight until somebody has chosen
  const withClash = [...items.values()].filter((item) => item.deleted && clashes[item.id]);
  drawRows($("[data-list]"), [...list, ...withClash]);
  $("[data-count]").textContent = list.length ? `${list.length}, ${list.filter((item) => !item.kind).length} in the tray` : "";
  $("[data-empty]").hidden = list.length > 0;
  if (live.dataset.view === "wheel" || live.dataset.pane === "wheel") drawTheWheel();
  drawTwin();
  drawCoverage();
  renderBar();
  for (const input of live.querySelectorAll("[data-head]")) if (input !== document.activeElement) input.value = input.dataset.seen = header[input.name] ?? "";
  const item = items.get(selected);
  const gone = !item || (item.deleted && !clashes[item.id]);
  inspector.show(gone ? null : item, { clashes: Object.entries(clashes[selected] ?? {}), errors: { ...notes[selected], ...problems[selected] } });
  live.dataset.selected = gone ? "no" : "yes";
  document.dispatchEvent(new CustomEvent("element-shown", { detail: { pk: gone || item.deleted ? 0 : item.pk } }));
  drawClock();
}

function select(id, redraw = true) {
  selected = id;
  if (redraw) render();
}
function focusItem(id) {
  select(id);
  const places = [...live.querySelectorAll(`.item[data-item="${id}"]`)].filter((button) => button.getClientRects().length);
  const place = places.find((button) => button.closest("[data-list]")) ?? places[0];
  place?.focus();
  place?.scrollIntoView({ block: "nearest" });
}

const words = $("[data-words]");
const showWords = (id) => { words.textContent = items.has(id) ? describe(items.get(id), prepare(wheelState())) : ""; };

// --- the parts that are made once -------------------------------------------------------------------------------------------
for (const kind of vocabulary.kinds) {
  const button = make("button", { type: "button", class: "key", "data-kind": kind.code, "data-el": kind.code, "aria-pressed": "false", title: `${kind.hint} (Alt+${kind.letter})` }, make("kbd", {}, kind.letter), make("span", { class: "key-glyph", "aria-hidden": "true" }, kind.glyph), make("span", { class: "key-name" }, kind.name));
  button.addEventListener("click", () => { setKind(kind.code); if (!selected) line.focus(); });
  $("[data-kinds]").append(button);
  const state = make("button", { type: "button", "data-kind": kind.code, "data-el": kind.code }, make("span", { "aria-hidden": "true" }, `${kind.letter}${kind.glyph}`), make("b", { "aria-hidden": "true" }, "–"), make("span", { class: "visually-hidden" }));
  state.title = `${kind.name}: press to say that it was asked`;
  state.disabled = readonly;
  state.addEventListener("click", () => setCovered(kind.code, !coverage.has(kind.code)));
  $("[data-coverage]").append(make("li", {}, state));
}
phases.forEach((label, index) => {
  const button = make("button", { type: "button", class: "key", "data-phase-key": index + 1, "data-phase": index + 1, "aria-pressed": "false", title: `Phase ${index + 1}: ${label} (Alt+${index + 1})` }, make("kbd", {}, String(index + 1)), make("span", { class: "key-name" }, label));
  button.addEventListener("click", () => { setDigit(String(index + 1)); if (!selected) line.focus(); });
  $("[data-phases]").append(button);
});
for (const point of vocabulary.points) {
  const digit = point.code === "T3b" ? "B" : point.code.slice(1);
  const button = make("button", { type: "button", class: "key", "data-point": point.code, "aria-pressed": "false", title: `${point.code} ${point.name} (Alt+${digit})` }, make("kbd", {}, digit), make("span", { class: "key-name" }, `${point.name}`));
  button.addEventListener("click", () => { setDigit(digit); if (!selected) line.focus(); });
  $("[data-phases]").append(button);
}
const groups = [null, 1, 2, 3, 4].map((phase) => [phase, given.prompts.filter((prompt) => prompt.phase === phase)]).filter(([, prompts]) => prompts.length);
for (const [phase, prompts] of groups) {
  const list = make("ul");
  for (const prompt of prompts) {
    const box = make("input", { type: "checkbox", class: "form-check-input", "data-prompt": prompt.id });
    box.disabled = readonly;
    box.addEventListener("change", () => setAsked(prompt.id, box.checked));
    list.append(make("li", {}, make("label", {}, box, make("span", {}, prompt.text))));
  }
  $("[data-prompts]").append(make("section", { "data-guide-phase": phase ?? 0, "data-phase": phase ?? false }, make("h2", {}, phase ? `${phase} ${phases[phase - 1]}` : "Any time"), list));
}
$("[data-no-guide]").hidden = given.prompts.length > 0;

// --- events -------------------------------------------------------------------------------------------------------------------
const grow = () => { line.style.height = "auto"; line.style.height = `${Math.min(line.scrollHeight + 2, 140)}px`; };
line.addEventListener("input", () => {
  if (draft.at_ms === undefined && line.value.trim()) draft.at_ms = elapsed() ? Math.round(elapsed()) : null;
  if (!line.value.trim()) draft.at_ms = undefined;
  grow();
  renderBar();
});
line.addEventListener("focus", () => { if (selected && !line.value) select(""); else renderBar(); });
line.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  if (event.key === "Enter" && !event.shiftKey && !event.altKey) {
    event.preventDefault();
    capture();
  } else if (event.key === "ArrowUp" && !event.altKey && !line.value) {
    const last = ordered().at(-1);
    if (last) { event.preventDefault(); focusItem(newest && items.has(newest) && !items.get(newest).deleted ? newest : last.id); }
  } else if (event.key === "Escape") event.preventDefault();
});
$("[data-bar]").addEventListener("submit", (event) => { event.preventDefault(); capture(); line.focus(); });
$("[data-words-toggle]").addEventListener("click", () => { toggleWords(); if (!selected) line.focus(); });
$("[data-stronger]").addEventListener("click", () => shift(1));
$("[data-weaker]").addEventListener("click", () => shift(-1));
$("[data-timer]").addEventListener("click", toggleTimer);
$("[data-suggest-asked]").addEventListener("click", acceptSuggestion);

const showView = (view) => {
  live.dataset.view = view;
  $("[data-view-wheel]").setAttribute("aria-pressed", String(view === "wheel"));
  $("[data-view-twin]").setAttribute("aria-pressed", String(view === "twin"));
  try { localStorage.setItem("studio-live-view", view); } catch { /* only for this page then */ }
  render();
};
const showPane = (pane) => {
  live.dataset.pane = pane;
  for (const button of live.querySelectorAll("[data-show]")) button.setAttribute("aria-pressed", String(button.dataset.show === pane));
  render();
};
$("[data-view-wheel]").addEventListener("click", () => showView("wheel"));
$("[data-view-twin]").addEventListener("click", () => showView("twin"));
for (const button of live.querySelectorAll("[data-show]")) button.addEventListener("click", () => showPane(button.dataset.show));
const narrow = matchMedia("(max-width: 899px)");
const toggleView = () => (narrow.matches ? showPane(live.dataset.pane === "wheel" ? "items" : "wheel") : showView(live.dataset.view === "wheel" ? "twin" : "wheel"));

live.addEventListener("click", (event) => {
  const chip = event.target.closest("[data-item]");
  if (!chip) return;
  const ids = (chip.dataset.items ?? chip.dataset.item).split(" ");
  select(ids[(ids.indexOf(selected) + 1) % ids.length]);
  if (chip.closest("svg")) wheelBox.querySelector(`[data-items~="${selected}"]`)?.focus();
});
live.addEventListener("focusin", (event) => {
  const chip = event.target.closest("[data-item]");
  if (chip) {
    const ids = (chip.dataset.items ?? chip.dataset.item).split(" ");
    if (!ids.includes(selected) && !chip.closest("svg")) select(chip.dataset.item);
    showWords(ids.includes(selected) ? selected : ids[0]);
  }
  renderBar();
});
wheelBox.addEventListener("pointerover", (event) => { const chip = event.target.closest("[data-item]"); if (chip) showWords(chip.dataset.item); });

const neighbours = (from) => {
  const box = from.closest("[data-list], [data-twin], [data-wheel]");
  return [...box.querySelectorAll("[data-item]")].filter((each) => each.getClientRects().length);
};
const ARROWS = { ArrowDown: 1, ArrowUp: -1, ArrowRight: 1, ArrowLeft: -1 };
const onItem = (event, chip) => {
  if (event.key in ARROWS) {
    const all = neighbours(chip);
    const next = all[all.indexOf(chip) + ARROWS[event.key]];
    if (next) {
      const id = next.dataset.item;
      select(id);
      const box = chip.isConnected ? chip : next;
      const place = (box.closest("[data-list], [data-twin], [data-wheel]") ?? live).querySelector(`[data-item="${id}"]`) ?? next;
      place.focus();
      place.scrollIntoView({ block: "nearest" });
    } else if (event.key === "ArrowDown" && chip.closest("[data-list]")) line.focus();
    return true;
  }
  if (event.key === "Enter" || event.key === " ") {
    if (chip.closest("svg") && event.key === " ") { chip.dispatchEvent(new MouseEvent("click", { bubbles: true })); return true; }
    select(chip.dataset.item);
    inspector.focus();
    return true;
  }
  if (event.key === "Delete" || event.key === "Backspace") { if (!readonly) remove(selected || chip.dataset.item); return true; }
  if (event.key === "Escape") { select(""); line.focus(); return true; }
  return false;
};

const letterOf = (event) => {
  if (/^[a-z]$/i.test(event.key)) return event.key.toUpperCase();
  return event.code.startsWith("Key") ? event.code.slice(3) : "";
};
const digitOf = (event) => (/^[0-8]$/.test(event.key) ? event.key : /^(Digit|Numpad)[0-8]$/.test(event.code) ? event.code.at(-1) : "");
const GRADES = new Set(["A", "B", "C", "D"]);
const DIMENSIONS = { F: "functional", E: "emotional", S: "social" };

// One meaning for a letter, whether it comes with Alt from a text field or alone with an item selected.
const press = (letter, digit, event, withAlt) => {
  if (event.shiftKey && letter && target()) {
    const item = items.get(target());
    if (GRADES.has(letter)) { edit(item.id, { grade: item.grade === letter ? "" : letter }); return true; }
    if (DIMENSIONS[letter]) { toggleDimension(DIMENSIONS[letter]); return true; }
    return false;
  }
  if (event.shiftKey && letter) return false;
  if (digit) return setDigit(digit);
  if (byLetter.has(letter)) { if (!withAlt && !target()) return false; setKind(byLetter.get(letter)); return true; }
  const kind = target() ? items.get(target()).kind : draft.kind;
  if (letter === "B" && kind === "event") return setDigit("B");
  if (letter === "Q") { toggleWords(); return true; }
  if (letter === "T") { toggleView(); return true; }
  if (letter === "M") { toggleTimer(); return true; }
  if (letter === "U") { nextUnclassified(); return true; }
  if (letter === "N") { line.focus(); return true; }
  if (event.key === ".") { acceptSuggestion(); return true; }
  return false;
};

const inField = (element) => element?.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, dialog, [contenteditable=true]");
document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.defaultPrevented || document.querySelector("dialog[open]")) return;
  const mod = mac ? event.metaKey : event.ctrlKey;
  const field = inField(event.target);
  const story = event.key === "Escape" && event.target.closest?.(".live-story[open]");
  let used = false;
  if (story) {
    story.open = false;
    story.querySelector("summary").focus();
    used = true;
  } else if (mod && !event.altKey && (event.key.toLowerCase() === "z" || event.key.toLowerCase() === "y")) {
    // Inside a text that is being written the browser's own undo is what people expect
    if (field && (field !== line || line.value)) return;
    if (event.key.toLowerCase() === "y" || event.shiftKey) redo();
    else undo();
    used = true;
    // On a Mac, Firefox calls every Option key AltGraph; elsewhere that one writes @ and €
  } else if (event.altKey && !event.ctrlKey && !event.metaKey && (mac || !event.getModifierState("AltGraph"))) {
    if (readonly) return;
    if (event.key === "ArrowUp" || event.key === "ArrowDown") { shift(event.key === "ArrowUp" ? 1 : -1); used = true; }
    else used = press(letterOf(event), digitOf(event), event, true);
  } else if (!event.ctrlKey && !event.metaKey && !event.altKey && !field) {
    const chip = event.target.closest?.("[data-item]");
    if (chip && live.contains(chip)) used = onItem(event, chip);
    if (!used && document.documentElement.dataset.singleKeys !== "off" && given.single_keys) {
      if (event.key === "+" || event.key === "=" || event.key === "-") { if (target() && !readonly) { shift(event.key === "-" ? -1 : 1); used = true; } }
      else if (event.key.length === 1 && !(readonly && letterOf(event) !== "T")) used = press(/^[a-z]$/i.test(event.key) ? event.key.toUpperCase() : "", digitOf(event), event, false);
    }
    if (event.key === "Escape" && !used) { line.focus(); used = true; }
  }
  if (used) {
    event.preventDefault();
    event.stopImmediatePropagation();
  }
}, { capture: true });

for (const form of live.querySelectorAll(".live-more form")) {
  form.addEventListener("submit", (event) => {
    if (reachable && !outbox.waiting) return;
    event.preventDefault();
    say("Wait until everything is saved, then press again.");
    outbox.flush();
  });
}

let headTimer = 0;
const saveHead = (input) => {
  const value = input.value.trim();
  if (value === (header[input.name] ?? "") || readonly) return;
  outbox.push({ type: "header", id: "header", fields: { [input.name]: value }, base: { [input.name]: input.dataset.seen ?? "" } }).catch(() => {});
  input.dataset.seen = value;
};
for (const input of live.querySelectorAll("[data-head]")) {
  input.disabled = readonly;
  input.addEventListener("input", () => { clearTimeout(headTimer); headTimer = setTimeout(saveHead, 600, input); });
  input.addEventListener("change", () => { clearTimeout(headTimer); saveHead(input); });
}

$("[data-give-consent]")?.addEventListener("click", async (event) => {
  const button = event.currentTarget;
  button.disabled = true;
  const response = await ask(live.dataset.consentUrl, { method: "POST", headers: { Accept: "application/json", "X-CSRFToken": token() } });
  const data = response?.ok ? await response.json() : null;
  button.disabled = false;
  if (data) {
    $("[data-consent]").replaceChildren(make("span", { class: "consent", "data-state": "given" }, `✓ ${data.words}`));
    speak(data.words);
    line.focus();
  } else say((await refusal(response)).message ?? "The server does not answer: consent could not be recorded yet. Press again when it is back.");
});

addEventListener("online", () => outbox.flush());
addEventListener("focus", () => { if (outbox.waiting) outbox.flush(); });
document.addEventListener("visibilitychange", () => { if (!document.hidden) poll(); });
setInterval(() => { if (!document.hidden) drawClock(); }, 1000);

// --- start -----------------------------------------------------------------------------------------------------------------------
const view = (() => { try { return localStorage.getItem("studio-live-view"); } catch { return null; } })();
showView(view === "twin" ? "twin" : "wheel");
await outbox.reload();
keepSnapshot();
live.dataset.ready = "yes";
if (outbox.waiting) outbox.flush();
else document.dispatchEvent(new CustomEvent("save-state", { detail: { state: "saved" } }));
poll();
if (!readonly && !narrow.matches) line.focus();

if ("serviceWorker" in navigator) {
  navigator.serviceWorker.addEventListener("message", (event) => { if (event.data?.type === "kept") live.dataset.offline = "ready"; });
  navigator.serviceWorker.register(live.dataset.worker, { scope: "/" }).then(() => navigator.serviceWorker.ready).then((registration) => {
    const loaded = performance.getEntriesByType("resource").map((each) => each.name).filter((url) => url.startsWith(`${location.origin}/static/`));
    registration.active.postMessage({ type: "keep", user: given.user, urls: [location.href.split("#")[0], ...new Set(loaded)] });
  }).catch(() => { /* without it the page still works while it stays open */ });
}
