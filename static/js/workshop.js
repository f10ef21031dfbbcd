// The workshop on the page: its timer counts here, from what the server said and on the server's clock; its bar
// and its controls are asked for again when what the room is set to has changed, unless the bar came with the news.
const TICK_MS = 250;
const SAID_AT = [60, 0]; // seconds that are said aloud

const said = document.querySelector("[data-workshop-say]");
const say = (words) => { if (said && words) said.textContent = words; };

// --- the timer -----------------------------------------------------------------------------------------------
const clock = (seconds) => {
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, String(seconds % 60).padStart(2, "0")];
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
};
const ahead = new WeakMap(); // how far the server's clock is ahead of this one, as of when the element came
let before = null; // seconds that were left at the last tick, of which end

const tick = () => {
  const element = document.querySelector("[data-timer]");
  const ends = Number(element?.dataset.endsAt || 0);
  if (!ends) { before = null; return; }
  if (!ahead.has(element)) ahead.set(element, Number(element.dataset.now) - Date.now());
  const left = Math.max(0, Math.ceil((ends - Date.now() - ahead.get(element)) / 1000));
  const words = clock(left);
  if (element.textContent !== words) element.textContent = words;
  element.dataset.state = left === 0 ? "over" : left <= 60 ? "soon" : "";
  if (before?.ends === ends) {
    const passed = SAID_AT.find((at) => before.left > at && left <= at);
    if (passed !== undefined) say(passed ? "One minute left." : "Time is up.");
  }
  before = { ends, left };
};
setInterval(tick, TICK_MS);
tick();

// --- bar and controls ------------------------------------------------------------------------------------------
const bar = document.querySelector("[data-workshop]");
// A page that was kept knows neither how long ago its timer ran, nor at which step the room is by now
if ("fromCache" in document.documentElement.dataset && bar?.firstElementChild) {
  bar.replaceChildren(document.querySelector("[data-workshop-away]").content.cloneNode(true));
}
const step = () => bar?.querySelector("[data-shape]")?.dataset ?? { shape: "", step: "", words: "" };
let shown = { ...step() };

document.addEventListener("canvas-facts", ({ detail: { workshop, me, bar: drawn } }) => {
  const shape = workshop ? `${workshop.shape} ${me.role}` : "";
  if (bar && step().shape !== shape) {
    if (drawn !== undefined) draw(drawn);
    else if (navigator.onLine) window.htmx.trigger(bar, "workshop-changed"); // once it is, all facts come again
  }
  // What is asked for there is shown: a panel that was closed would open again
  const controls = document.querySelector("#cv-panel:not([hidden]) #cv-panel-body [data-shape]");
  if (controls && controls.dataset.shape !== shape) window.htmx.trigger(controls, "workshop-changed");
  const left = bar?.querySelector("[data-dots-left]");
  if (left && workshop) left.textContent = workshop.dots - Object.values(workshop.mine).reduce((sum, dots) => sum + dots, 0);
});

// As it came with the facts: for those who have nothing to press in it
const draw = (html) => {
  bar.innerHTML = html;
  tick();
  told();
};
// On a phone the words of a step scroll away; those of the next, which may be longer, are not half covered
const uncover = () => {
  const [top, words] = [".ws-top", ".ws-words"].map((part) => bar.querySelector(part));
  if (words && words.getBoundingClientRect().bottom > top.getBoundingClientRect().bottom) words.scrollIntoView({ block: "nearest" });
};
const told = () => {
  const now = { ...step() };
  if (now.step !== shown.step) uncover();
  if (now.step !== shown.step || now.words !== shown.words) say(now.shape ? `${now.step}. ${now.words}` : "The workshop is over.");
  shown = now;
};

// What had the focus is replaced by the same thing drawn anew; where something came of it, by what says so: the
// same button may belong to another card by then
let focused = null;
const ours = (target) => target === bar || target?.id === "cv-panel-body" || target?.id === "ws-join";
document.addEventListener("htmx:beforeSwap", ({ detail: { target } }) => {
  const here = document.activeElement;
  focused = ours(target) && target.contains(here) ? { name: here.name, value: here.value, text: here.textContent } : null;
});
document.addEventListener("htmx:afterSettle", ({ detail: { target } }) => {
  tick();
  if (target === bar) told();
  if (!focused || document.activeElement?.closest("[data-workshop], #ws-join")) return;
  const place = document.getElementById(target.id) ?? document;
  const came = place.querySelector("[data-came]");
  const same = [...place.querySelectorAll("button, input, select, a")].filter((one) => one.name === focused.name);
  (came ?? same.find((one) => one.value === focused.value || one.textContent === focused.text) ?? same[0] ?? place.querySelector("button"))?.focus({ preventScroll: !came });
  focused = null;
});
