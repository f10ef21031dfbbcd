// The panel beside the canvas: quotes, comments, whatever the server renders into #cv-panel-body.
const isNews = ({ requestConfig }) => requestConfig.triggeringEvent?.type === "workshop-changed";

export const createPanel = ({ root, elementOf }) => {
  const panel = document.getElementById("cv-panel");
  let opener = null;
  let asked = null; // the last question, while it has no answer and nobody has closed the panel since
  const close = () => {
    if (panel.hidden) return;
    const elsewhere = !panel.contains(document.activeElement) && document.activeElement !== document.body;
    panel.hidden = true;
    asked = null;
    for (const chip of root.querySelectorAll(".cv-chip[aria-current]")) chip.removeAttribute("aria-current");
    if (!elsewhere) (opener?.isConnected ? opener : elementOf(opener?.dataset?.key ?? ""))?.focus();
  };
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.target?.id !== "cv-panel-body" || isNews(event.detail)) return;
    asked = event.detail.xhr;
    if (panel.contains(document.activeElement)) return;
    const here = document.activeElement;
    opener = here?.closest?.(".cv-card") ?? here;
    for (const chip of root.querySelectorAll(".cv-chip")) {
      if (chip === here) chip.setAttribute("aria-current", "true");
      else chip.removeAttribute("aria-current");
    }
  });
  // The answer to an earlier question does not cover that to the last, nor does what nobody asked for
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    if (detail.target.id !== "cv-panel-body" || detail.requestConfig.verb !== "get") return;
    const isWanted = isNews(detail) ? !asked && !panel.hidden && panel.querySelector("[data-shape]") : detail.xhr === asked;
    if (!isWanted) detail.shouldSwap = false;
  });
  document.addEventListener("htmx:afterRequest", ({ detail }) => { if (detail.xhr === asked) asked = null; });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target?.id !== "cv-panel-body") return;
    if (panel.hidden) {
      panel.hidden = false;
      panel.scrollTop = 0; // out of sight it would keep where it was
    }
    panel.setAttribute("aria-label", panel.querySelector(".cv-panel-title")?.textContent ?? "Details");
    if (!panel.contains(document.activeElement)) (panel.querySelector("input[type=search]") ?? panel).focus({ preventScroll: true });
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-close-panel]")) return;
    event.preventDefault();
    close();
  });
  // Also whoever went on with Tab, behind its last link, closes what covers a part of the canvas
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || panel.hidden || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    close();
  });
  return { open: (url) => window.htmx?.ajax("GET", url, { target: "#cv-panel-body", swap: "innerHTML" }), close };
};
