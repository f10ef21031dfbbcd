// Keys. [data-shortcut="n"] is pressed or focused by its key; "g j" is a sequence; the sheet on ? lists them all.
// Keys that a page handles by itself are described in <template data-shortcuts> as <dt>/<dd> pairs.
const root = document.documentElement;
const mac = /Mac|iP(hone|ad)/.test(navigator.platform);
const typing = (target) => target.closest?.("input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select, [contenteditable]:not([contenteditable=false]), dialog[open]");
const shown = (element) => element.getClientRects().length > 0;

// While an input method composes, every key is its own. The Enter that ends its word comes to Safari after the end and
// bears nothing but the number 229, which with Option also means a dead key of a Mac.
window.addEventListener("keydown", (event) => {
  if (event.isComposing || (event.keyCode === 229 && !event.altKey)) event.stopImmediatePropagation();
}, true);

let pending = "";
let timer = 0;

const run = (element) => {
  if (element.matches("input:not([type=checkbox], [type=radio]), textarea, select")) element.focus();
  else if (element.matches("summary, details")) (element.closest("details").open = true) && element.closest("details").querySelector("a, button")?.focus();
  else element.click();
};

const isPlain = (event) => event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey;
const isForPage = (event) => isPlain(event) && root.dataset.singleKeys !== "off" && !typing(event.target);

// Whether the keys mean something, or something may follow them.
const press = (keys) => {
  const all = [...document.querySelectorAll("[data-shortcut]")];
  const target = all.find((element) => element.dataset.shortcut === keys && (shown(element) || element.matches("a, [data-shortcut-hidden]")));
  const starts = !target && all.some((element) => element.dataset.shortcut.startsWith(`${keys} `));
  if (starts) {
    pending = keys;
    timer = setTimeout(() => { pending = ""; }, 1200);
  }
  if (target) run(target);
  return Boolean(target) || starts;
};

// The key behind a begun sequence belongs to it alone, whatever else it means to a card, a turn or a list: the
// window hears of it before all of them.
window.addEventListener("keydown", (event) => {
  if (!pending || event.key === "Shift") return;
  const keys = `${pending} ${event.key}`;
  clearTimeout(timer);
  pending = "";
  if (!isForPage(event)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  press(keys);
}, true);

document.addEventListener("keydown", (event) => {
  if (!event.defaultPrevented && isForPage(event) && press(event.key)) event.preventDefault();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  const form = event.target.closest?.("form");
  if (!form || form.hasAttribute("data-own-enter") || event.defaultPrevented) return;
  event.preventDefault();
  form.requestSubmit();
});

const keycaps = (keys) => {
  const holder = document.createDocumentFragment();
  for (const part of keys.split(" ")) {
    const kbd = document.createElement("kbd");
    kbd.textContent = part.replace("Mod+", mac ? "⌘" : "Ctrl ").replace("Alt+", mac ? "⌥" : "Alt ").replace("Shift+", mac ? "⇧" : "Shift ");
    holder.append(kbd, " ");
  }
  return holder;
};

const describe = (element) =>
  element.dataset.shortcutLabel || element.getAttribute("aria-label") || element.querySelector("[data-label]")?.textContent || element.textContent.trim().replace(/\s+/g, " ");

const fillSheet = (sheet) => {
  const list = sheet.querySelector("[data-shortcut-list]");
  list.replaceChildren();
  const seen = new Set();
  for (const template of document.querySelectorAll("template[data-shortcuts]")) {
    list.append(template.content.cloneNode(true));
  }
  const places = (element) => Number(element.dataset.shortcut.startsWith("g "));
  for (const element of [...document.querySelectorAll("[data-shortcut]")].sort((a, b) => places(a) - places(b))) {
    if (seen.has(element.dataset.shortcut)) continue;
    seen.add(element.dataset.shortcut);
    const term = document.createElement("dt");
    const meaning = document.createElement("dd");
    term.append(keycaps(element.dataset.shortcut));
    meaning.textContent = describe(element);
    list.append(term, meaning);
  }
  for (const kbd of list.querySelectorAll("kbd[data-keys]")) kbd.replaceWith(keycaps(kbd.dataset.keys));
};

const sheet = document.getElementById("shortcut-sheet");
document.addEventListener("click", (event) => {
  if (sheet && event.target.closest('[data-open-dialog="shortcut-sheet"]')) fillSheet(sheet);
}, true);

const toggle = document.querySelector("[data-single-keys]");
if (toggle) {
  toggle.checked = root.dataset.singleKeys !== "off";
  toggle.addEventListener("change", () => {
    root.dataset.singleKeys = toggle.checked ? "on" : "off";
    try { localStorage.setItem("single-keys", root.dataset.singleKeys); } catch { /* lasts for this page */ }
  });
}

for (const kbd of document.querySelectorAll("kbd[data-keys]")) kbd.replaceWith(keycaps(kbd.dataset.keys));
