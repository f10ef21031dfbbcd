// Loaded without defer in <head>: what the page looks like is settled before it is painted.
(() => {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const read = (key) => {
    try { return localStorage.getItem(key); } catch { return null; }
  };
  const apply = () => {
    const chosen = read("theme");
    root.dataset.bsTheme = chosen === "light" || chosen === "dark" ? chosen : dark.matches ? "dark" : "light";
    root.dataset.themeChoice = chosen || "system";
    document.dispatchEvent(new CustomEvent("theme-changed"));
  };
  apply();
  for (const key of ["nav", "inspector"]) {
    if (read(key) === "hidden") root.dataset[key] = "hidden";
  }
  if (read("single-keys") === "off") root.dataset.singleKeys = "off";
  dark.addEventListener("change", apply);
  addEventListener("storage", (event) => event.key === "theme" && apply());

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-theme-set]");
    if (!button) return;
    try { localStorage.setItem("theme", button.dataset.themeSet); } catch { /* private window: lasts for this page */ }
    apply();
    markChoice();
  });
  const markChoice = () => {
    for (const button of document.querySelectorAll("[data-theme-set]")) {
      button.setAttribute("aria-pressed", String(button.dataset.themeSet === root.dataset.themeChoice));
    }
  };
  addEventListener("DOMContentLoaded", markChoice);
})();
