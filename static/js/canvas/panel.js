// The panel beside the canvas: quotes, comments, whatever the server renders into #cv-panel-body.
const isNews = ({ requestConfig }) => requestConfig.triggeringEvent?.type === "workshop-changed";

export const createPanel = ({ root, elementOf }) => {
  const panel = document.getElementById("cv-panel");
  let opener = null;
  let asked = null; // the last question, while it has no answer and nobody has closed the panel since
  let last = null; // the last request for a place in the panel, news or not
  let step = null; // the last that is not news, while it has no answer
  // A key that asks for a comment or an action is followed by its words: elsewhere their letters would be keys of the
  // canvas. By a finger the field would call a keyboard over what is to be read.
  const begins = matchMedia("(hover: hover)").matches ? "input[type=search], [data-begins] textarea" : "input[type=search]";
  const isField = (element) => panel.contains(element) && element.matches("input, select, textarea");
  const holdsWords = () => [...panel.querySelectorAll("input, textarea")].some((field) => field.value !== field.defaultValue);
  const close = () => {
    if (panel.hidden) return;
    const elsewhere = !panel.contains(document.activeElement) && document.activeElement !== document.body;
    panel.hidden = true;
    asked = null;
    for (const chip of root.querySelectorAll(".cv-chip[aria-current]")) chip.removeAttribute("aria-current");
    if (!elsewhere) (opener?.isConnected ? opener : elementOf(opener?.dataset?.key ?? ""))?.focus();
  };
  document.addEventListener("htmx:beforeRequest", (event) => {
    const { target, xhr } = event.detail;
    if (!panel.contains(target)) return;
    last = xhr;
    if (isNews(event.detail)) return;
    step = xhr;
    if (target.id !== "cv-panel-body") return;
    asked = xhr;
    if (panel.contains(document.activeElement)) return;
    const here = document.activeElement;
    opener = here?.closest?.(".cv-card") ?? here;
    for (const chip of root.querySelectorAll(".cv-chip")) {
      if (chip === here) chip.setAttribute("aria-current", "true");
      else chip.removeAttribute("aria-current");
    }
  });
  // The answer to an earlier question does not cover that to the last, and news covers nothing that came after it
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    if (detail.target.id !== "cv-panel-body" || detail.requestConfig.verb !== "get") return;
    const mayBeNews = () => !step && detail.xhr === last && !panel.hidden && panel.querySelector("[data-shape]");
    if (!(isNews(detail) ? mayBeNews() : detail.xhr === asked)) detail.shouldSwap = false;
  });
  document.addEventListener("htmx:afterRequest", ({ detail: { xhr } }) => {
    if (xhr === asked) asked = null;
    if (xhr === step) step = null;
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target?.id !== "cv-panel-body") return;
    if (panel.hidden) {
      panel.hidden = false;
      panel.scrollTop = 0; // out of sight it would keep where it was
    }
    panel.setAttribute("aria-label", panel.querySelector(".cv-panel-title")?.textContent ?? "Details");
    if (!panel.contains(document.activeElement)) (panel.querySelector(begins) ?? panel).focus({ preventScroll: true });
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
    if (isField(event.target) && holdsWords()) panel.focus(); // as Esc ends a card; once more closes
    else close();
  });
  return { open: (url) => window.htmx?.ajax("GET", url, { target: "#cv-panel-body", swap: "innerHTML" }), close };
};
