// Find in this transcript: all matches are marked, one is gone to.
import { goTo, onScreen, visible } from "./moving.js";
import { rangeOf } from "./offsets.js";
import { turnOf, turns } from "./page.js";

const MOST_MARKED = 2000;
const TYPED_AFTER = 150; // ms
const field = document.querySelector("[data-find]");
const highlights = globalThis.CSS?.highlights;
export const markHere = (span) => highlights?.set("found-here", new Highlight(rangeOf(span)));

let matches = [];
let match = -1;

const patternOf = (words) => new RegExp(words.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&").replace(/\s+/g, "\\s+"), "giu");
const matchesOf = (words) => [...turns.querySelectorAll(".said")]
  .filter((said) => visible(turnOf(said)))
  .flatMap((said) => [...said.textContent.matchAll(patternOf(words))].map((hit) => [said, hit.index, hit.index + hit[0].length]));

const show = (index) => {
  match = index;
  document.querySelector("[data-find-count]").textContent = matches.length ? `${index + 1} of ${matches.length}` : field.value.trim() ? "no match" : "";
  highlights?.delete("found-here");
  if (index < 0) return;
  turnOf(matches[index][0]).scrollIntoView({ block: "center" });
  markHere(matches[index]);
};
const search = () => {
  const words = field.value.trim();
  matches = words ? matchesOf(words) : [];
  for (const button of document.querySelectorAll("[data-find-step]")) button.hidden = !matches.length;
  highlights?.set("found", new Highlight(...matches.slice(0, MOST_MARKED).map(rangeOf)));
  show(matches.length ? 0 : -1);
};
export const stepMatch = (step) => { if (matches.length) show((match + step + matches.length) % matches.length); };

const leaveField = () => {
  const turn = turnOf(matches[match]?.[0]) ?? onScreen();
  field.value = "";
  search();
  goTo(turn);
};

export const beginFinding = () => {
  let typed = 0;
  if (field.value) search(); // typed before this script was there
  field.addEventListener("input", () => { clearTimeout(typed); typed = setTimeout(search, TYPED_AFTER); });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== "Escape") return;
    event.preventDefault();
    if (event.key === "Escape") { leaveField(); return; }
    clearTimeout(typed);
    if (matches.length) stepMatch(event.shiftKey ? -1 : 1);
    else search();
  });
};
