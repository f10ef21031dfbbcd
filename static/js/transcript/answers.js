// What an answer of the server changes on the page: turns, and the list of quotes by phase.
import { coded, turns } from "./page.js";

export const parsed = (html) => {
  const box = document.createElement("template");
  box.innerHTML = html;
  return box.content;
};

const toPlace = document.querySelector("[data-next-snap]");
const countSnaps = () => {
  const number = turns.querySelectorAll("[data-snap]").length;
  toPlace.hidden = !number;
  toPlace.textContent = `${number} live note${number === 1 ? "" : "s"} to place`;
};

export const putTurns = (html) => {
  for (const fresh of parsed(html).querySelectorAll("[data-turn]")) {
    const old = document.getElementById(fresh.id);
    const focused = old?.contains(document.activeElement);
    old?.replaceWith(fresh);
    if (focused) fresh.focus({ preventScroll: true });
  }
  if (toPlace) countSnaps();
};

const count = () => {
  for (const group of coded.querySelectorAll("[data-phase-group]")) {
    const number = group.querySelectorAll("[data-coded]").length;
    group.hidden = !number;
    group.querySelector("[data-phase-count]").textContent = number;
  }
  const total = coded.querySelectorAll("[data-coded]").length;
  coded.querySelector("[data-coded-count]").textContent = total;
  coded.querySelector("[data-coded-empty]").hidden = total > 0;
};

export const putQuote = ({ element: id, item, phase, deleted }) => {
  coded.querySelector(`[data-coded="${id}"]`)?.remove();
  if (!deleted && item) {
    const line = parsed(item).firstElementChild;
    const holder = coded.querySelector(`[data-phase-list="${phase}"]`);
    const after = [...holder.children].find((other) => Number(other.dataset.start) > Number(line.dataset.start));
    holder.insertBefore(line, after ?? null);
  }
  count();
};
