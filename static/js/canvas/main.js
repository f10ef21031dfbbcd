// The live canvas: what people see and do on one page, over a document that all share. Each part is a module of its
// own; here they meet.
import { createAside } from "./aside.js";
import { createBoard } from "./board.js";
import { createChanges } from "./changes.js";
import { createClicks } from "./clicks.js";
import { openSheet } from "./connection.js";
import { createDots } from "./dots.js";
import { createDraft } from "./draft.js";
import { createDrag } from "./drag.js";
import { createView } from "./draw.js";
import { createEditor } from "./edit.js";
import { createFacts } from "./facts.js";
import { createFilter } from "./filter.js";
import { nameOfSheet } from "./kept.js";
import { createKeys } from "./keys.js";
import { createLinks } from "./links.js";
import { createMenu } from "./menu.js";
import { cardsOf } from "./model.js";
import { createMove } from "./move.js";
import { forgetPage, keepForOffline } from "./offline.js";
import { createPaint } from "./paint.js";
import { createPanel } from "./panel.js";
import { createPeople } from "./people.js";
import { createRequests } from "./requests.js";
import { createRights } from "./rights.js";
import { createSay } from "./say.js";
import { createStage } from "./stage.js";
import { createStatus } from "./status.js";
import { createSteps } from "./steps.js";
import { createTaken } from "./taken.js";
import { createViews } from "./views.js";
import { createWalk } from "./walk.js";

const FACTS_MS = 500; // longer than that nobody waits for what this browser knew of the facts

const start = () => {
  const root = document.querySelector("[data-canvas]");
  const data = JSON.parse(document.getElementById("canvas-data").textContent);
  const fields = [...root.querySelectorAll("[data-field]")];
  const { urls, kinds } = data;
  const room = String(data.canvas);
  const place = (card) => `${data.lanes[card.lane]}, ${data.phases[card.phase]}`;

  // --- what there is: facts of the server, documents, the cards in them, and who may do what ------------------
  const say = createSay(root.querySelector("[data-canvas-say]"));
  const facts = createFacts({ url: urls.facts, first: data.facts, changed: () => onFacts() });
  const options = {
    socket: `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws/canvas`, room, seat: data.facts.me.key,
    told() {
      status.say();
      if (shared.refused) aside.show(); // the silent sheet may be closed later than the shared one
    },
    heard: ({ type }) => { if (type === "news" || type === "role") facts.news(); },
  };
  const shared = openSheet(options);
  const board = createBoard((keys, remote) => onCards(keys, remote));
  const draft = createDraft({ board, options, opened: (sheet) => steps.keep(sheet), ended: facts.ask, writing: () => editor.key });
  const refused = () => shared.refused || draft.refused;
  const ended = () => shared.ended;
  const may = createRights({ facts, urls, refused, ended });

  // --- what is seen of it --------------------------------------------------------------------------------------
  const context = { icons: data.icons, kinds, urls, board, facts, may, feet: [], typists: (key) => people.typists(key) };
  const view = createView(fields, context);
  const walk = createWalk({ root, fields });
  const filter = createFilter({ root, board, view, facts });
  const paint = createPaint({
    root, board, view,
    drawn() { filter.apply(); walk.rove(); people.place(); },
    opened() { walk.focus(view.element(/^#card-([\w-]+)$/.exec(location.hash)?.[1])); },
  });
  const people = createPeople({ root, fields, board, facts, say, changed: (keys) => { if (keys.size) paint.soon(keys); } });
  const panel = createPanel({ root, elementOf: view.element });

  // --- what is done to it --------------------------------------------------------------------------------------
  const steps = createSteps({ root, board, may, say, done: paint.now });
  const editor = createEditor({ board, view, typing: people.typing, ended: (key, how) => changes.written(key, how) });
  // Hidden cards count as those that all see
  const whyFull = () => (facts.workshop?.full ? data.limits.shared.why : board.whyFull(data.limits));
  const changes = createChanges({ board, view, may, steps, walk, filter, paint, say, kinds, place, whyFull, write: editor.begin, hidden: () => Boolean(draft.sheet) });
  const { allowed, create, move, remove, setKind } = changes;
  const requests = createRequests({ urls, facts, say });
  const dots = createDots({ root, board, facts, urls, say, soon: () => paint.soon() });
  context.feet.push(dots.draw);
  context.stamp = (card, fact) => [may.change(card), may.link, Boolean(facts.workshop), ...dots.stamp(card, fact)];
  const left = (key) => walk.focus(view.element(key));
  const links = createLinks({ url: urls.find, board, say, left });
  const mover = createMove({ board, moved: move, left });
  const acts = {
    edit: (card) => allowed(card, () => editor.begin(card.key)),
    move: (card) => allowed(card, () => mover.open(card)),
    link: (card) => allowed(card, () => links.open(card)),
    async quotes(card) { const url = await requests.row(card, "quotes"); if (url) panel.open(url); },
    changed: (card) => panel.open(`${urls.room}cards/${card.key}/evidence/`),
    comments: (card) => panel.open(`${urls.room}cards/${card.key}/comments/`),
    action: (card) => panel.open(`${urls.room}cards/${card.key}/action/`),
    agree: requests.agree,
    lock: requests.lock,
    delete: remove,
    ...dots.acts,
  };
  const drag = createDrag({
    root, fields, drop: move,
    may: (key) => board.get(key) && may.change(board.get(key)),
    begin: () => editor.end(),
    left: () => say("Left where it was."),
  });
  const showRoom = createStage({ root, fields, facts, may, walk, busy: () => editor.key || drag.active, wrote: data.facts.me.may_edit });
  createMenu({ root, board, facts, may, data, acts, setKind });
  createKeys({ root, fields, board, data, may, walk, editor, acts, create, move, setKind, back: steps.back, say });
  createClicks({ root, fields, board, may, walk, drag, acts, write: editor.begin, create, changed: facts.did });
  createViews({ root, changed: () => paint.soon() });

  // --- whether it is kept --------------------------------------------------------------------------------------
  const aside = createAside({
    root, may, putBack: changes.putBack,
    sheets: [room, `${room}/draft`].map((each) => nameOfSheet(options.seat, each)),
    names: { place, kind: (card) => kinds[card.kind][1] },
  });
  const status = createStatus({
    root, facts, refused, ended, sheets: () => [shared, draft.sheet].filter(Boolean),
    closed() {
      aside.show();
      forgetPage();
      root.setAttribute("data-readonly", "");
      editor.stop();
      paint.soon();
    },
  });

  // --- what comes from elsewhere -------------------------------------------------------------------------------
  const tellTaken = createTaken({ facts, say });
  const onCards = (keys, remote) => {
    if (paint.shown && remote) for (const key of keys) say.note(key, !board.get(key) ? "deleted" : view.element(key) ? "changed" : "added");
    // At once, not with the next frame: a letter typed in between would otherwise push out what just came
    if (keys.has(editor.key)) editor.heard();
    for (const key of keys) if (!board.get(key)) drag.heard(key);
    paint.soon(keys);
  };
  const onFacts = () => {
    draft.heard({ silent: Boolean(facts.workshop?.silent), may: facts.me.may_edit });
    showRoom(Boolean(draft.sheet));
    people.send();
    status.say();
    tellTaken();
    paint.soon();
  };

  // --- beginning -----------------------------------------------------------------------------------------------
  const known = async () => {
    if (cardsOf(shared.doc).size || !root.querySelector(".cv-card")) paint.show();
    const kept = await Promise.race([shared.store.get("facts"), new Promise((late) => { setTimeout(late, FACTS_MS); })]).catch(() => null);
    if (kept && !Object.keys(facts.cards).length) facts.takeKept(JSON.parse(kept));
  };
  if (/^#phase-[1-4]$/.test(location.hash)) walk.showPhase(location.hash.at(-1));
  steps.keep(shared);
  board.attach(shared);
  people.attach(shared.provider.awareness, shared.doc.clientID);
  facts.store = (found) => shared.store.set("facts", JSON.stringify(found)).catch(() => { /* nothing is kept in a private window */ });
  shared.kept.then(known);
  shared.connect();
  shared.provider.on("sync", (synced) => { if (synced) { paint.show(); facts.ask(); } }); // once the room tells what happens after that
  onFacts();
  keepForOffline(data);
};

if (document.querySelector("[data-canvas]")) start();
