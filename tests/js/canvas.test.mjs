import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { describe, test } from "node:test";
import * as Y from "yjs";
import * as aside from "../../static/js/canvas/aside.js";
import { createBoard } from "../../static/js/canvas/board.js";
import { handOver } from "../../static/js/canvas/draft.js";
import { createFacts } from "../../static/js/canvas/facts.js";
import { nameOfSheet } from "../../static/js/canvas/kept.js";
import { createLine, patience } from "../../static/js/canvas/line.js";
import * as model from "../../static/js/canvas/model.js";
import { keyBetween } from "../../static/js/canvas/order.js";
import * as presence from "../../static/js/canvas/presence.js";
import { refusal, savingState } from "../../static/js/canvas/saving.js";
import { createSending } from "../../static/js/canvas/sending.js";
import { difference, follow, rebased } from "../../static/js/canvas/splice.js";
import { tabStore } from "../../static/js/canvas/tab.js";
import * as undo from "../../static/js/canvas/undo.js";
import * as unsaved from "../../static/js/canvas/unsaved.js";

// --- as much as the tests need to read well ---------------------------------------------------------------------
const card = (key, fields = {}) => ({ key, phase: 1, lane: "need", position: "V", kind: "idea", text: "", links: [], ...fields });
const texts = (doc) => Object.fromEntries([...model.cardsOf(doc).keys()].sort().map((key) => [key, model.readCard(doc, key).text]));
const all = (doc) => [...model.cardsOf(doc).keys()].map((key) => model.readCard(doc, key));
const meet = (...docs) => {
  for (const one of docs) for (const other of docs) if (one !== other) Y.applyUpdate(other, Y.encodeStateAsUpdate(one, Y.encodeStateVector(other)));
};
// A seeded stream of numbers below `n`
const dice = (seed) => (n) => { seed = (seed * 1103515245 + 12345) % 2147483648; return Math.floor((seed / 2147483648) * n); };
const reopened = (doc) => { const fresh = model.newDoc(); Y.applyUpdate(fresh, Y.encodeStateAsUpdate(doc)); return fresh; };

describe("a card that comes to light", () => {
  const scene = (written, revealed, unsent) => {
    const [draft, there] = [model.newDoc(), model.newDoc()];
    for (const [key, text] of Object.entries(written)) model.putCard(draft, card(key, { text }));
    for (const [key, text] of Object.entries(revealed)) model.putCard(there, card(key, { text }));
    handOver(draft, there, Object.keys(revealed), (key) => unsent.includes(key));
    return [texts(draft), texts(there)];
  };

  test("leaves the draft, and takes along the letters that the server did not have", () => {
    assert.deepEqual(scene({ k: "Half a thought", mine: "x" }, { k: "Half a thou", theirs: "y" }, ["k", "mine"]), [{ mine: "x" }, { k: "Half a thought", theirs: "y" }]);
  });

  test("is left as the others made it where nothing of it was on its way", () => {
    assert.deepEqual(scene({ k: "Of another day" }, { k: "Written on since" }, []), [{}, { k: "Written on since" }]);
  });

  test("stays under the hand of its writer until it is handed over", () => {
    const [shared, draft] = [model.newDoc(), model.newDoc()];
    const seen = [];
    const board = createBoard((keys) => { for (const key of keys) seen.push(board.get(key)?.text); });
    board.attach({ doc: shared });
    board.attach({ doc: draft });
    model.watchCards(shared, (keys) => handOver(draft, shared, keys, () => true));
    board.add({ key: "mine", phase: 2, lane: "need", after: null, text: "Half a thoug" });
    model.putCard(shared, card("mine", { text: "Half a thou" }));

    assert.deepEqual([...new Set(seen)], ["Half a thoug"]); // no letter is taken away for a moment
    assert.deepEqual([texts(draft), texts(shared)], [{}, { mine: "Half a thoug" }]);
    assert.equal(board.get("mine").draft, false);
  });
});

describe("facts", () => {
  const page = { at: 20, me: { may_edit: true }, workshop: { silent: true } };
  const kept = (at) => ({ at, me: { may_edit: false }, cards: { k: { quotes: 2 } }, workshop: null });
  const opened = () => createFacts({ url: "", first: page, changed: () => {} });

  test("of the room are known from the start, and what was kept before does not undo them", () => {
    const facts = opened();
    assert.equal(facts.workshop.silent, true);
    facts.takeKept(kept(10));
    assert.deepEqual([facts.of("k").quotes, facts.workshop.silent, facts.me.may_edit], [2, true, true]);
  });

  test("that are younger than a page that was kept, too, hold", () => {
    const facts = opened();
    facts.takeKept(kept(30));
    assert.deepEqual([facts.workshop, facts.me.may_edit], [null, false]);
  });

  for (const order of [["did", "news"], ["news", "did"]]) {
    test(`are asked for once by the page that changed something: first ${order[0]}, then ${order[1]}`, (t) => {
      t.mock.timers.enable({ apis: ["setTimeout"] });
      t.mock.method(Math, "random", () => 0.999);
      globalThis.document = { querySelector: () => null };
      t.after(() => { delete globalThis.document; });
      const asked = t.mock.method(globalThis, "fetch", () => new Promise(() => {}));
      const facts = opened();
      for (const heard of order) facts[heard]();
      t.mock.timers.tick(100);
      assert.equal(asked.mock.callCount(), 1);
      t.mock.timers.tick(1000);
      assert.equal(asked.mock.callCount(), 1);
    });
  }
});

describe("a line", () => {
  const seconds = (t, n) => { for (let each = 0; each < n; each += 1) t.mock.timers.tick(1000); };
  const watched = (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    let died = 0;
    return { line: createLine(() => { died += 1; }), deaths: () => died };
  };

  test("is dead after six seconds without a word while an answer is owed", (t) => {
    const { line, deaths } = watched(t);
    line.waits(patience(40));
    seconds(t, 5);
    assert.equal(deaths(), 0);
    seconds(t, 1);
    assert.equal(deaths(), 1);
    seconds(t, 60);
    assert.equal(deaths(), 1, "it is said once");
  });

  test("that says anything, or owes nothing, is alive", (t) => {
    const { line, deaths } = watched(t);
    line.waits(patience(40));
    for (let each = 0; each < 20; each += 1) { seconds(t, 5); line.heard(); line.waits(patience(40)); }
    line.rest();
    seconds(t, 60);
    assert.equal(deaths(), 0);
  });

  test("has longer to take in what is large, and not for ever after", (t) => {
    const { line, deaths } = watched(t);
    line.waits(patience(1024 * 1024));
    line.waits(patience(40));
    seconds(t, 120);
    assert.equal(deaths(), 0);
    line.rest();
    line.waits(patience(40));
    seconds(t, 6);
    assert.equal(deaths(), 1);
  });
});

describe("order", () => {
  test("keys are those that the server makes", () => {
    const roll = dice(7);
    const pairs = [["", ""]];
    const keys = [keyBetween("", "")];
    for (let n = 0; n < 300; n += 1) {
      const at = roll(keys.length + 1);
      const pair = [keys[at - 1] ?? "", keys[at] ?? ""];
      pairs.push(pair);
      keys.splice(at, 0, keyBetween(...pair));
    }
    const program = "import json, sys; from strategy.order import key_between; print(json.dumps([key_between(a, b) for a, b in json.load(sys.stdin)]))";
    const servers = JSON.parse(execFileSync(process.env.PYTHON ?? "python3", ["-c", program], { input: JSON.stringify(pairs) }));
    assert.deepEqual(pairs.map(([low, high]) => keyBetween(low, high)), servers);
    assert.deepEqual([...keys].sort(), keys);
  });

  test("what stands the wrong way round is refused", () => {
    assert.throws(() => keyBetween("b", "a"), RangeError);
  });
});

describe("the piece that differs", () => {
  const applied = (before, after) => {
    const { start, end, words } = difference(before, after);
    return before.slice(0, start) + words + before.slice(end);
  };

  test("put in its place it makes one text into the other", () => {
    const roll = dice(3);
    const letters = ["a", "b", " ", "ß", "🚲", "👩‍👧", "é"];
    const random = () => Array.from({ length: roll(7) }, () => letters[roll(letters.length)]).join("");
    for (let n = 0; n < 2000; n += 1) {
      const [before, after] = [random(), random()];
      assert.equal(applied(before, after), after);
    }
  });

  test("signs of two halves are never torn", () => {
    const doc = model.newDoc();
    model.putCard(doc, card("k", { text: "go 🚲 now" }));
    for (const text of ["go 🚳 now", "go 🚴 now", "go 🚲🚲 now", "🚲", "🤲"]) {
      model.setText(doc, "k", text);
      assert.equal(model.readCard(reopened(doc), "k").text, text);
    }
  });

  test("the caret stays with its words", () => {
    assert.equal(follow("hello world", "oh hello world", 5), 8);
    assert.equal(follow("hello world", "hello big world", 11), 15);
    assert.equal(follow("hello world", "hello", 3), 3);
    assert.equal(follow("hello world", "hello", 9), 5);
  });
});

describe("a change made to an older text", () => {
  test("is made to the newer one, beside what others wrote", () => {
    assert.equal(rebased("middle", "middle!", "the middle"), "the middle!");
    assert.equal(rebased("one two", "one", "one two three"), "one three");
    assert.equal(rebased("same", "same", "changed"), "changed");
  });
});

describe("the model", () => {
  test("whatever a browser wrote is read as the nearest card", () => {
    const doc = model.newDoc();
    model.cardsOf(doc).set("odd", new Y.Map(Object.entries({ phase: 9, lane: "nowhere", kind: 3, text: "plain", position: "" })));
    model.cardsOf(doc).set("no card", "text");
    assert.deepEqual(model.readCard(doc, "odd"), card("odd", { text: "plain" }));
    assert.equal(model.readCard(doc, "no card"), null);
  });

  test("whatever position a browser wrote, there is room behind and before it", () => {
    const doc = model.newDoc();
    for (const position of ["~", "é", "V ", "0", "z".repeat(300), `${"z".repeat(199)}0V`]) {
      model.putCard(doc, card("k", { position }));
      const read = model.readCard(doc, "k").position;
      assert.ok(keyBetween("", read) < read && read < keyBetween(read, ""), position);
    }
  });

  test("two people's letters in one card both stay", () => {
    const [one, two] = [model.newDoc(), model.newDoc()];
    model.putCard(one, card("k", { text: "shared" }));
    meet(one, two);
    model.setText(one, "k", "well shared");
    model.setText(two, "k", "shared thought");
    meet(one, two);
    assert.deepEqual(texts(one), { k: "well shared thought" });
    assert.deepEqual(texts(two), texts(one));
  });

  test("moves and additions at once give one order everywhere", () => {
    const [one, two] = [model.newDoc(), model.newDoc()];
    const roll = dice(11);
    for (const key of ["a", "b", "c", "d"]) model.putCard(one, card(key, { position: model.placeAfter(all(one), { key, phase: 1, lane: "need", after: null }) }));
    meet(one, two);
    for (let n = 0; n < 300; n += 1) {
      for (const doc of [one, two]) {
        const keys = model.inField(all(doc), 1, "need").map(({ key }) => key);
        const [key, after] = [keys[roll(4)], [null, ...keys][roll(5)]];
        if (key !== after) model.moveCard(doc, key, { phase: 1, lane: "need", position: model.placeAfter(all(doc), { key, phase: 1, lane: "need", after }) });
      }
      if (n % 3 === 0) meet(one, two);
    }
    meet(one, two);
    const order = (doc) => model.inField(all(doc), 1, "need").map(({ key }) => key);
    assert.deepEqual(order(one), order(two));
    assert.equal(order(one).length, 4);
  });

  test("a card deleted by one while another moves it is gone for both", () => {
    const [one, two] = [model.newDoc(), model.newDoc()];
    model.putCard(one, card("k"));
    meet(one, two);
    model.removeCard(one, "k");
    model.moveCard(two, "k", { phase: 3, lane: "partners", position: "V" });
    meet(one, two);
    assert.deepEqual([texts(one), texts(two)], [{}, {}]);
  });
});

describe("a board of two documents", () => {
  const boardOf = (...docs) => {
    const board = createBoard(() => {});
    for (const doc of docs) board.attach({ doc });
    return board;
  };

  test("a full canvas, or a full silent sheet, says why it takes no more cards", () => {
    const [sharedDoc, draft] = [model.newDoc(), model.newDoc()];
    const limits = { shared: { most: 2, why: "the canvas is full" }, draft: { most: 1, why: "the sheet is full" } };
    const board = boardOf(sharedDoc);
    board.add(card("a"));
    assert.equal(board.whyFull(limits), "");
    board.add(card("b"));
    assert.equal(board.whyFull(limits), "the canvas is full");

    board.attach({ doc: draft });
    assert.equal(board.whyFull(limits), "");
    board.add(card("c"));
    assert.equal(board.whyFull(limits), "the sheet is full");

    board.remove("c");
    assert.equal(board.whyFull(limits), "");
  });

  test("new cards go into the draft, and say so", () => {
    const [shared, draft] = [model.newDoc(), model.newDoc()];
    const board = boardOf(shared, draft);
    board.add({ key: "mine", phase: 2, lane: "need", after: null });
    assert.deepEqual(texts(shared), {});
    assert.equal(board.get("mine").draft, true);
  });
});

describe("undo", () => {
  const withUndo = (doc) => ({ doc, steps: undo.createUndo(doc) });
  const apart = ({ steps }) => steps.manager.stopCapturing();

  test("takes back my step and leaves what others did meanwhile", () => {
    const [mine, theirs] = [withUndo(model.newDoc()), model.newDoc()];
    model.putCard(mine.doc, card("k", { text: "start" }));
    apart(mine);
    model.setText(mine.doc, "k", "start mine");
    meet(mine.doc, theirs);
    model.setText(theirs, "k", "THEIRS start mine");
    meet(mine.doc, theirs);
    mine.steps.manager.undo();
    assert.deepEqual(texts(mine.doc), { k: "THEIRS start" });
  });

  test("of making a card in which others wrote keeps the card with their words", () => {
    const [mine, theirs] = [withUndo(model.newDoc()), model.newDoc()];
    model.putCard(mine.doc, card("k", { phase: 3, lane: "partners", kind: "question", text: "mine" }));
    meet(mine.doc, theirs);
    model.setText(theirs, "k", "mine and theirs");
    meet(mine.doc, theirs);
    mine.steps.manager.undo();
    const kept = model.readCard(mine.doc, "k");
    assert.deepEqual([kept.phase, kept.lane, kept.kind, kept.text], [3, "partners", "question", " and theirs"]);
  });

  test("of a link that I made works in a card of others", () => {
    const [mine, theirs] = [withUndo(model.newDoc()), model.newDoc()];
    model.putCard(theirs, card("k", { text: "theirs" }));
    meet(mine.doc, theirs);
    model.setLink(mine.doc, "k", "element:4", true);
    mine.steps.manager.undo();
    assert.deepEqual(model.readCard(mine.doc, "k").links, []);
  });

  test("of a move does nothing where another moved the card since", () => {
    const [mine, theirs] = [withUndo(model.newDoc()), model.newDoc()];
    model.putCard(theirs, card("k"));
    meet(mine.doc, theirs);
    model.moveCard(mine.doc, "k", { phase: 2, lane: "need", position: "V" });
    meet(mine.doc, theirs);
    model.moveCard(theirs, "k", { phase: 4, lane: "need", position: "V" });
    meet(mine.doc, theirs);
    mine.steps.manager.undo();
    assert.equal(model.readCard(mine.doc, "k").phase, 4);
  });

  test("goes on after a reload, through deletions that were undone before it", () => {
    const before = withUndo(model.newDoc());
    const change = (what) => { what(); apart(before); };
    change(() => model.putCard(before.doc, card("k", { text: "one" })));
    change(() => model.setText(before.doc, "k", "one two"));
    change(() => model.moveCard(before.doc, "k", { phase: 2, lane: "target", position: "V" }));
    change(() => model.removeCard(before.doc, "k"));
    before.steps.manager.undo(); // the card is back, as a new thing in the document

    const after = withUndo(reopened(before.doc));
    undo.load(after.steps, JSON.parse(JSON.stringify(undo.dump(before.steps))));
    const seen = [];
    while (after.steps.manager.undo()) {
      const now = model.readCard(after.doc, "k");
      seen.push(now && [now.phase, now.text]);
    }
    assert.deepEqual(seen, [[1, "one two"], [1, "one"], null]);
    while (after.steps.manager.redo());
    assert.deepEqual(texts(after.doc), {}); // the deletion was the last step
  });

  test("after a reload leaves the words of others alone", () => {
    const before = withUndo(model.newDoc());
    const theirs = model.newDoc();
    model.putCard(before.doc, card("k", { text: "mine" }));
    meet(before.doc, theirs);
    model.setText(theirs, "k", "mine theirs");
    meet(before.doc, theirs);
    const after = withUndo(reopened(before.doc));
    undo.load(after.steps, undo.dump(before.steps));
    after.steps.manager.undo();
    assert.deepEqual(texts(after.doc), { k: " theirs" });
  });
});

describe("presence", () => {
  const at = { phase: 2, lane: "need", x: 0.5, y: 2 };

  test("what others send is read forgivingly", () => {
    const states = new Map([[1, { user: { key: "u1", name: "Me" } }], [2, { user: { key: "u2", name: "Lena" }, at, typing: "k" }], [3, { at }], [4, { user: { name: 5 } }], [5, null]]);
    assert.deepEqual(presence.peopleIn(states, 1), [{ client: 2, key: "u2", name: "Lena", at: { ...at, y: 1 }, view: null, typing: "k", lead: 0 }]);
  });

  test("initials are whole letters, also of emoji", () => {
    const names = ["Lena Hartwig", "Lena", "محمد عبد 🚲", "🚲", " "];
    assert.deepEqual(names.map(presence.initials), ["LH", "Le", "م🚲", "🚲", ""]);
  });

  test("somebody with two windows is one person, in the window that is used", () => {
    const people = [{ key: "u2", client: 2, typing: "", at: null }, { key: "u2", client: 3, typing: "k", at: null }];
    assert.deepEqual(presence.persons(people).map(({ client }) => client), [3]);
  });

  test("names of cursors at one spot stand under each other, and what is apart stays where it is", () => {
    const at = (x, y, name) => ({ x, y, name });
    assert.deepEqual(presence.stacked([at(10, 10, "Lena Hartwig"), at(14, 12, "Ada"), at(10, 10, "Ben"), at(300, 10, "Olga"), at(10, 90, "Deniz")]), [0, 16, 36, 0, 0]);
  });

  test("a point of a field is the same point on another screen", () => {
    const [wide, narrow] = [{ left: 100, top: 50, width: 400, height: 200 }, { left: 0, top: 900, width: 300, height: 500 }];
    assert.deepEqual(presence.onScreen(narrow, presence.within(wide, 200, 100)), { x: 75, y: 1025 });
  });
});

describe("saving", () => {
  const known = { connected: true, sent: 4, acked: 4, waiting: 0, refused: "", writes: true };

  test("is saved only when everything that was sent is safe", () => {
    assert.deepEqual(savingState(known), { state: "saved" });
    assert.deepEqual(savingState({ ...known, acked: 1, waiting: 2 }), { state: "saving", waiting: 3 });
    assert.deepEqual(savingState({ ...known, connected: false, waiting: 12 }), { state: "offline", waiting: 12 });
    assert.deepEqual(savingState({ ...known, writes: false }), { state: "looking" });
    assert.deepEqual(savingState({ ...known, refused: "why" }), { state: "error", why: "why" });
    assert.deepEqual(savingState({ ...known, refused: "why", ended: "signed out" }), { state: "ended", why: "why" });
  });

  test("every refusal has a reason in words", () => {
    assert.match(refusal(4403), /role/);
    assert.match(refusal(4499), /4499/);
  });
});

describe("what is typed within a moment", () => {
  const typed = (doc, count, letters = "x") => {
    const updates = [];
    doc.on("update", (update) => updates.push(update));
    for (let n = 0; n < count; n += 1) model.setText(doc, "k", model.readCard(doc, "k").text + letters);
    return updates;
  };
  const withCard = () => { const doc = model.newDoc(); model.putCard(doc, card("k")); return doc; };

  test("leaves as few messages that say the same; its first letter leaves at once", () => {
    const doc = withCard();
    const [other, sent] = [reopened(doc), []];
    const sending = createSending((update) => { sent.push(update); Y.applyUpdate(other, update); });
    const updates = typed(doc, 300);
    sending.put(updates[0]);
    assert.equal(texts(other).k, "x");
    updates.slice(1).forEach(sending.put);
    assert.ok(!sending.empty && sent.length < 10, `${sent.length} messages`);
    sending.flush();
    assert.ok(sending.empty);
    assert.deepEqual(texts(other), texts(doc));
  });

  test("is sent after a moment without anybody asking", async () => {
    const [doc, sent] = [withCard(), []];
    await new Promise((done) => {
      const sending = createSending((update) => { if (sent.push(update) === 2) done(); });
      typed(doc, 2).forEach(sending.put);
    });
    assert.equal(sent.length, 2);
  });

  test("never becomes a message that is larger than the server takes", () => {
    const [doc, sent] = [withCard(), []];
    const sending = createSending((update) => sent.push(update.length));
    typed(doc, 100, "x".repeat(9_000)).forEach(sending.put);
    sending.flush();
    assert.ok(Math.max(...sent) < 80 * 1024, `${Math.max(...sent)} bytes`);
  });

  test("is not sent twice where a new connection compares the documents", () => {
    const [doc, sent] = [withCard(), []];
    const sending = createSending((update) => sent.push(update));
    typed(doc, 3).forEach(sending.put);
    sending.drop();
    sending.flush();
    assert.equal(sent.length, 1);
  });
});

const drawer = (full = false) => {
  const kept = new Map();
  return { getItem: (name) => kept.get(name) ?? null, removeItem: (name) => kept.delete(name), setItem(name, value) { if (full) throw new Error("full"); kept.set(name, value); }, kept };
};

describe("what the server did not take", () => {
  const sheet = nameOfSheet("u7", "1");
  const names = { place: ({ lane }) => lane, kind: ({ kind }) => kind };

  test("the words of cards that wait are put aside beside older ones, until they are put away", () => {
    globalThis.localStorage = drawer();
    const doc = model.newDoc();
    for (const [key, text] of [["a", "Mine"], ["c", "Taken back"], ["d", " "]]) model.putCard(doc, card(key, { text }));
    const found = unsaved.unsavedChanges(doc, new Set(["a:new", "a:text", "a:place", "c:undo", "d:text"]));
    assert.deepEqual(found.map(({ text, what }) => [text, what]), [["Mine", "words"], ["Taken back", "words"]]);

    assert.ok(aside.putAside(sheet, found) && aside.putAside(sheet, [{ ...card("e", { text: "Later" }), what: "words" }, found[0]]));
    assert.equal(aside.asText(aside.recallAside(sheet), names), "need:\nTaken back\n\nneed:\nLater\n\nneed:\nMine\n");
    aside.dropAside(sheet);
    assert.deepEqual(aside.recallAside(sheet), []);
  });

  test("whatever else was done is told in words", () => {
    const doc = model.newDoc();
    const labels = new Set();
    doc.on("afterTransaction", ({ origin: { key, what, text } }) => labels.add(`${key}:${what}:${text}`));
    for (const key of ["a", "b"]) model.putCard(doc, card(key, { text: `Card ${key}` }));
    labels.clear(); // these are saved
    model.moveCard(doc, "a", { phase: 2, lane: "partners", position: "V" });
    model.setKind(doc, "a", "question");
    model.setLink(doc, "a", "job:1", true);
    model.removeCard(doc, "b");
    model.putCard(doc, card("c"));
    model.removeCard(doc, "c");
    assert.equal(aside.asText(unsaved.unsavedChanges(doc, labels), names), [
      "You also did this, and it was not saved:", "- moved “Card a” to partners", "- made “Card a” this kind: question",
      "- changed the links of “Card a”", "- deleted “Card b”", "",
    ].join("\n"));
  });

  test("of a guest lies in the tab alone", () => {
    [globalThis.sessionStorage, globalThis.localStorage] = [drawer(), drawer()];
    aside.putAside(nameOfSheet("g7", "1"), [{ ...card("a", { text: "Mine" }), what: "words" }]);
    assert.deepEqual([sessionStorage.kept.size, localStorage.kept.size], [1, 0]);
  });

  test("a browser that keeps nothing says so, and then nothing is cleared", () => {
    globalThis.localStorage = drawer(true);
    assert.equal(aside.putAside(sheet, [{ ...card("a", { text: "Mine" }), what: "words" }]), false);
    assert.equal(aside.putAside(sheet, []), true);
  });

  test("the cards that an undo changed are known", () => {
    const doc = model.newDoc();
    model.putCard(doc, card("a", { text: "Mine" }));
    model.putCard(doc, card("b"));
    let found = null;
    doc.on("afterTransaction", ({ changed }) => { found = [...unsaved.cardsChanged(doc, changed)].sort(); });
    doc.transact(() => { model.cardsOf(doc).get("a").get("text").insert(0, "x"); model.cardsOf(doc).get("b").get("links").set("job:1", true); });
    assert.deepEqual(found, ["a", "b"]);
    doc.transact(() => model.cardsOf(doc).delete("a"));
    assert.deepEqual(found, ["a"]);
  });
});

describe("a guest's tab", () => {
  test("keeps a canvas over a reload, with what is not saved, and nothing once it is left", async () => {
    globalThis.sessionStorage = drawer();
    const before = model.newDoc();
    const store = tabStore("s", before, () => true);
    model.putCard(before, card("k", { text: "In the train" }));
    store.settled();
    await store.set("facts", "{}");

    const after = model.newDoc();
    const again = tabStore("s", after, () => false);
    assert.deepEqual([texts(after), await again.get("facts")], [{ k: "In the train" }, "{}"]);
    await store.clearData();
    await again.clearData();
    again.settled();
    assert.equal(sessionStorage.kept.size, 0);
  });
});
