// The large screen follows the canvas: whatever the room's socket says, the board is asked for again a moment later.
const SOON_MS = 900; // by then the server has written the change down
const AGAIN_MS = 3000;

const place = document.getElementById("screen-board");
let timer = 0;
const soon = () => {
  if (timer) return;
  timer = setTimeout(() => { timer = 0; window.htmx.trigger(place, "screen-changed"); }, SOON_MS);
};
const listen = () => {
  const socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${document.body.dataset.socket}`);
  socket.addEventListener("message", soon);
  socket.addEventListener("close", ({ code }) => { if (code !== 4403) setTimeout(() => { listen(); soon(); }, AGAIN_MS); });
};
listen();
