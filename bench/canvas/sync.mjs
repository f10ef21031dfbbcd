// How long windows wait for a large document. A job comes as JSON on standard input:
// {proto, window, folder, make, push, fresh, again}: the document is made into `folder`, sent to the server,
// opened by `fresh` windows that have nothing, and by `again` windows that have all of it. Prints JSON.
import { json } from "node:stream/consumers";
import { readFileSync, writeFileSync } from "node:fs";
import { Client, Y, edit, now, seed, sleep } from "./client.mjs";

const CARDS = 500, UPDATES = 10000, AUTHORS = 30;
const job = await json(process.stdin);
const updatesFile = `${job.folder}/updates.json`, stateFile = `${job.folder}/state`;

const make = () => {
  const doc = new Y.Doc({ gc: false }), updates = [];
  doc.on("update", (update) => updates.push(Buffer.from(update).toString("base64")));
  const authors = Array.from({ length: AUTHORS }, () => 1 + Math.floor(Math.random() * 2 ** 32 - 1));
  seed(doc, CARDS);
  while (updates.length < UPDATES) {
    doc.clientID = authors[updates.length % AUTHORS];
    edit(doc);
  }
  writeFileSync(updatesFile, JSON.stringify(updates));
  writeFileSync(stateFile, Y.encodeStateAsUpdate(doc));
};

const whole = () => {
  const doc = new Y.Doc({ gc: false });
  Y.applyUpdate(doc, readFileSync(stateFile));
  return doc;
};

const push = async () => {
  const client = new Client({ proto: job.proto, ...job.window });
  await client.connect();
  for (const [place, update] of JSON.parse(readFileSync(updatesFile)).entries()) {
    Y.applyUpdate(client.doc, Buffer.from(update, "base64"));
    if (place % 100 === 0) await sleep(5);
  }
  await sleep(4000); // Hocuspocus writes two seconds later
  client.close();
};

// Until all cards are in the window: the server's time, the way, and what the window itself takes.
const open = async (doc) => {
  const client = new Client({ proto: job.proto, ...job.window, doc }), began = now();
  await client.connect();
  while (client.doc.getMap("cards").size !== CARDS) await sleep(1);
  const waited = now() - began;
  client.close();
  await sleep(50);
  return waited;
};

if (job.make) make();
if (job.push) await push();
const bytes = readFileSync(stateFile).length;
for (let warm = 0; warm < 5; warm += 1) whole(); // the first times, Node itself is slow
const fresh = [], again = [];
for (let number = 0; number < (job.fresh ?? 0); number += 1) fresh.push(await open());
for (let number = 0; number < (job.again ?? 0); number += 1) again.push(await open(whole()));
console.log(JSON.stringify({ bytes, fresh, again }));
process.exit(0);
