// What stands behind a number opens in the inspector: shown if it was hidden, and read from its heading on.
const root = document.documentElement;
let asked = null;

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.id !== "behind" || event.detail.requestConfig.elt === event.target) return; // came by itself
  if (root.dataset.inspector === "hidden") root.dataset.inspector = "";
  for (const old of document.querySelectorAll("[data-open-behind]")) old.removeAttribute("data-open-behind");
  asked = event.detail.requestConfig.elt;
  asked?.setAttribute("data-open-behind", "");
  event.target.closest(".inspector")?.scrollTo(0, 0);
  event.target.querySelector("[data-behind]")?.focus({ preventScroll: true });
});

// Esc in the inspector goes back to the number that was asked about.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented || !event.target.closest?.("#behind") || !asked?.isConnected) return;
  if (matchMedia("(max-width: 899.98px)").matches) root.dataset.inspector = "hidden";
  asked.focus();
  event.preventDefault();
});
