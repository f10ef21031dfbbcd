// From turn to turn, and what of them is shown.
import { coded, turnOf, turns } from "./page.js";
import { leave } from "./selecting.js";

const TOP = 130; // px below which a turn can be read
const hideButton = document.querySelector("[data-hide-interviewer]");
const kindSelect = document.querySelector("[data-filter-kind]");

// --- moving --------------------------------------------------------------------------------------------
export const visible = (turn) => turn && !(turns.dataset.hide === "interviewer" && turn.dataset.role === "interviewer");
const neighbour = (turn, step) => {
  let next = turn;
  do next = step > 0 ? next.nextElementSibling : next.previousElementSibling; while (next && !visible(next));
  return next;
};
export const onScreen = () => [...turns.children].find((turn) => visible(turn) && turn.getBoundingClientRect().bottom > TOP);
export const goTo = (turn) => {
  if (!turn) return;
  leave();
  turn.focus({ preventScroll: true });
  turn.scrollIntoView({ block: "nearest" });
};
export const walk = (step) => {
  const here = turnOf(document.activeElement);
  goTo(here ? neighbour(here, step) : onScreen());
};
export const nextSnap = () => {
  const here = turnOf(document.activeElement);
  const snaps = [...turns.querySelectorAll("[data-snap]")];
  goTo(turnOf(snaps.find((snap) => here && here.compareDocumentPosition(turnOf(snap)) & Node.DOCUMENT_POSITION_FOLLOWING) ?? snaps[0]));
};

// --- what is shown, which stands in the address ----------------------------------------------------------
const remind = (name, value) => {
  const url = new URL(location);
  if (value) url.searchParams.set(name, value);
  else url.searchParams.delete(name);
  history.replaceState(null, "", url);
};

const hide = (hidden) => {
  const anchor = onScreen();
  const top = anchor?.getBoundingClientRect().top;
  if (hidden) turns.dataset.hide = "interviewer";
  else delete turns.dataset.hide;
  hideButton.setAttribute("aria-pressed", String(hidden));
  remind("hide", hidden ? "interviewer" : "");
  const kept = visible(anchor) ? anchor : neighbour(anchor, 1);
  if (kept && scrollY > 0) scrollBy(0, kept.getBoundingClientRect().top - top);
};
export const toggleInterviewer = () => hide(!turns.dataset.hide);

export const filter = () => {
  const kind = kindSelect.value;
  turns.toggleAttribute("data-filtered", Boolean(kind));
  for (const mark of kind ? turns.querySelectorAll(".hl") : []) mark.classList.toggle("is-kept", mark.dataset.el === kind);
  for (const line of coded.querySelectorAll("[data-coded]")) line.hidden = Boolean(kind) && line.dataset.kind !== kind;
};

// What the address says is shown, and Tab reaches one turn: the one that had the focus last
export const beginMoving = () => {
  if (turns.firstElementChild) turns.firstElementChild.tabIndex = 0;
  turns.addEventListener("focusin", (event) => {
    const turn = turnOf(event.target);
    if (!turn || turn.tabIndex === 0) return;
    for (const old of turns.querySelectorAll('[data-turn][tabindex="0"]')) old.tabIndex = -1;
    turn.tabIndex = 0;
  });
  kindSelect.addEventListener("change", () => { filter(); remind("kind", kindSelect.value); });
  const asked = new URL(location).searchParams;
  if (asked.get("hide") === "interviewer") hide(true);
  if (asked.get("kind")) kindSelect.value = asked.get("kind");
  filter(); // which may have been chosen before this script was there
};
