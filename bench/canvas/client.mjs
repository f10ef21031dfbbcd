// One browser window without a browser: speaks to our server ("ours"), to y-websocket ("yws") and to Hocuspocus ("hocus").
import * as Y from "yjs";
import WebSocket from "ws";
import * as sync from "y-protocols/sync";
import * as awareness from "y-protocols/awareness";
import * as encoding from "lib0/encoding";
import * as decoding from "lib0/decoding";

export { Y };
export const now = () => performance.now();
export const sleep = (ms) => new Promise((done) => { setTimeout(done, ms); });

export const percentile = (values, share) => {
  if (!values.length) return null;
  const sorted = [...values].sort((a, b) => a - b);
  return +sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))].toFixed(2);
};

export class Client {
  // url: of the document itself for ours, of the server for the others; cookie: "name=value".
  constructor({ proto = "ours", url, name = "", cookie, origin, doc = new Y.Doc({ gc: false }), cursors = false }) {
    Object.assign(this, { proto, url, name, cookie, origin, doc });
    this.acked = 0; this.sent = 0; this.sentAt = []; this.ackTimes = [];
    this.bytesIn = 0; this.framesIn = 0; this.closed = null; this.news = 0; this.why = null; this.role = null;
    this.onRemote = null; this.onAck = null; this.onClose = null;
    this.cursors = cursors ? new awareness.Awareness(doc) : null;
    doc.on("update", (update, from, _doc, transaction) => {
      if (from === this) this.onRemote?.(transaction);
      else this.sendSync((encoder) => sync.writeUpdate(encoder, update));
    });
  }

  start() {
    const encoder = encoding.createEncoder();
    if (this.proto === "hocus") encoding.writeVarString(encoder, this.name);
    return encoder;
  }

  raw(bytes) {
    if (this.socket?.readyState !== 1) return false;
    this.socket.send(bytes);
    return true;
  }

  sendSync(write) {
    const encoder = this.start();
    encoding.writeVarUint(encoder, 0);
    write(encoder);
    if (!this.raw(encoding.toUint8Array(encoder))) return;
    this.sent += 1;
    this.sentAt.push(now());
  }

  sendCursor(state) {
    this.cursors.setLocalState(state);
    const encoder = this.start();
    encoding.writeVarUint(encoder, 1);
    encoding.writeVarUint8Array(encoder, awareness.encodeAwarenessUpdate(this.cursors, [this.doc.clientID]));
    this.raw(encoding.toUint8Array(encoder));
  }

  // The milliseconds until the document of the server has arrived.
  connect() {
    this.began = now(); this.acked = 0; this.sent = 0; this.sentAt = []; this.closed = null;
    const done = new Promise((resolve, reject) => { this.onSynced = resolve; this.onFailed = reject; });
    const headers = { Origin: this.origin };
    if (this.cookie) headers.Cookie = this.cookie;
    const socket = new WebSocket(this.proto === "yws" ? `${this.url}/${this.name}` : this.url, { headers, perMessageDeflate: false });
    this.socket = socket;
    socket.binaryType = "arraybuffer";
    socket.on("open", () => this.greet());
    socket.on("message", (data) => this.receive(new Uint8Array(data)));
    socket.on("close", (code) => { if (socket === this.socket) { this.closed = code; this.onFailed(new Error(`closed with ${code} ${this.why ?? ""}`)); this.onClose?.(code); } });
    socket.on("error", (error) => { this.error = error.message; });
    done.catch(() => {});
    return done;
  }

  greet() {
    if (this.proto === "hocus") this.raw(this.hocusToken());
    const encoder = this.start();
    encoding.writeVarUint(encoder, 0);
    sync.writeSyncStep1(encoder, this.doc);
    this.raw(encoding.toUint8Array(encoder));
  }

  hocusToken() {
    const encoder = this.start();
    encoding.writeVarUint(encoder, 2); encoding.writeVarUint(encoder, 0);
    encoding.writeVarString(encoder, "token"); encoding.writeVarString(encoder, "4.7.0");
    return encoding.toUint8Array(encoder);
  }

  receive(bytes) {
    this.bytesIn += bytes.length; this.framesIn += 1;
    const decoder = decoding.createDecoder(bytes);
    if (this.proto === "hocus") decoding.readVarString(decoder);
    const kind = decoding.readVarUint(decoder);
    if (kind === 0 || (this.proto === "hocus" && kind === 4)) this.onSync(decoder);
    else if (kind === 1) { if (this.cursors) awareness.applyAwarenessUpdate(this.cursors, decoding.readVarUint8Array(decoder), this); }
    else if (this.proto === "ours" && kind === 4) this.acknowledge(decoding.readVarUint(decoder));
    else if (this.proto === "hocus" && kind === 8) this.acknowledge(this.acked + decoding.readVarUint(decoder));
    else if (this.proto === "ours" && kind === 5) this.onEvent(JSON.parse(decoding.readVarString(decoder)));
  }

  onSync(decoder) {
    const encoder = this.start();
    encoding.writeVarUint(encoder, 0);
    const before = encoding.length(encoder);
    const step = sync.readSyncMessage(decoder, encoder, this.doc, this);
    if (encoding.length(encoder) > before && this.raw(encoding.toUint8Array(encoder)) && step === 0 && this.proto !== "yws") { this.sent += 1; this.sentAt.push(now()); }
    if (step === 1) this.onSynced(now() - this.began);
  }

  acknowledge(count) {
    while (this.acked < count) {
      const at = this.sentAt[this.acked];
      this.acked += 1;
      if (at !== undefined) this.ackTimes.push(now() - at);
    }
    this.onAck?.(this.acked);
  }

  onEvent(event) {
    if (event.type === "news") this.news += 1;
    if (event.type === "role") this.role = event.role;
    if (event.type === "refused") this.why = event.why;
  }

  close() { this.socket?.close(); }
}

const PHASES = [1, 2, 3, 4];
const LANES = ["need", "solutions", "marketing", "communication", "buying_aids", "partners", "target"];
const pick = (list, random) => list[Math.floor(random() * list.length)];

export const newCard = (cards, key, random = Math.random, words = "sticky note about strategy") => {
  const card = new Y.Map();
  for (const [name, value] of [["phase", pick(PHASES, random)], ["lane", pick(LANES, random)], ["position", "V"], ["kind", "idea"]]) card.set(name, value);
  card.set("text", new Y.Text(words));
  card.set("links", new Y.Map());
  cards.set(key, card);
};

export const seed = (doc, count) => doc.transact(() => {
  for (let number = 0; number < count; number += 1) newCard(doc.getMap("cards"), crypto.randomUUID());
});

// One small edit of a random card, as typing and dragging make them.
export const edit = (doc, random = Math.random) => {
  const cards = doc.getMap("cards");
  doc.benchKeys ??= [...cards.keys()];
  const card = cards.get(pick(doc.benchKeys, random));
  if (!card) return;
  const chance = random();
  if (chance < 0.1) { card.set("position", `V${Math.floor(random() * 1e6).toString(36)}`); return; }
  const text = card.get("text");
  doc.transact(() => {
    if (chance < 0.2 && text.length > 12) text.delete(Math.floor(random() * (text.length - 2)), 2);
    text.insert(Math.floor(random() * text.length), "abcdefgh".slice(0, 1 + Math.floor(random() * 4)));
  });
};
