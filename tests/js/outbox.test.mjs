import assert from "node:assert/strict";
import { test } from "node:test";
import { bodyOf, createOutbox, foldable, memoryStore, merge } from "../../static/js/capture/outbox.js";

// A server as the real one behaves: creating twice creates once, a different field merges, the same field clashes.
const server = () => {
  const rows = new Map();
  return {
    rows, up: true, loseAnswer: false, requests: 0,
    send(body) {
      this.requests += 1;
      if (!this.up) return { offline: true };
      const results = body.changes.map((change) => {
        const row = rows.get(change.client_id);
        if (change.base_version === 0) { if (!row) rows.set(change.client_id, { ...change.fields }); return { client_id: change.client_id, state: change.fields.note === "bad" ? "refused" : "saved", errors: { note: "No." } }; }
        const clash = Object.keys(change.fields).filter((field) => row[field] !== change.base[field] && row[field] !== change.fields[field]);
        for (const [field, value] of Object.entries(change.fields)) if (!clash.includes(field)) row[field] = value;
        return { client_id: change.client_id, state: clash.length ? "conflict" : "saved" };
      });
      if (this.loseAnswer) { this.loseAnswer = false; return { offline: true }; }
      return { ok: true, data: { results } };
    },
  };
};
const box = (host, store = memoryStore(), more = {}) => {
  const states = [];
  const outbox = createOutbox({ store, key: "1:s:1", user: 1, send: async (body) => host.send(structuredClone(body)), onChange() {}, onAnswer() {}, onState: (state) => states.push(state), locks: undefined, wait: () => 0, ...more });
  return { outbox, states, store };
};
const create = (id, note) => ({ type: "element", id, base_version: 0, fields: { note }, base: {} });
const edit = (id, from, to) => ({ type: "element", id, base_version: 1, fields: { note: to }, base: { note: from } });

test("a change is in the store before it is sent", async () => {
  const order = [];
  const store = memoryStore();
  const { outbox } = box({ send: () => { order.push("sent"); return { offline: true }; } }, { ...store, async add(...all) { await store.add(...all); order.push("stored"); } });
  await outbox.push(create("a", "x"));
  await outbox.flush();
  assert.deepEqual(order.slice(0, 2), ["stored", "sent"]);
});

test("what the server has leaves the store", async () => {
  const host = server();
  const { outbox, store, states } = box(host);
  await outbox.push(create("a", "x"));
  await outbox.flush();
  assert.deepEqual([await store.list("1:s:1"), host.rows.get("a")], [[], { note: "x" }]);
  assert.deepEqual(states.at(-1), { state: "saved", message: "", waiting: 0 });
});

test("without a server changes wait, survive a new page, and go once it is back", async () => {
  const host = server();
  host.up = false;
  const { outbox, store, states } = box(host);
  for (let n = 0; n < 60; n += 1) await outbox.push(create(`i${n}`, `note ${n}`));
  await outbox.flush();
  assert.deepEqual(states.at(-1), { state: "offline", message: "", waiting: 60 });

  host.up = true;
  const later = box(host, store).outbox;
  await later.reload();
  assert.equal(later.waiting, 60);
  await later.flush();
  assert.deepEqual([host.rows.size, later.waiting], [60, 0]);
});

test("nothing is called saved while something waits that was typed meanwhile", async () => {
  const store = memoryStore();
  let keep;
  const isKept = new Promise((done) => { keep = done; });
  const slow = { ...store, async add(key, change) { if (change.id === "b") await isKept; return store.add(key, change); } };
  const { outbox, states } = box(server(), slow);
  await outbox.push(create("a", "x"));
  const second = outbox.push(create("b", "y"));
  await outbox.flush();
  assert.deepEqual(states.filter(({ state }) => state === "saved"), []);

  keep();
  await second;
  await outbox.flush();
  assert.deepEqual(states.at(-1), { state: "saved", message: "", waiting: 0 });
});

test("a lost answer doubles nothing, and what was typed meanwhile arrives too", async () => {
  const host = server();
  host.loseAnswer = true;
  const { outbox } = box(host);
  await outbox.push(create("a", "first"));
  await outbox.flush();
  await outbox.push(edit("a", "first", "second"));
  await outbox.flush();
  assert.deepEqual([host.rows.size, host.rows.get("a").note, outbox.waiting], [1, "second", 0]);
});

test("two pages on one store send everything once", async () => {
  const host = server();
  let chain = Promise.resolve();
  const locks = { request: (_name, work) => (chain = chain.then(work, work)) };
  const store = memoryStore();
  const [one, two] = [box(host, store, { locks }).outbox, box(host, store, { locks }).outbox];
  await Promise.all(Array.from({ length: 20 }, (_, n) => (n % 2 ? one : two).push(create(`i${n}`, `${n}`))));
  await Promise.all([one.flush(), two.flush()]);
  assert.deepEqual([host.rows.size, (await store.list("1:s:1")).length], [20, 0]);
});

test("edits of one item fold together until they are sent, then never", () => {
  const waiting = { ...edit("a", "one", "two"), uid: "u", order: 1, sent: false };
  assert.equal(foldable([waiting], edit("a", "two", "three")), waiting);
  assert.deepEqual(merge(waiting, edit("a", "two", "three")).base, { note: "one" });
  assert.equal(foldable([{ ...waiting, sent: true }], edit("a", "two", "three")), null);
  assert.equal(foldable([waiting, { ...waiting, uid: "v", sent: true }], edit("a", "two", "three")), null);
});

test("what the server refuses stays with its reason and is sent again after an edit", async () => {
  const host = server();
  const { outbox } = box(host);
  await outbox.push(create("a", "bad"));
  await outbox.flush();
  assert.deepEqual([outbox.entries[0].refused, outbox.waiting], [{ note: "No." }, 0]);

  host.rows.clear();
  await outbox.push({ type: "element", id: "a", base_version: null, fields: { note: "good" }, base: { note: "bad" } });
  await outbox.flush();
  assert.deepEqual([host.rows.get("a"), outbox.entries], [{ note: "good" }, []]);
});

test("being signed out keeps everything and says so", async () => {
  const { outbox, states } = box({ send: () => ({ stop: true, message: "You are signed out." }) });
  await outbox.push(create("a", "x"));
  await outbox.flush();
  assert.deepEqual([states.at(-1), outbox.waiting], [{ state: "error", message: "You are signed out.", waiting: 1 }, 1]);
});

test("a browser that cannot keep the change says so and keeps showing it", async () => {
  const store = memoryStore();
  const { outbox, states } = box(server(), { ...store, async add() { throw new DOMException("", "QuotaExceededError"); } });
  await assert.rejects(outbox.push(create("a", "x")));
  assert.equal(outbox.entries.length, 1);
  assert.match(states.at(-1).message, /QuotaExceededError/);
});

test("items of another interview are left alone", async () => {
  const store = memoryStore();
  await store.add("1:s:2", create("b", "other"));
  const { outbox } = box(server(), store);
  await outbox.flush();
  assert.equal((await store.list("1:s:2")).length, 1);
});

test("one request carries every kind of change, and a running timer as of now", () => {
  const body = bodyOf(7, [
    { ...create("a", "x") }, { type: "asked", id: 3, value: true }, { type: "coverage", id: "pain", value: false },
    { type: "timer", id: "timer", running: true, elapsed_ms: 1000, at: 5000 }, { type: "header", id: "header", fields: { hired: "Tram" }, base: { hired: "" } },
  ], 7000);
  assert.deepEqual(body, {
    user: 7, changes: [{ client_id: "a", base_version: 0, fields: { note: "x" }, base: {} }], asked: { 3: true }, coverage: { pain: false },
    timer: { running: true, elapsed_ms: 3000 }, header: { fields: { hired: "Tram" }, base: { hired: "" } },
  });
});
