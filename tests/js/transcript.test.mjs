import assert from "node:assert/strict";
import { test } from "node:test";
import { pieces, pointsBefore, unitsBefore } from "../../static/js/transcript/points.js";
import { createUndo } from "../../static/js/transcript/undo.js";

const segmenter = (unit) => new Intl.Segmenter("en", { granularity: unit });

test("a sign outside the basic plane is two units and one code point", () => {
  const text = "a😀b";
  assert.deepEqual([0, 1, 3, 4].map((units) => pointsBefore(text, units, false)), [0, 1, 2, 3]);
  assert.deepEqual([0, 1, 2, 3].map((points) => unitsBefore(text, points)), [0, 1, 3, 4]);
});

test("half a pair is rounded to the wanted side", () => {
  assert.equal(pointsBefore("a😀b", 2, false), 1);
  assert.equal(pointsBefore("a😀b", 2, true), 2);
});

test("words have no signs around them, sentences no blanks behind", () => {
  assert.deepEqual(pieces("Oh, no!", "word", segmenter("word")), [[0, 2], [4, 6]]);
  assert.deepEqual(pieces("He left. She stayed.", "sentence", segmenter("sentence")), [[0, 8], [9, 20]]);
});

// What is said and done, and a step whose answer is given by hand
const session = () => {
  const told = [];
  const undo = createUndo({ say: (words) => told.push(words) });
  const step = (name) => {
    let resolve;
    const sent = new Promise((done) => { resolve = done; });
    undo.remember({ sent, undo: async ({ element }) => told.push(`undo ${name} ${element}`), redo: async ({ element }) => told.push(`redo ${name} ${element}`) });
    return { taken: (element) => resolve({ ok: true, answer: { element } }), refused: () => resolve({ ok: false, answer: null }) };
  };
  return { told, undo, step };
};
const settled = () => new Promise((done) => { setTimeout(done); });

test("a step that is still on its way is undone once it has arrived, and can be done again", async () => {
  const { told, undo, step } = session();
  const coding = step("coding");
  undo.undo();
  undo.redo();
  await settled();
  assert.deepEqual(told, []);
  coding.taken(7);
  await settled();
  assert.deepEqual(told, ["undo coding 7", "Undone.", "redo coding 7", "Done again."]);
});

test("steps are undone from the last to the first, whichever has arrived already", async () => {
  const { told, undo, step } = session();
  step("first").taken(1);
  const second = step("second");
  await settled();
  undo.undo();
  undo.undo();
  second.taken(2);
  await settled();
  assert.deepEqual(told, ["undo second 2", "Undone.", "undo first 1", "Undone."]);
});

test("a step that was refused is none", async () => {
  const { told, undo, step } = session();
  step("first").taken(1);
  step("refused").refused();
  await settled();
  undo.undo();
  await settled();
  assert.deepEqual(told, ["undo first 1", "Undone."]);
});
