// One shared document of a canvas: kept in this browser, sent to the server, and what of it is safe there.
import { WebsocketProvider } from "y-websocket";
import { IndexeddbPersistence } from "y-indexeddb";
import * as decoding from "lib0/decoding";
import { putAside } from "./aside.js";
import { isGuests, keepList, nameOfSheet, recallList } from "./kept.js";
import { createLine, OPENING, patience } from "./line.js";
import { newDoc, Step } from "./model.js";
import { ending, refusal } from "./saving.js";
import { createSending } from "./sending.js";
import { tabStore } from "./tab.js";
import { cardsChanged, labelOf, unsavedChanges } from "./unsaved.js";

const [ACK, NEWS] = [4, 5];
const BROWSER_STORE_MS = 1500; // longer than that nobody waits for the browser's own store
const TOO_FAST = 4429; // what was written may be sent again later; everything else that was refused is refused for good

// The server counts the messages of a connection that carry changes; so do we.
const carriesChanges = (data) => data[0] === 0 && data[1] > 0;
const countingSocket = (sheet, line) => class extends WebSocket {
  constructor(...where) {
    super(...where);
    this.addEventListener("message", line.heard);
  }

  send(data) {
    if (carriesChanges(data)) {
      sheet.sent += 1;
      sheet.largest = Math.max(sheet.largest, data.byteLength);
    }
    super.send(data);
    if (carriesChanges(data)) sheet.told();
  }
};

// `told()` is called whenever something about saving changed; `heard(message)` with what the server says.
export const openSheet = ({ socket, room, seat, told, heard }) => {
  const doc = newDoc();
  const name = nameOfSheet(seat, room);
  const sheet = { doc, name, told, sent: 0, acked: 0, largest: 0, connected: null, refused: "", ended: "", waiting: new Set(recallList(name, "waiting")) };
  const wait = (labels) => {
    for (const label of labels) sheet.waiting.add(label);
    keepList(name, "waiting", [...sheet.waiting]);
  };
  const waitNoMore = () => {
    sheet.waiting.clear();
    wait([]);
  };
  const store = isGuests(name) ? tabStore(name, doc, () => sheet.waiting.size) : new IndexeddbPersistence(name, doc);
  const line = createLine(() => renew());
  const provider = new WebsocketProvider(socket, `${room}/`, doc, { connect: false, disableBc: true, WebSocketPolyfill: countingSocket(sheet, line) });
  const sending = createSending((update) => {
    provider._updateHandler(update, null);
    // Before that, all that there is may be on its way here, and whoever only looks is owed nothing
    if (provider.synced) line.waits(patience(sheet.largest));
  });
  doc.off("update", provider._updateHandler); // it would send each letter by itself
  doc.on("update", (update, origin) => { if (origin !== provider) sending.put(update); });
  const kept = Promise.race([store.whenSynced, store._db.catch(() => {}).then(() => new Promise((done) => { setTimeout(done, BROWSER_STORE_MS); }))]);
  const settle = () => {
    if (sheet.acked >= sheet.sent) {
      sheet.largest = 0;
      line.rest();
    }
    if (provider.synced && sending.empty && sheet.sent && sheet.acked >= sheet.sent && sheet.waiting.size) {
      waitNoMore();
      store.settled?.();
    }
    told();
  };
  provider.messageHandlers[ACK] = (_encoder, decoder) => {
    sheet.acked = decoding.readVarUint(decoder);
    settle();
  };
  provider.messageHandlers[NEWS] = (_encoder, decoder) => heard(JSON.parse(decoding.readVarString(decoder)));
  provider.on("status", ({ status }) => {
    line.rest();
    if (status === "connecting") {
      sheet.sent = sheet.acked = sheet.largest = 0;
      sending.drop();
      line.waits(OPENING);
    } else sheet.connected = status === "connected";
    told();
  });
  provider.on("sync", settle);
  provider.on("connection-close", () => { sheet.connected = false; told(); });
  provider.on("closed", ({ code, reason }) => {
    sheet.refused = (reason || refusal(code)).replace(/\.$/, "");
    Object.assign(sheet, { unsaved: sheet.waiting.size > 0, again: code === TOO_FAST, ended: ending(code) });
    // Refused for good: what was done without the network is put aside before this page starts afresh
    if (!sheet.again && putAside(name, unsavedChanges(doc, sheet.waiting))) sheet.forget();
    told();
  });
  // Whoever knows that the line is dead tries anew at once
  const renew = () => { if (provider.shouldConnect) { provider.disconnect(); provider.connect(); } };
  for (const event of ["offline", "online"]) addEventListener(event, renew);
  addEventListener("pagehide", sending.flush);
  doc.on("afterTransaction", ({ local, changed, origin }) => {
    if (!local || !changed.size) return;
    if (origin instanceof Step && sheet.waiting.has(labelOf({ key: origin.key, what: "new" }))) return; // a new card and its words are one change
    if (origin instanceof Step) wait([labelOf(origin)]);
    else wait([...cardsChanged(doc, changed)].map((key) => labelOf({ key, what: "undo" })));
    told();
  });
  return Object.assign(sheet, {
    provider,
    store,
    kept,
    connect: () => kept.then(() => provider.connect()),
    synced: () => new Promise((done) => { if (provider.synced) done(); else provider.once("sync", done); }),
    end() {
      for (const event of ["offline", "online"]) removeEventListener(event, renew);
      removeEventListener("pagehide", sending.flush);
      sending.drop();
      line.rest();
      provider.destroy();
    },
    forget() { waitNoMore(); return store.clearData(); },
  });
};
