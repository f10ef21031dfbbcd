// The frame: menus that close, navigation and inspector that hide, Esc that closes exactly one layer.
const root = document.documentElement;
const narrow = matchMedia("(max-width: 899.98px)");

const remember = (key, value) => {
  try { localStorage.setItem(key, value); } catch { /* private window: lasts for this page */ }
};

const announceExpanded = () => {
  const focusFrame = document.querySelector(".frame--focus");
  const open = {
    nav: narrow.matches ? document.querySelector(".side")?.hasAttribute("data-open")
      : focusFrame ? root.dataset.nav === "open" : root.dataset.nav !== "hidden",
    inspector: narrow.matches ? root.dataset.inspector === "open" : root.dataset.inspector !== "hidden",
  };
  for (const button of document.querySelectorAll("[data-toggle-panel]")) {
    button.setAttribute("aria-expanded", String(Boolean(open[button.dataset.togglePanel])));
  }
};

const toggleNav = () => {
  if (narrow.matches) {
    const side = document.querySelector(".side");
    if (side?.toggleAttribute("data-open")) side.querySelector("a").focus();
  } else if (document.querySelector(".frame--focus")) {
    root.dataset.nav = root.dataset.nav === "open" ? "closed" : "open";
  } else {
    root.dataset.nav = root.dataset.nav === "hidden" ? "shown" : "hidden";
    remember("nav", root.dataset.nav);
  }
};

const setInspector = (state) => {
  root.dataset.inspector = state;
  if (!narrow.matches) remember("inspector", state);
};

const toggleInspector = () => {
  const showing = narrow.matches ? root.dataset.inspector === "open" : root.dataset.inspector !== "hidden";
  setInspector(showing ? "hidden" : narrow.matches ? "open" : "shown");
};

const panels = { nav: toggleNav, inspector: toggleInspector };

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target) || event.target.closest(".menu-list a, .menu-list button:not([data-keep-open])")) {
      menu.open = false;
    }
  }
  const panel = event.target.closest("[data-toggle-panel]")?.dataset.togglePanel;
  if (panel) panels[panel]();
  if (event.target.closest("[data-opens-inspector]") && narrow.matches) root.dataset.inspector = "open";
  const dialog = event.target.closest("[data-open-dialog]")?.dataset.openDialog;
  if (dialog) document.getElementById(dialog)?.showModal();
  if (event.target.closest("[data-close-dialog]")) event.target.closest("dialog")?.close();
  if (event.target.matches("dialog[open]") && outside(event)) event.target.close();
  announceExpanded();
});

const outside = ({ target, clientX, clientY, detail }) => {
  if (!detail) return false;
  const box = target.getBoundingClientRect();
  return clientX < box.left || clientX > box.right || clientY < box.top || clientY > box.bottom;
};

// An inner layer that handled Esc has called preventDefault(); a modal <dialog> handles its own.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented || document.querySelector("dialog:modal")) return;
  const menu = [...document.querySelectorAll("details.menu[open]")].pop();
  const sheet = document.querySelector(".side[data-open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  } else if (sheet) {
    sheet.removeAttribute("data-open");
    sheet.querySelector(".side-more").focus();
  } else if (narrow.matches && root.dataset.inspector === "open") {
    root.dataset.inspector = "hidden";
  } else {
    return;
  }
  event.preventDefault();
  announceExpanded();
});

// Whoever goes on with Tab leaves nothing open behind that covers where they are now.
document.addEventListener("focusin", ({ target }) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(target)) menu.open = false;
  const sheet = document.querySelector(".side[data-open]");
  if (sheet && !sheet.contains(target)) sheet.removeAttribute("data-open");
  announceExpanded();
});

// Arrow keys walk through an open menu.
document.addEventListener("keydown", (event) => {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const menu = event.target.closest("details.menu[open]");
  if (!menu) return;
  const items = [...menu.querySelectorAll(".menu-list a, .menu-list button")];
  const step = event.key === "ArrowDown" ? 1 : -1;
  const next = (items.indexOf(event.target) + step + items.length) % items.length;
  items[event.target.matches("summary") && step < 0 ? items.length - 1 : next]?.focus();
  event.preventDefault();
});

// Whoever signs out leaves nothing of a canvas in this browser; static/js/service-worker.js sees to the documents.
document.addEventListener("submit", ({ target }) => {
  if (!target.getAttribute("action")?.endsWith("/logout/")) return;
  try {
    for (const kept of [localStorage, sessionStorage]) {
      for (const name of Object.keys(kept)) if (name.startsWith("studio-canvas:")) kept.removeItem(name);
    }
  } catch { /* this browser keeps nothing */ }
});

narrow.addEventListener("change", announceExpanded);
announceExpanded();
