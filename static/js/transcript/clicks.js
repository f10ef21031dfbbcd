// Mouse and touch, and forms that are saved in place.
import { stepMatch } from "./find.js";
import { nextSnap, toggleInterviewer } from "./moving.js";
import { bar, panel as place } from "./page.js";
import { mark, openSheet } from "./panel.js";
import { fields } from "./sending.js";

export const createClicks = ({ state, sending, coding, panel }) => {
  const show = (link, event) => {
    event.preventDefault();
    panel.show(link.dataset.showElement, { scroll: link.tagName === "A" });
  };
  const close = () => {
    panel.fill("");
    mark();
  };
  // What was clicked, and what that does; the first that fits is meant
  const acts = {
    "[data-code]": ({ dataset }) => coding.make(dataset.code),
    "[data-show-element]": show,
    "[data-decide]": (answer) => coding.decide(answer.closest("[data-snap]"), answer.dataset.decide),
    "[data-remove-element]": ({ dataset }) => coding.remove(dataset.removeElement),
    "[data-move-span]": coding.moveHere,
    "[data-save-mine]": panel.saveMine,
    "[data-close-panel]": close,
    "[data-hide-interviewer]": toggleInterviewer,
    "[data-find-step]": ({ dataset }) => stepMatch(Number(dataset.findStep)),
    "[data-next-snap]": (_, event) => { event.preventDefault(); nextSnap(); },
    ".hl": async (words) => {
      if (state.picked) return;
      const uncover = () => words.scrollIntoView({ block: "nearest" }); // on a phone the sheet would lie over them
      openSheet();
      uncover();
      await panel.show(words.dataset.element, { scroll: false });
      uncover(); // turns that came near the screen have got their size
    },
  };
  document.addEventListener("click", (event) => {
    const meant = Object.keys(acts).find((selector) => event.target.closest(selector));
    if (meant) acts[meant](event.target.closest(meant), event);
  });

  // A press on these must not take the selection away
  const keepSelection = (event) => event.preventDefault();
  bar?.addEventListener("pointerdown", keepSelection);
  bar?.querySelectorAll("button").forEach((button) => { button.tabIndex = -1; });
  place.addEventListener("pointerdown", (event) => { if (event.target.closest("[data-move-span]")) keepSelection(event); });

  const isForm = (event) => event.target.closest("[data-element-form]");
  for (const left of ["change", "focusout"]) place.addEventListener(left, (event) => { if (isForm(event)) panel.save(); });
  place.addEventListener("submit", (event) => {
    if (!isForm(event)) return;
    event.preventDefault();
    panel.save();
  });
  document.addEventListener("submit", (event) => { // the Undo of a notice: in place instead of a page of its own
    const url = new URL(event.target.action, location);
    if (!event.target.querySelector(".notice-undo") || !/\/elements\/\d+\/restore\/$/.test(url.pathname)) return;
    event.preventDefault();
    event.target.closest(".notice").remove();
    sending.send(url.pathname, fields({}));
  });
};
