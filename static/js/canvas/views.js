// How the canvas is looked at: as a grid or a list, with or without what the interviews say.
import { inAddress, recall, remember, toAddress } from "./elements.js";

export const createViews = ({ root, changed }) => {
  const [outline, strip] = ["[data-view-toggle]", "[data-strip-toggle]"].map((part) => root.querySelector(part));
  const setOutline = (on) => {
    root.dataset.view = on ? "outline" : "grid";
    outline.setAttribute("aria-pressed", String(on));
    toAddress("view", on ? "outline" : "");
    changed();
  };
  const setStrip = (on) => {
    root.dataset.strip = on ? "shown" : "hidden";
    strip?.setAttribute("aria-pressed", String(on));
    remember("canvas-strip", root.dataset.strip);
  };
  setOutline(inAddress("view") === "outline");
  setStrip(recall("canvas-strip") !== "hidden");
  outline.addEventListener("click", () => setOutline(root.dataset.view !== "outline"));
  strip?.addEventListener("click", () => setStrip(root.dataset.strip === "hidden"));
};
