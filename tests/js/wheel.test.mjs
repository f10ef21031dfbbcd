import assert from "node:assert/strict";
import { test } from "node:test";
import { drawWheel, gapWords, layoutWheel, place, twinOf, wrap } from "../../static/js/wheel.js";

const kind = (code, letter, family, phases, glyph = "▶") => ({ code, name: code, letter, glyph, family, phases, question: `Ask about ${code}?`, attributes: [] });
const vocabulary = {
  kinds: [
    kind("event", "E", "ring", [1]), kind("push", "P", "promoting", [1]), kind("pull", "L", "promoting", [2]),
    kind("habit", "H", "blocking", [1]), kind("anxiety", "A", "blocking", [3]), kind("constraint", "C", "hub", [1]),
    kind("desire", "D", "expectation", [2]), kind("solution", "S", "choice", [3]), kind("job", "J", "progress", []),
    kind("gain", "G", "experience", [4]),
  ],
  points: [
    { code: "T0", name: "Old way", to: 0, angle: null }, { code: "T1", name: "First thought", to: 1, angle: 0 },
    { code: "T2", name: "Event one", to: 2, angle: 90 }, { code: "T4", name: "Hire", to: 4, angle: 270 }, { code: "T8", name: "Exit", to: 0, angle: 357 },
  ],
};
let serial = 0;
const item = (fields) => ({ id: `i${serial++}`, pk: serial, note: "Words", verbatim: "", quote: "", at_ms: serial * 1000, phase: 1, point: "", story_date: null, intensity: null, grade: "", detail: {}, deleted: false, ...fields });
const data = (elements, more = {}) => ({ elements, vocabulary, phases: ["Awareness", "Expectations", "Trade-offs", "Experience"], header: {}, prompts: [], asked: [], ...more });

const angleOf = ({ x, y }) => (Math.atan2(x - 500, 500 - y) * 180 / Math.PI + 360) % 360;
const radiusOf = ({ x, y }) => Math.hypot(x - 500, y - 500);

// As much of a document as drawing needs
const fakeDocument = {
  createElementNS: (_space, name) => ({
    name, attributes: {}, children: [],
    setAttribute(key, value) { this.attributes[key] = String(value); },
    append(...children) { this.children.push(...children); },
  }),
};
const walk = (node, found = []) => { if (node.name) { found.push(node); node.children.forEach((child) => walk(child, found)); } return found; };
const drawn = (elements, options = {}, more = {}) => walk(drawWheel(data(elements, more), { document: fakeDocument, ...options }));

test("angles run clockwise from 12 o'clock", () => {
  assert.deepEqual([place(0, 100), place(90, 100), place(180, 100), place(270, 100)], [[500, 400], [600, 500], [500, 600], [400, 500]]);
});

test("a force stands in the quadrant of its phase, promoting outside of blocking", () => {
  for (const phase of [1, 2, 3, 4]) {
    const { chips } = layoutWheel(data([item({ kind: "push", phase }), item({ kind: "habit", phase })]));
    for (const chip of chips) assert.equal(Math.floor(angleOf(chip) / 90) + 1, phase);
    assert.deepEqual(chips.map((chip) => Math.round(radiusOf(chip))), [210, 160]);
  }
});

test("a stronger force is a bigger chip", () => {
  const { chips } = layoutWheel(data([0, 2, 4].map((intensity) => item({ kind: "push", intensity }))));
  assert.deepEqual(chips.map((chip) => chip.height), [22, 26.4, 30.8]);
});

test("chips of one track never overlap, and what does not fit is counted", () => {
  const elements = Array.from({ length: 400 }, (_, n) => item({ kind: ["push", "habit", "pull", "desire", "gain", "anxiety"][n % 6], phase: (n % 4) + 1, intensity: n % 5 }));
  const { chips, more } = layoutWheel(data(elements));
  for (const [index, a] of chips.entries()) {
    for (const b of chips.slice(index + 1)) {
      if (Math.abs(radiusOf(a) - radiusOf(b)) > 5) continue;
      const apart = Math.abs(a.x - b.x) * 2 >= a.width + b.width - 0.5 || Math.abs(a.y - b.y) * 2 >= a.height + b.height - 0.5;
      assert.ok(apart, `${JSON.stringify(a)} and ${JSON.stringify(b)}`);
    }
  }
  assert.equal(chips.length + more.reduce((sum, each) => sum + each.items.length, 0), 400);
  assert.ok(more.every(({ x, y }) => Number.isFinite(x) && Number.isFinite(y)));
});

test("the layout is the same for the same items in another order", () => {
  const elements = Array.from({ length: 30 }, (_, n) => item({ kind: n % 2 ? "push" : "gain", phase: (n % 4) + 1 }));
  const spots = (list) => layoutWheel(data(list)).chips.map(({ item: { id }, x, y }) => `${id} ${x} ${y}`);
  assert.deepEqual(spots([...elements].reverse()), spots(elements));
});

test("an event lands on its point, hollow while it has no date, dashed while it has no point", () => {
  const nodes = drawn([
    item({ kind: "event", point: "T2", story_date: "2026-01-01" }), item({ kind: "event", point: "T1" }), item({ kind: "event", phase: 3 }),
  ]).filter((node) => (node.attributes.class ?? "").split(" ")[0] === "wheel-chip");
  assert.deepEqual(nodes.map((node) => node.attributes.class).sort(), ["wheel-chip", "wheel-chip is-hollow", "wheel-chip is-hollow is-dashed"]);
  const { chips } = layoutWheel(data([item({ kind: "event", point: "T2" })]));
  assert.deepEqual([chips[0].x, chips[0].y], [928, 500]);
});

test("several events of one point stand side by side, then are counted", () => {
  const events = Array.from({ length: 5 }, () => item({ kind: "event", point: "T2" }));
  const { chips, more } = layoutWheel(data(events));
  assert.deepEqual([chips.length, more.map((each) => each.items.length)], [2, [3]]);
});

test("constraints are counted in the sector of their kind", () => {
  const { hub } = layoutWheel(data([item({ kind: "constraint", detail: { constraint_kind: "temporal" } }), item({ kind: "constraint", phase: null })]));
  assert.deepEqual([hub.sectors.map((sector) => sector.items.length), hub.other.length], [[0, 0, 1], 1]);
});

test("an empty quadrant asks the first question of the guide that was not asked", () => {
  const prompts = [{ id: 1, phase: 2, text: "First?" }, { id: 2, phase: 2, text: "Second?" }];
  const { empty } = layoutWheel(data([item({ kind: "gain", phase: 4 })], { prompts, asked: [1] }));
  assert.deepEqual(empty.map((each) => [each.phase, each.words]), [[1, ""], [2, "Second?"], [3, "Ask about solution?"]]);
});

test("what is not classified or has no place waits in the corner", () => {
  const plan = layoutWheel(data([item({ kind: "" }), item({ kind: "push", phase: null }), item({ kind: "job", phase: null })]));
  assert.deepEqual([plan.hasWaiting, plan.hasJobs, plan.chips.length], [true, true, 3]);
});

test("what was deleted is not drawn", () => {
  assert.equal(layoutWheel(data([item({ kind: "push", deleted: true })])).chips.length, 0);
});

test("durations show only between dated events", () => {
  const one = item({ kind: "event", point: "T1", story_date: "2026-01-01" });
  assert.equal(layoutWheel(data([one, item({ kind: "event", point: "T2" })])).strip, null);
  const texts = drawn([one, item({ kind: "event", point: "T4", story_date: "2026-04-01" })]).filter((node) => node.name === "text").flatMap((node) => node.children);
  assert.ok(texts.includes("3 months"));
  assert.deepEqual(["2026-01-02", "2026-01-20", "2028-06-01"].map((day) => gapWords("2026-01-01", day)), ["1 day", "3 weeks", "2 years"]);
});

test("the wheel is one stop of the Tab key and each chip says what it is", () => {
  const nodes = drawn([item({ kind: "push", intensity: 3, note: "Rain" }), item({ kind: "gain", phase: 4, grade: "D" })], { interactive: true }).filter((node) => node.attributes["data-item"]);
  assert.deepEqual(nodes.map((node) => node.attributes.tabindex), ["0", "-1"]);
  assert.deepEqual(nodes.map((node) => node.attributes["aria-label"]), ["P push, phase 1 Awareness, intensity 3 of 4: Rain", "G gain, phase 4 Experience, hypothetical, does not count in scores: Words"]);
});

test("the twin holds every item once, in phase order", () => {
  const elements = [item({ kind: "gain", phase: 4 }), item({ kind: "push" }), item({ kind: "event", point: "T1" }), item({ kind: "job", phase: null }), item({ kind: "" }), item({ kind: "constraint", phase: null })];
  const groups = twinOf(data(elements));
  assert.deepEqual(groups.map((group) => group.items.map((each) => each.kind)), [["event", "push"], [], [], ["gain"], ["constraint", "job"], [""]]);
});

test("long words are cut at the last line", () => {
  assert.deepEqual(wrap("one two three four five", 8, 2), ["one two", "three…"]);
});

test("120 items are drawn in a few milliseconds", () => {
  const elements = Array.from({ length: 120 }, (_, n) => item({ kind: vocabulary.kinds[n % 10].code, phase: (n % 4) + 1 }));
  drawn(elements);
  const times = Array.from({ length: 10 }, () => {
    const start = performance.now();
    drawWheel(data(elements), { document: fakeDocument, interactive: true });
    return performance.now() - start;
  });
  assert.ok(Math.min(...times) < 16); // the best: a busy machine only ever adds to it
});
