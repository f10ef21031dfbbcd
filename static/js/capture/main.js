// The live page: an interview is logged while it is held, and no word of it may be lost. Each part is a module of its
// own; here they meet. Whatever happens changes the state (state.js); what changes items goes into the outbox first
// (changes.js, saving.js); and everything on screen is drawn from the state alone (redraw).
import { createBar } from "./bar.js";
import { createCentre } from "./centre.js";
import { createChanges } from "./changes.js";
import { createClicks } from "./clicks.js";
import { createForm } from "./form.js";
import { createGuide } from "./guide.js";
import { createHead } from "./head.js";
import { createKeys } from "./keys.js";
import { createLine } from "./line.js";
import { createList } from "./list.js";
import { keepForOffline } from "./offline.js";
import { openStore } from "./outbox.js";
import { given, line, live } from "./page.js";
import { createPolling } from "./polling.js";
import { createRows } from "./rows.js";
import { createSaving, keyOf } from "./saving.js";
import { createSay, showSaving } from "./say.js";
import { createSorting } from "./sorting.js";
import { createState } from "./state.js";
import { createUndo } from "./undo.js";
import { createViews, isNarrow } from "./views.js";
import { createWalk } from "./walk.js";

// --- what is known -----------------------------------------------------------------------------------------------------
const store = await openStore();
const snapshot = await store.load(keyOf(given)).catch(() => null);
const state = createState(given);
state.take(given.data);
// A page that the service worker kept is older than what this browser knows since
if ("fromCache" in document.documentElement.dataset && snapshot?.seq >= given.data.seq) state.take(snapshot);
state.clashes = snapshot?.clashes ?? {};

const drawBar = () => bar.draw();
const redraw = () => {
  state.lay(saving.entries);
  for (const part of [list, centre, guide, bar, form, head]) part.draw();
};

// --- what is done with it ----------------------------------------------------------------------------------------------
const say = createSay({ state, store });
const saving = createSaving({ state, store, say, redraw });
const polling = createPolling({ state, saving, say, redraw });
const walk = createWalk({ state, redraw });
const changes = createChanges({ state, saving, undo: createUndo(), walk, say });
const sorting = createSorting({ state, changes, walk, say, redraw, drawBar });

// --- what is seen of it ------------------------------------------------------------------------------------------------
const rows = createRows({ state });
const list = createList({ state, rows });
const centre = createCentre({ state, rows });
const guide = createGuide({ state, saving, say, redraw });
const bar = createBar({ state, sorting });
const form = createForm({ state, saving, changes, walk, redraw });
const head = createHead({ state, saving, polling, say, redraw });
const views = createViews({ redraw });
createLine({ state, changes, walk, say, redraw, drawBar });
createClicks({ state, walk, centre, drawBar });
createKeys({ state, changes, sorting, walk, views, head, guide, form });

// --- beginning ---------------------------------------------------------------------------------------------------------
views.begin();
await saving.reload(); // what waits is read before anything is drawn: the browser would lay out and paint in between
saving.keep();
live.dataset.ready = "yes";
document.dispatchEvent(new Event("ready"));
if (saving.waiting) saving.flush();
else showSaving({ state: "saved" });
polling.poll();
if (!given.readonly && !isNarrow()) line.focus();
keepForOffline();
