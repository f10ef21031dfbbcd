// Several people who edit one canvas as hard as they can, over a network that loses, doubles and reorders frames and
// cuts connections; driven line by line by tests/strategy/hands.py.
//
// The server counts the messages that reach it. `delivered` holds, for each of them, up to which clock of its author it
// goes: what is acknowledged is then known, whatever was lost or overtaken on the way.
import readline from "node:readline";
import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import * as sync from "y-protocols/sync";
import { Client, Y, edit, newCard, sleep } from "../../bench/canvas/client.mjs";

const options = JSON.parse(process.argv[2]); // {urls, cookies, people, seed, faults}
const random = (() => { // mulberry32: the same faults for the same seed
  let state = options.seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
})();
const chance = (share) => random() < share;

class Person extends Client {
  constructor(number) {
    const url = options.urls[number % options.urls.length];
    super({ url, cookie: options.cookies[number % options.cookies.length], origin: `http://${new URL(url).host}` });
    Object.assign(this, { number, promised: 0, held: [], delivered: [], wanted: false, asked: 0 });
  }

  // Out: lost, doubled, overtaken by the next one, or late.
  raw(bytes) {
    const counts = bytes[0] === 0 && bytes[1] > 0;
    if (!counts || !options.faults) return this.deliver(bytes, counts);
    if (this.socket?.readyState !== 1) return false;
    if (chance(0.02)) return true;
    if (chance(0.02)) { this.held.push(bytes); return true; }
    this.deliver(bytes, counts);
    if (chance(0.02)) this.deliver(bytes, counts);
    for (const late of this.held.splice(0)) this.deliver(late, true);
    return true;
  }

  deliver(bytes, counts) {
    if (counts) this.delivered.push(this.reach(bytes));
    return super.raw(bytes);
  }

  reach(bytes) {
    const decoder = decoding.createDecoder(bytes.subarray(2));
    return Y.parseUpdateMeta(decoding.readVarUint8Array(decoder)).to.get(this.doc.clientID) ?? 0;
  }

  // In: lost, or late. What is lost is made good by the next comparison of states.
  receive(bytes) {
    const mayBeLost = options.faults && bytes[0] === 0 && bytes[1] === 2;
    if (mayBeLost && chance(0.02)) return;
    if (mayBeLost && chance(0.02)) setTimeout(() => super.receive(bytes), random() * 200);
    else super.receive(bytes);
  }

  acknowledge(count) {
    this.promised = Math.max(this.promised, ...this.delivered.slice(this.acked, count));
    this.acked = count;
  }

  async stay() {
    this.wanted = true;
    while (this.wanted) {
      this.held = []; this.delivered = []; this.isIn = false;
      const over = new Promise((done) => { this.onClose = done; });
      try { await Promise.race([this.connect(), over]); this.isIn = true; await over; } catch { await over; }
      if (this.closed >= 4400 && this.closed < 4500) { this.fatal = `${this.closed} ${this.why}`; return; }
      if (this.wanted) await sleep(50 + random() * 300);
    }
  }

  cut() { this.socket?.terminate(); }

  // Compares states with the server, as a browser does now and then: who asks more often is sent away.
  resync() {
    if (Date.now() - this.asked < 2500) return;
    this.asked = Date.now();
    const encoder = encoding.createEncoder();
    encoding.writeVarUint(encoder, 0);
    sync.writeSyncStep1(encoder, this.doc);
    this.deliver(encoding.toUint8Array(encoder), false);
  }
}

const people = Array.from({ length: options.people }, (_, number) => new Person(number));

const act = (person) => {
  const cards = person.doc.getMap("cards");
  const keys = [...cards.keys()];
  const dice = random();
  if (keys.length < 5 || (dice < 0.05 && keys.length < 60)) newCard(cards, crypto.randomUUID(), random, `card of ${person.number}`);
  else if (dice < 0.08) cards.delete(keys[Math.floor(random() * keys.length)]);
  else if (dice < 0.12) cards.get(keys[Math.floor(random() * keys.length)])?.get("links")?.set(`element:${1 + Math.floor(random() * 9)}`, true);
  else { person.doc.benchKeys = keys; edit(person.doc, random); }
};

const state = (person) => Buffer.from(Y.encodeStateVector(person.doc)).toString("base64");
// Maps keep their keys in the order in which these arrived
const sorted = (value) => (value && typeof value === "object" ? Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, each]) => [key, sorted(each)]) : value);
const words = (person) => JSON.stringify(sorted(person.doc.getMap("cards").toJSON()));

let resting = false;

const commands = {
  async rest() { resting = true; await sleep(500); return {}; },
  // Everybody edits `edits` times, with pauses of `pause` ms; connections are cut at random where faults are on.
  async edit({ edits, pause }) {
    await Promise.all(people.map(async (person) => {
      for (let number = 0; number < edits && !person.fatal && !resting; number += 1) {
        act(person);
        if (options.faults && chance(0.004)) person.cut();
        if (options.faults && chance(0.02) && person.isIn) person.resync();
        await sleep(pause * (0.5 + random()));
      }
    }));
    return {};
  },
  // Faults end, everybody comes back, and waits until all have the same.
  async settle({ within }) {
    options.faults = false;
    people.forEach((person) => { person.isIn = false; person.cut(); });
    const until = Date.now() + within * 1000;
    // States say nothing of deletions: what is still on its way shows in the words alone
    const isQuiet = () => people.every((person) => person.isIn && person.acked >= person.delivered.length && state(person) === state(people[0])) && people.every((person) => words(person) === words(people[0]));
    while (Date.now() < until && !people.some((person) => person.fatal) && !isQuiet()) await sleep(50);
    return {
      equal: people.every((person) => words(person) === words(people[0])),
      quiet: isQuiet(),
      fatal: people.map((person) => person.fatal).filter(Boolean),
      update: Buffer.from(Y.encodeStateAsUpdate(people[0].doc)).toString("base64"),
      promised: Object.fromEntries(people.map((person) => [person.doc.clientID, person.promised])),
      people: people.map((person) => [person.isIn, person.closed, person.acked, person.delivered.length, state(person)]),
      edits: people.reduce((sum, person) => sum + Y.getState(person.doc.store, person.doc.clientID), 0),
    };
  },
  // What was acknowledged to whom, as {client: clock}; asked right before something is killed.
  async promises() { return Object.fromEntries(people.map((person) => [person.doc.clientID, person.promised])); },
  async stop() { people.forEach((person) => { person.wanted = false; person.cut(); }); setTimeout(() => process.exit(0), 50); return {}; },
};

people.forEach((person) => { person.stay(); });
for await (const line of readline.createInterface({ input: process.stdin })) {
  const { does, ...rest } = JSON.parse(line);
  commands[does](rest).then((answer) => console.log(JSON.stringify({ does, ...answer })));
}
