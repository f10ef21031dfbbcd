// The large screen follows the canvas: once the server has written a change down, it says so, and the board is asked
// for again.
const EVENT = 5; // strategy/live/protocol.py
const [SOON_MS, APART_MS, AGAIN_MS] = [30, 400, 3000];

const place = document.getElementById("screen-board");
let [timer, asked] = [0, 0];
const ask = () => {
  [timer, asked] = [0, performance.now()];
  window.htmx.trigger(place, "screen-changed");
};
const soon = () => { timer ||= setTimeout(ask, Math.max(SOON_MS, asked + APART_MS - performance.now())); };
const listen = () => {
  const socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${document.body.dataset.socket}`);
  socket.binaryType = "arraybuffer";
  socket.addEventListener("open", soon);
  socket.addEventListener("message", ({ data }) => { if (new Uint8Array(data)[0] === EVENT) soon(); });
  socket.addEventListener("close", ({ code }) => { if (code !== 4403) setTimeout(listen, AGAIN_MS); });
};
listen();
