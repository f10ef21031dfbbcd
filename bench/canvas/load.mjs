// People edit documents together. A job comes as JSON on standard input:
// {proto, windows: [{url, name, cookie, origin}], rate (edits a second and window), seconds, cards, across}
// Windows with the same `name` have the same document; `across` counts only what comes from another `url`.
// Prints "start" and "end" around the editing, then the figures as one line of JSON.
import { json } from "node:stream/consumers";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { Client, Y, edit, now, percentile, seed, sleep } from "./client.mjs";

const PATIENCE = 20000;
const job = await json(process.stdin);
const clients = job.windows.map((window) => new Client({ proto: job.proto, ...window }));
const groups = Map.groupBy(clients, (client) => client.name);
const times = [];
let edits = 0, expected = 0;

const until = async (true_) => {
  for (const end = now() + PATIENCE; !true_() && now() < end;) await sleep(5);
};

// Everybody is there, and has the same cards.
const comeIn = async (group) => {
  await group[0].connect();
  seed(group[0].doc, job.cards);
  await Promise.all(group.slice(1).map((client) => client.connect()));
  await until(() => group.every((client) => client.doc.getMap("cards").size === job.cards));
};

const isCounted = (from, to) => from !== to && !(job.across && from.url === to.url);

// Each edit is found again by the clock that its author's document had after it.
const watch = (group) => {
  const authors = new Map(group.map((client) => [client.doc.clientID, client]));
  for (const client of group) {
    client.made = [];
    client.readers = group.filter((other) => isCounted(client, other)).length;
    client.onRemote = (transaction) => arrived(client, authors, transaction);
  }
};

const arrived = (client, authors, { beforeState, afterState }) => {
  const at = now();
  for (const [id, after] of afterState) {
    const before = beforeState.get(id) ?? 0, author = authors.get(id);
    if (after === before || !author || !isCounted(author, client)) continue;
    for (let place = author.made.length - 1; place >= 0 && author.made[place].clock > before; place -= 1) {
      if (author.made[place].clock <= after) times.push(at - author.made[place].at);
    }
  }
};

const work = async (client, end) => {
  const period = 1000 / job.rate;
  await sleep(Math.random() * period);
  for (let next = now(); now() < end; await sleep(Math.max(0, next - now()))) {
    const at = now();
    edit(client.doc);
    client.made.push({ clock: Y.getState(client.doc.store, client.doc.clientID), at });
    edits += 1; expected += client.readers; next += period;
  }
};

const shares = (values) => ({ p50: percentile(values, 0.5), p95: percentile(values, 0.95), p99: percentile(values, 0.99) });

await Promise.all([...groups.values()].map(comeIn));
for (const group of groups.values()) watch(group);
await sleep(500);
for (const client of clients) client.ackTimes.length = 0;
const lag = monitorEventLoopDelay({ resolution: 5 });
lag.enable();
console.log("start");
const end = now() + job.seconds * 1000;
await Promise.all(clients.map((client) => work(client, end)));
console.log("end");
lag.disable();
// Whatever the order in which keys came into a map.
const sorted = (_key, value) => (Object.getPrototypeOf(value ?? 0) === Object.prototype ? Object.fromEntries(Object.entries(value).sort()) : value);
const contents = (doc) => JSON.stringify(doc.getMap("cards").toJSON(), sorted);
const areSame = (group) => new Set(group.map((client) => contents(client.doc))).size === 1;
await until(() => times.length >= expected && [...groups.values()].every(areSame));
console.log(JSON.stringify({
  edits, expected, seen: times.length, ...shares(times), ack: shares(clients.flatMap((client) => client.ackTimes)),
  unacknowledged: job.proto === "yws" ? 0 : clients.reduce((sum, client) => sum + client.sent - client.acked, 0),
  converged: [...groups.values()].every(areSame), closed: clients.filter((client) => client.closed).length,
  lag99: lag.percentile(99) / 1e6,
}));
process.exit(0);
