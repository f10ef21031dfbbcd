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

// Nobody scrolls it: letters become smaller until every card is in sight, as far as they can be read from the back
const SIZES = [1, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.65, 0.6];
const fits = (size) => {
  document.body.style.setProperty("--fit", size);
  return document.documentElement.scrollHeight <= innerHeight;
};
const fit = () => { document.querySelector("[data-more]").hidden = SIZES.some(fits); };
addEventListener("resize", fit);
document.addEventListener("htmx:afterSwap", fit);
fit();

const listen = () => {
  const socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${document.body.dataset.socket}`);
  socket.binaryType = "arraybuffer";
  socket.addEventListener("open", soon);
  socket.addEventListener("message", ({ data }) => { if (new Uint8Array(data)[0] === EVENT) soon(); });
  socket.addEventListener("close", ({ code }) => { if (![4403, 4404].includes(code)) setTimeout(listen, AGAIN_MS); });
};
listen();
