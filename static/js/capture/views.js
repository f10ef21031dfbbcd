// Wheel or list by phase; on a narrow screen, one of three panes.
import { $, live } from "./page.js";

const KEPT = "studio-live-view";
const recall = () => { try { return localStorage.getItem(KEPT); } catch { return null; } };
const remember = (view) => { try { localStorage.setItem(KEPT, view); } catch { /* only for this page then */ } };

const narrow = matchMedia("(max-width: 899px)");
export const isNarrow = () => narrow.matches;

export const createViews = ({ redraw }) => {
  const markView = (view) => {
    live.dataset.view = view;
    $("[data-view-wheel]").setAttribute("aria-pressed", String(view === "wheel"));
    $("[data-view-twin]").setAttribute("aria-pressed", String(view === "twin"));
  };
  const showView = (view) => {
    markView(view);
    remember(view);
    redraw();
  };
  const showPane = (pane) => {
    live.dataset.pane = pane;
    for (const button of live.querySelectorAll("[data-show]")) button.setAttribute("aria-pressed", String(button.dataset.show === pane));
    redraw();
  };

  $("[data-view-wheel]").addEventListener("click", () => showView("wheel"));
  $("[data-view-twin]").addEventListener("click", () => showView("twin"));
  for (const button of live.querySelectorAll("[data-show]")) button.addEventListener("click", () => showPane(button.dataset.show));
  return {
    begin: () => markView(recall() === "twin" ? "twin" : "wheel"),
    toggle() {
      if (isNarrow()) showPane(live.dataset.pane === "wheel" ? "items" : "wheel");
      else showView(live.dataset.view === "wheel" ? "twin" : "wheel");
    },
  };
};
