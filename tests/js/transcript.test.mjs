import assert from "node:assert/strict";
import { test } from "node:test";
import { pieces, pointsBefore, unitsBefore } from "../../static/js/transcript/points.js";

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
