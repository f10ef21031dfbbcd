// One's own steps back and forth. The stacks are ranges of (client, clock, length) in a document that forgets
// nothing, so they can be written down and mean the same after a reload.
import * as Y from "yjs";
import { cardsOf, Step } from "./model.js";

const TOGETHER = 600; // ms: letters typed so close to each other are one step
const MOST = 100; // steps that outlive a reload

export const createUndo = (doc) => {
  const mine = new Set([doc.clientID]);
  const manager = new Y.UndoManager(cardsOf(doc), {
    captureTimeout: TOGETHER,
    trackedOrigins: new Set([Step]),
    deleteFilter: (item) => !holdsOthers(item, mine),
  });
  manager.on("stack-item-added", ({ stackItem }) => stackItem.meta.set("at", Date.now()));
  return { manager, mine };
};

// Others have written in the card that I made: taking back my step must not take their words along. The card and
// what it is made of then stay; letters and links of mine may go.
const holdsOthers = (item, mine) => {
  const card = cardOf(item);
  if (!card || item.parentSub === null) return false;
  return (item === card || item.parent === card.content.type) && hasForeign(card, mine);
};

const cardOf = (item) => {
  let found = item;
  while (found?.parent?._item) found = found.parent._item;
  return found?.content instanceof Y.ContentType ? found : null;
};

const hasForeign = (item, mine) => {
  if (item.deleted) return false;
  if (!mine.has(item.id.client)) return true;
  const type = item.content instanceof Y.ContentType ? item.content.type : null;
  if (!type) return false;
  for (let child = type._start; child; child = child.right) if (hasForeign(child, mine)) return true;
  return [...type._map.values()].some((child) => hasForeign(child, mine));
};

// --- written down and read again ------------------------------------------------------------------------------
const rangesOf = (set) => [...set.clients].map(([client, ranges]) => [client, ranges.map(({ clock, len }) => [clock, len])]);
const setOf = (ranges) => {
  const set = Y.createDeleteSet();
  for (const [client, parts] of ranges) set.clients.set(client, parts.map(([clock, len]) => ({ clock, len })));
  return set;
};
const plain = (item) => ({ insertions: rangesOf(item.insertions), deletions: rangesOf(item.deletions), at: item.meta.get("at") ?? 0 });
const revived = ({ insertions, deletions, at }) => ({ insertions: setOf(insertions), deletions: setOf(deletions), meta: new Map([["at", at]]) });

// Where a deleted thing was made anew by an undo: older steps that speak of it mean the new one.
const renewals = (doc) => [...doc.store.clients.values()].flatMap((structs) => structs
  .filter((struct) => struct.redone)
  .map((struct) => [struct.id.client, struct.id.clock, struct.length, struct.redone.client, struct.redone.clock]));

const renew = (doc, found) => Y.transact(doc, (transaction) => {
  for (const [client, clock, length, toClient, toClock] of found) {
    if (Y.getState(doc.store, client) < clock + length) continue;
    for (let at = clock; at < clock + length;) {
      const item = Y.getItemCleanStart(transaction, Y.createID(client, at));
      if (at + item.length > clock + length) Y.getItemCleanEnd(transaction, doc.store, Y.createID(client, clock + length - 1));
      item.redone = Y.createID(toClient, toClock + at - clock);
      at += item.length;
    }
  }
});

export const dump = ({ manager, mine }) => ({
  undo: manager.undoStack.slice(-MOST).map(plain),
  redo: manager.redoStack.slice(-MOST).map(plain),
  renewed: renewals(manager.doc),
  mine: [...mine],
});

// What was done since the page opened stays the newest.
export const load = ({ manager, mine }, dumped) => {
  renew(manager.doc, dumped.renewed);
  for (const client of dumped.mine) mine.add(client);
  if (!manager.undoStack.length) manager.redoStack = dumped.redo.map(revived);
  manager.undoStack = [...dumped.undo.map(revived), ...manager.undoStack];
};
