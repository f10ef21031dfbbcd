// The live canvas: what people see and do on one page, over a document that all share.
import { createAside } from "./aside.js";
import { createBoard } from "./board.js";
import { nameOfSheet, openSheet } from "./connection.js";
import { createDots } from "./dots.js";
import { createDraft } from "./draft.js";
import { createDrag } from "./drag.js";
import { createView } from "./draw.js";
import { createEditor } from "./edit.js";
import { inAddress, plural, recall, remember, shorten, toAddress, toast } from "./elements.js";
import { createFacts } from "./facts.js";
import { createFilter } from "./filter.js";
import { createKeys } from "./keys.js";
import { createLinks } from "./links.js";
import { keepUndo, newest } from "./memory.js";
import { createMenu } from "./menu.js";
import { cardsOf, inField } from "./model.js";
import { createMove } from "./move.js";
import { keepForOffline } from "./offline.js";
import { createPanel } from "./panel.js";
import { createPeople } from "./people.js";
import { savingState } from "./saving.js";
import { createSay } from "./say.js";
import { createUndo } from "./undo.js";
import { createWalk } from "./walk.js";

const SAVING_MS = 400; // sooner than that nobody is told that something is being saved
const [ROW_TRIES, ROW_MS] = [15, 200];
const RESTORE_MS = 2500; // offline, one's own steps are brought back without waiting for the server

const start = () => {
  const root = document.querySelector("[data-canvas]");
  const data = JSON.parse(document.getElementById("canvas-data").textContent);
  const fields = [...root.querySelectorAll("[data-field]")];
  const token = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
  const say = createSay(root.querySelector("[data-canvas-say]"));
  const socket = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws/canvas`;
  const name = (phase, lane) => `${data.lanes[lane]}, ${data.phases[phase]}`;
  let [shown, frame, fresh, dirty] = [false, 0, null, null];

  // --- documents and facts -----------------------------------------------------------------------------------
  const facts = createFacts({ url: data.urls.facts, first: data.me, changed: () => heardFacts() });
  const told = () => { sayState(); };
  const heard = (message) => { if (message.type === "news" || message.type === "role") facts.news(); };
  const options = { socket, room: String(data.canvas), seat: data.me.key, told, heard };
  const aside = createAside({
    root,
    names: [options.room, `${options.room}/draft`].map((room) => nameOfSheet(options.seat, room)),
    nameOf: (card) => name(card.phase, card.lane),
  });
  const shared = openSheet(options);
  const board = createBoard((keys, remote) => heardCards(keys, remote));

  const refused = () => shared.refused || draft.refused;
  const lanesLocked = () => (facts.me.leads ? [] : facts.workshop?.locked_lanes ?? []);
  const may = {
    get edit() { return facts.me.may_edit && !refused(); },
    get read() { return Boolean(data.urls.cards); },
    get link() { return may.edit && Boolean(data.urls.find); },
    add: (lane) => may.edit && !lanesLocked().includes(lane),
    change: (card) => may.add(card.lane) && (facts.me.leads || !facts.of(card.key).locked),
  };
  const whyNot = (card) => {
    if (refused()) return `Nothing can be changed any more: ${refused()}. Reload the page.`;
    if (!facts.me.may_edit) return "You look at this canvas; you may not change it.";
    return facts.of(card.key).locked ? "The facilitator locked this card." : "The facilitator locked this row.";
  };

  const context = { icons: data.icons, kinds: data.kinds, urls: data.urls, board, facts, may, feet: [], typists: (key) => people.typists(key), stamp: (card) => [may.change(card), may.link] };
  const view = createView(fields, context);
  const draft = createDraft({ board, options, opened: (sheet) => withUndo(sheet), ended: () => facts.ask() });
  const walk = createWalk({ root, fields });
  const people = createPeople({ root, fields, board, facts, say, changed: (keys) => { if (keys.size) soon(keys); } });
  const filter = createFilter({ root, board, view, facts });
  const panel = createPanel({ root, elementOf: view.element });

  // --- drawing -----------------------------------------------------------------------------------------------
  const draw = () => {
    frame = 0;
    if (!shown) return;
    view.draw(dirty);
    dirty = new Set();
    filter.apply();
    for (const slot of root.querySelectorAll("[data-phase-count]")) {
      const words = plural(board.all().filter((card) => card.phase === Number(slot.dataset.phaseCount)).length, "card");
      if (slot.textContent !== words) slot.textContent = words;
    }
    walk.rove();
    people.place();
  };
  // `dirty`: the cards that changed since the last frame; null: something that may change them all
  const soon = (keys) => {
    if (!keys) dirty = null;
    else if (dirty) for (const key of keys) dirty.add(key);
    frame ||= requestAnimationFrame(draw);
  };
  const now = () => { cancelAnimationFrame(frame); draw(); };
  // The cards that the server drew stay until the document is here: nobody sees an empty canvas meanwhile
  const show = () => {
    if (shown) return;
    shown = true;
    now();
    root.dataset.ready = "";
    const wanted = /^#card-([\w-]+)$/.exec(location.hash)?.[1];
    if (wanted && view.element(wanted)) walk.focus(view.element(wanted));
  };
  const heardCards = (keys, remote) => {
    if (shown && remote) for (const key of keys) say.note(key, !board.get(key) ? "deleted" : view.element(key) ? "changed" : "added");
    // At once, not with the next frame: a letter typed in between would otherwise push out what just came
    if (keys.has(editor.key)) editor.heard();
    for (const key of keys) if (!board.get(key)) drag.heard(key);
    soon(keys);
  };
  const heardFacts = () => {
    draft.heard({ silent: Boolean(facts.workshop?.silent), may: facts.me.may_edit });
    for (const field of fields) field.toggleAttribute("data-locked", lanesLocked().includes(field.dataset.lane));
    root.dataset.focus = facts.workshop?.focus_phase ?? "";
    if (facts.workshop?.focus_phase) walk.showPhase(facts.workshop.focus_phase);
    root.toggleAttribute("data-readonly", !may.edit);
    if (facts.me.may_edit && !data.me.may_edit && !root.dataset.offered) {
      root.dataset.offered = "";
      toast({ text: "You may write on this canvas now.", label: "Reload to begin", undo: () => location.reload() });
    }
    root.toggleAttribute("data-silent", Boolean(draft.sheet));
    document.dispatchEvent(new CustomEvent("canvas-facts", { detail: facts }));
    people.send();
    sayState();
    soon();
  };
  let [said, saying] = ["", 0];
  const sayState = () => {
    const sheets = [shared, draft.sheet].filter(Boolean);
    const sum = (part) => sheets.reduce((n, sheet) => n + part(sheet), 0);
    if (sheets.every((sheet) => sheet.connected === null && !sheet.refused)) return;
    const detail = savingState({
      connected: sheets.every((sheet) => sheet.connected), writes: facts.me.may_edit, refused: refused(),
      sent: sum((sheet) => sheet.sent), acked: sum((sheet) => sheet.acked), waiting: sum((sheet) => sheet.waiting.size),
    });
    // Mostly the answer comes at once: screen readers need not hear of every letter that it is being saved
    clearTimeout(saying);
    if (detail.state === "saving" && said === "saved") saying = setTimeout(() => { said = ""; sayState(); }, SAVING_MS);
    else {
      said = detail.state;
      document.dispatchEvent(new CustomEvent("save-state", { detail }));
    }
    const closed = root.querySelector("[data-refused]");
    if (refused() && closed.hidden) {
      closed.hidden = false;
      const unsaved = sheets.some((sheet) => sheet.unsaved);
      closed.querySelector("span").textContent = `This page was closed: ${refused()}. ${unsaved ? "What it could not save is kept for you below; reload the page to see the canvas as it is." : "Everything you wrote before was saved."}`;
      aside.show();
      root.setAttribute("data-readonly", "");
      editor.stop();
      soon();
    }
  };

  // --- one's own steps ---------------------------------------------------------------------------------------
  const withUndo = (sheet) => {
    sheet.undo = createUndo(sheet.doc);
    sheet.memory = keepUndo(sheet, () => offer());
    Promise.race([sheet.synced(), new Promise((done) => { setTimeout(done, RESTORE_MS); })]).then(() => sheet.memory.restore());
  };
  const sheets = () => board.sheets.filter((sheet) => sheet.undo);
  const offer = () => {
    for (const [part, stack] of [["[data-undo]", "undoStack"], ["[data-redo]", "redoStack"]]) {
      const button = root.querySelector(part);
      if (button) button.disabled = !newest(sheets(), stack);
    }
  };
  const back = (stack) => {
    const manager = newest(sheets(), stack);
    if (!may.edit || !manager) { say(stack === "undoStack" ? "There is no step of yours to undo." : "There is no step to do again."); return; }
    manager.stopCapturing();
    const done = stack === "undoStack" ? manager.undo() : manager.redo();
    const words = stack === "undoStack" ? "Your last step is undone." : "Your step is done again.";
    say(done ? words : "Others have changed what that step was about; nothing was undone.");
    now();
  };

  // --- changing cards ----------------------------------------------------------------------------------------
  const editor = createEditor({
    board, view,
    typing: (key) => people.typing(key),
    ended(key, { card, gone, text }) {
      shared.undo.manager.stopCapturing();
      draft.sheet?.undo.manager.stopCapturing();
      if (gone) {
        say("Somebody deleted this card while you wrote.");
        if (text.trim()) toast({ text: "Somebody deleted the card while you wrote in it.", label: "Bring it back", undo: () => { board.add({ ...card, text }, undefined); now(); } });
      } else if (!text.trim() && board.get(key)) discard(key);
      fresh = null;
      soon(new Set([key]));
    },
  });
  // A new card without a word leaves no steps behind that undo would go through
  const discard = (key) => {
    const manager = board.undoable(key).manager;
    if (fresh?.key === key && manager.undoStack.at(-1) === fresh.step) {
      manager.undo();
      manager.clear(false, true);
    } else board.remove(key);
  };
  const change = (card, what) => {
    if (may.change(card)) return what();
    say(whyNot(card));
    toast({ text: whyNot(card), level: "warning" });
    return undefined;
  };
  const create = (field, after) => {
    const [phase, lane] = [Number(field.dataset.inPhase), field.dataset.lane];
    if (!may.add(lane)) { change({ lane, key: "" }, () => {}); return; }
    filter.clear();
    const key = crypto.randomUUID();
    for (const sheet of sheets()) sheet.undo.manager.stopCapturing();
    board.add({ key, phase, lane, after: after === undefined ? inField(board.all(), phase, lane).at(-1)?.key ?? null : after });
    fresh = { key, step: board.undoable(key).manager.undoStack.at(-1) };
    walk.showPhase(phase);
    now();
    editor.begin(key);
    view.element(key).scrollIntoView({ block: "nearest", inline: "nearest" });
    say(`New card in ${name(phase, lane)}${draft.sheet ? "; only you see it" : ""}. Escape ends writing.`);
  };
  const move = (key, phase, lane, after) => change(board.get(key), () => {
    if (!may.add(lane)) { change({ lane, key: "" }, () => {}); return; }
    board.move(key, { phase, lane, after });
    now();
    const among = board.field(phase, lane);
    say(`Moved to ${name(phase, lane)}, place ${among.findIndex((card) => card.key === key) + 1} of ${among.length}.`);
    walk.focus(view.element(key));
  });
  const remove = (card) => change(card, () => {
    const element = view.element(card.key);
    const next = element.nextElementSibling ?? element.previousElementSibling ?? element.closest("[data-field]").querySelector(".cv-new");
    const sheet = board.sheets.find(({ doc }) => cardsOf(doc).has(card.key));
    board.remove(card.key);
    now();
    toast({ text: `Card deleted${card.text ? `: “${shorten(card.text, 40)}”` : ""}.`, undo: () => {
      if (!board.get(card.key)) board.add(card, board.sheets.includes(sheet) ? sheet : undefined);
      now();
      walk.focus(view.element(card.key));
      say("Card brought back.");
    } });
    say("Card deleted. Undo is in the notice.");
    walk.focus(next);
  });
  const setKind = (card, kind) => change(card, () => {
    board.setKind(card.key, kind);
    now();
    say(`Now: ${data.kinds[kind][1]}.`);
  });

  const post = async (url, body = {}) => {
    const response = await fetch(url, { method: "POST", body: new URLSearchParams(body), headers: { Accept: "application/json", "X-CSRFToken": token } });
    const answer = response.headers.get("Content-Type")?.includes("json") ? await response.json() : {};
    if (!response.ok) throw new Error(answer.message ?? "The server refused that.");
    return answer;
  };
  // Members' pages name cards by the id of their row, which a new card has after a moment
  const row = async (card, what) => {
    for (let tries = 0; !facts.of(card.key).id && tries < ROW_TRIES; tries += 1) await new Promise((done) => { setTimeout(done, ROW_MS); });
    const { id } = facts.of(card.key);
    if (id) return `${data.urls.cards}${id}/${what}/`;
    toast({ text: "This card is still being saved. Try again in a moment.", level: "warning" });
    return "";
  };
  const agree = async (card) => {
    const url = await row(card, "agree");
    if (!url) return;
    const agreed = facts.of(card.key).state === "agreed";
    try {
      await post(url, { agreed: agreed ? 0 : 1 });
      say(agreed ? "Back to an idea." : "Agreed.");
    } catch (error) {
      toast({ text: error instanceof TypeError ? "The server cannot be reached. Try again in a moment." : error.message, level: "warning" });
    }
    facts.ask();
  };
  const lock = async (card) => {
    const locked = Boolean(facts.of(card.key).locked);
    try {
      await post(`${data.urls.room}cards/${card.key}/lock/`, { on: locked ? 0 : 1 });
      say(locked ? "Unlocked: everybody may change this card." : "Locked: only you may change this card.");
    } catch (error) {
      toast({ text: error instanceof TypeError ? "The server cannot be reached. Try again in a moment." : error.message, level: "warning" });
    }
    facts.ask();
  };
  const dots = createDots({ root, board, facts, urls: data.urls, post, say, soon: () => soon() });
  context.feet.push(dots.draw);
  context.stamp = (card, fact) => [may.change(card), may.link, ...dots.stamp(card, fact)];

  const links = createLinks({ url: data.urls.find, board, say, left: (key) => walk.focus(view.element(key)) });
  const mover = createMove({ board, moved: move, left: (key) => walk.focus(view.element(key)) });
  const acts = {
    edit: (card) => change(card, () => editor.begin(card.key)),
    move: (card) => change(card, () => mover.open(card)),
    link: (card) => change(card, () => links.open(card)),
    async quotes(card) { const url = await row(card, "quotes"); if (url) panel.open(url); },
    changed(card) { panel.open(`${data.urls.room}cards/${card.key}/evidence/`); },
    comments: (card) => panel.open(`${data.urls.room}cards/${card.key}/comments/`),
    agree,
    action: (card) => panel.open(`${data.urls.room}cards/${card.key}/action/`),
    lock,
    delete: remove,
    ...dots.acts,
  };
  const drag = createDrag({
    root, fields, drop: move,
    may: (key) => board.get(key) && may.change(board.get(key)),
    begin: () => editor.end(),
    left: () => say("Left where it was."),
  });
  createMenu({ root, board, facts, may, data, acts, setKind });
  createKeys({ root, fields, board, data, may, walk, editor, acts, create, move, setKind, back, say });

  root.addEventListener("click", (event) => {
    const act = event.target.closest("[data-act]");
    const card = board.get(event.target.closest("[data-key]")?.dataset.key);
    if (act && card) acts[act.dataset.act](card);
    else if (card && event.target.closest(".cv-text") && !drag.justDragged && may.change(card)) editor.begin(card.key);
    else if (event.target.closest(".cv-new")) create(event.target.closest("[data-field]"));
  });
  root.addEventListener("dblclick", (event) => {
    const field = event.target.closest("[data-field]");
    if (!field || event.target.closest(".cv-card, button, textarea")) return;
    const above = [...field.querySelectorAll(".cv-card")].findLast((card) => card.getBoundingClientRect().bottom < event.clientY);
    create(field, above?.dataset.key ?? null);
  });
  root.querySelector("[data-undo]")?.addEventListener("click", () => back("undoStack"));
  root.querySelector("[data-redo]")?.addEventListener("click", () => back("redoStack"));
  root.querySelector("[data-reload]").addEventListener("click", () => location.reload());
  root.querySelector("[data-new-card]")?.addEventListener("click", () => create(fields.find(walk.shown)));
  document.addEventListener("canvas-changed", () => facts.ask());

  // --- views -------------------------------------------------------------------------------------------------
  const outline = root.querySelector("[data-view-toggle]");
  const setOutline = (on) => {
    root.dataset.view = on ? "outline" : "grid";
    outline.setAttribute("aria-pressed", String(on));
    toAddress("view", on ? "outline" : "");
    soon();
  };
  setOutline(inAddress("view") === "outline");
  outline.addEventListener("click", () => setOutline(root.dataset.view !== "outline"));
  const strip = root.querySelector("[data-strip-toggle]");
  const setStrip = (on) => {
    root.dataset.strip = on ? "shown" : "hidden";
    strip?.setAttribute("aria-pressed", String(on));
    remember("canvas-strip", root.dataset.strip);
  };
  setStrip(recall("canvas-strip") !== "hidden");
  strip?.addEventListener("click", () => setStrip(root.dataset.strip === "hidden"));
  if (/^#phase-[1-4]$/.test(location.hash)) walk.showPhase(location.hash.at(-1));

  // --- beginning ---------------------------------------------------------------------------------------------
  withUndo(shared);
  board.attach(shared);
  people.attach(shared.provider.awareness, shared.doc.clientID);
  facts.store = (found) => shared.store.set("facts", JSON.stringify(found)).catch(() => { /* nothing is kept in a private window */ });
  shared.kept.then(async () => {
    if (cardsOf(shared.doc).size) show();
    const kept = await Promise.race([shared.store.get("facts"), new Promise((done) => { setTimeout(done, 500); })]).catch(() => null);
    if (kept && !Object.keys(facts.cards).length) facts.take(JSON.parse(kept));
  });
  shared.connect();
  shared.provider.on("sync", (synced) => { if (synced) { show(); facts.ask(); } });
  facts.ask();
  keepForOffline(data);
};

if (document.querySelector("[data-canvas]")) start();
