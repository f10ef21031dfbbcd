import assert from "node:assert/strict";
import { test } from "node:test";
import { consequences, emptyDraft, fieldsOf, nextQuestion, shifted, withLookups } from "../../static/js/capture/model.js";
import { createState } from "../../static/js/capture/state.js";
import { clock, readClock } from "../../static/js/capture/times.js";
import { createUndo } from "../../static/js/capture/undo.js";

const kind = (code, letter, phases) => ({ code, letter, name: code, phases, question: `Ask about ${code}?` });
const given = withLookups({
  user: 1, me: "Lena",
  vocabulary: {
    kinds: [kind("event", "E", [1]), kind("push", "P", [1, 2]), kind("habit", "H", [3]), kind("job", "J", [])],
    points: [{ code: "T0", to: 0 }, { code: "T4", to: 4 }],
  },
  prompts: [{ id: 1, element: "push", phase: 1, text: "First?" }, { id: 2, element: "push", phase: 2, text: "Second?" }],
});
const row = (fields) => ({ id: "a", pk: 1, version: 1, kind: "", phase: null, note: "", detail: {}, deleted: false, ...fields });
const element = (fields, more = {}) => ({ type: "element", id: "a", fields, ...more });
const stateOf = (...rows) => {
  const state = createState(given);
  state.take({ elements: rows });
  return state;
};

// --- what a kind and a point bring along ---------------------------------------------------------------------------------
test("a kind brings its usual phase, and the present one where that is usual", () => {
  assert.deepEqual(consequences(row(), { kind: "push" }, given, null), { phase: 1 });
  assert.deepEqual(consequences(row(), { kind: "push" }, given, 2), { phase: 2 });
  assert.deepEqual(consequences(row(), { kind: "push" }, given, 4), { phase: 1 });
  assert.deepEqual(consequences(row(), { kind: "job" }, given, 4), { phase: null });
});

test("a phase that somebody chose stays", () => {
  assert.deepEqual(consequences(row({ phase: 3 }), { kind: "push" }, given, 1), {});
  assert.deepEqual(consequences(row(), { kind: "push", phase: 4 }, given, 1), {});
});

test("a point brings the phase it leads to, and one that leads nowhere none", () => {
  assert.deepEqual(consequences(row({ phase: 3 }), { point: "T4" }, given, 1), { phase: 4 });
  assert.deepEqual(consequences(row({ phase: 3 }), { point: "T0" }, given, 1), { phase: 3 });
});

test("a line becomes an item with what was set while it was typed", () => {
  assert.deepEqual(fieldsOf(emptyDraft(), "x", given, 2), { note: "x", at_ms: null });
  assert.deepEqual(fieldsOf({ ...emptyDraft(), words: true, kind: "push", intensity: 0, at_ms: 500 }, "x", given, 2), { verbatim: "x", at_ms: 500, kind: "push", phase: 2, intensity: 0 });
  assert.deepEqual(fieldsOf({ ...emptyDraft(), kind: "event", point: "T4", phase: 4 }, "x", given, 1), { note: "x", at_ms: null, kind: "event", phase: 4, point: "T4" });
});

test("intensity begins at 1 or 2 and stays from 0 to 4", () => {
  assert.deepEqual([shifted(null, 1), shifted(null, -1), shifted(4, 1), shifted(0, -1), shifted(2, 1)], [2, 1, 4, 0, 3]);
});

// --- what to ask next ------------------------------------------------------------------------------------------------------
test("an element of this phase comes first, with the guide's question of this phase", () => {
  const ask = (more) => nextQuestion(given, { found: new Map(), coverage: new Set(), asked: new Set(), phaseNow: null, ...more });
  assert.equal(ask({}).kind.code, "event");
  assert.equal(ask({ phaseNow: 2 }).words, "Second?");
  assert.equal(ask({ phaseNow: 2, asked: new Set([2]) }).words, "First?");
  assert.equal(ask({ phaseNow: 2, asked: new Set([1, 2]) }).words, "Ask about push?");
  assert.equal(ask({ phaseNow: 3, found: new Map([["habit", 1]]) }).kind.code, "job");
  assert.equal(ask({ coverage: new Set(["event", "push", "habit", "job"]) }), null);
});

// --- the state ---------------------------------------------------------------------------------------------------------------
test("what waits is seen on top of what the server knows, in its order", () => {
  const state = stateOf(row({ note: "server" }));
  state.lay([element({ note: "mine" }), element({ "detail.who": "Ann" }), element({ note: "new" }, { id: "b" }), { type: "asked", id: 1, value: true }]);
  assert.equal(state.items.get("a").note, "mine");
  assert.equal(state.items.get("a").detail.who, "Ann");
  assert.equal(state.rows.get("a").note, "server");
  assert.deepEqual(state.ordered().map((item) => item.id), ["a", "b"]);
  assert.deepEqual([state.items.get("b").by, state.items.get("b").version], ["Lena", 0]);
  assert.ok(state.asked.has(1));
});

test("an older row never replaces a newer one", () => {
  const state = stateOf(row({ note: "new", version: 2 }));
  state.take({ elements: [row({ note: "old", version: 1 })] });
  assert.equal(state.rows.get("a").note, "new");
});

test("what is deleted is gone from sight and can be had again", () => {
  const state = stateOf(row());
  state.lay([element({ deleted: true })]);
  assert.deepEqual([state.has("a"), state.items.has("a"), state.has("")], [false, true, false]);
});

test("my half of a clash is kept until it is chosen", () => {
  const state = stateOf(row({ note: "before" }));
  const theirs = { client_id: "a", state: "conflict", conflicts: { note: "theirs" }, current: row({ note: "theirs", version: 2 }) };
  assert.equal(state.heard(theirs, element({ note: "mine" })), true);
  assert.deepEqual(state.snapshot().clashes, { a: { note: "mine" } });
  assert.equal(state.unclash("a", "note"), "mine");
  assert.deepEqual(state.clashes, {});
});

test("what the server refuses stands beside the item", () => {
  const state = stateOf(row());
  state.lay([element({ note: "x" }, { refused: { note: "Too long." } })]);
  assert.deepEqual(state.problems, { a: { note: "Too long." } });
  state.lay([]);
  assert.deepEqual(state.problems, {});
});

// --- steps back and forth ------------------------------------------------------------------------------------------------------
const at = (time) => ({ value: time, now() { return this.value; } });
const undoAt = (time) => createUndo({ now: () => time.now() });

test("back and forth again", () => {
  const undo = undoAt(at(0));
  undo.remember("a", { phase: 1 }, { phase: 2 });
  assert.deepEqual(undo.back(() => 2), { id: "a", fields: { phase: 1 } });
  assert.equal(undo.back(() => 1), null);
  assert.deepEqual(undo.forth(() => 1), { id: "a", fields: { phase: 2 } });
});

test("what somebody else changed since stays", () => {
  const undo = undoAt(at(0));
  undo.remember("a", { phase: 1, kind: "" }, { phase: 2, kind: "push" });
  assert.deepEqual(undo.back((_, field) => (field === "phase" ? 3 : "push")), { id: "a", fields: { kind: "" } });
  undo.remember("a", { note: "" }, { note: "x" });
  assert.deepEqual(undo.back(() => "theirs"), { id: "a", fields: {} });
  assert.equal(undo.forth(() => ""), null);
});

test("words typed on are one step, after a pause another", () => {
  const time = at(0);
  const undo = undoAt(time);
  undo.remember("a", { note: "" }, { note: "x" });
  time.value = 2000;
  undo.remember("a", { note: "x" }, { note: "xy" });
  time.value = 9000;
  undo.remember("a", { note: "xy" }, { note: "xyz" });
  assert.deepEqual(undo.back(() => "xyz").fields, { note: "xy" });
  assert.deepEqual(undo.back(() => "xy").fields, { note: "" });
});

test("a new step ends what could be done again", () => {
  const undo = undoAt(at(0));
  undo.remember("a", { phase: 1 }, { phase: 2 });
  undo.back(() => 2);
  undo.remember("a", { phase: 1 }, { phase: 4 });
  assert.equal(undo.forth(() => 4), null);
});

// --- times -------------------------------------------------------------------------------------------------------------------
test("times are written and read the same", () => {
  assert.deepEqual([0, 65_000, 3_725_999, null].map(clock), ["0:00", "1:05", "1:02:05", "–"]);
  assert.deepEqual(["0:00", "1:05", "1:02:05", " ", "x", "1:2:3:4", "-1:00"].map(readClock), [0, 65_000, 3_725_000, null, undefined, undefined, undefined]);
});
