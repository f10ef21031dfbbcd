// Command palette, Ctrl/Cmd-K: the pages of this study, pages opened in this tab, and every [data-command] on the page.
const dialog = document.getElementById("palette");
const input = dialog?.querySelector("input");
const list = dialog?.querySelector("[role=listbox]");
const empty = dialog?.querySelector("[data-palette-empty]");
let entries = [];
let active = 0;

const text = (element) => element.dataset.command || element.querySelector("[data-label]")?.textContent || element.getAttribute("aria-label") || element.textContent.trim().replace(/\s+/g, " ");

const recent = () => {
  try { return JSON.parse(sessionStorage.getItem("recent-pages") || "[]"); } catch { return []; }
};

const rememberPage = () => {
  const page = { label: document.querySelector("h1")?.textContent.trim() || document.title, href: location.pathname + location.search };
  const signedIn = document.querySelector("[data-open-dialog=shortcut-sheet]");
  if (!signedIn) sessionStorage.removeItem("recent-pages");
  if (!signedIn || !document.querySelector("[data-palette-source]")) return;
  const pages = [page, ...recent().filter((other) => other.href !== page.href)].slice(0, 8);
  try { sessionStorage.setItem("recent-pages", JSON.stringify(pages)); } catch { /* no storage: no list */ }
};

const collect = () => {
  const found = new Map();
  const add = (label, kind, go) => label && !found.has(`${kind} ${label}`) && found.set(`${kind} ${label}`, { label, kind, go });
  for (const element of document.querySelectorAll("[data-command]")) add(text(element), "Do", () => element.click());
  for (const link of document.querySelectorAll("[data-palette-source] a[href]")) add(text(link), "Go to", () => link.click());
  for (const page of recent()) {
    if (page.href !== location.pathname + location.search) add(page.label, "Recent", () => location.assign(page.href));
  }
  return [...found.values()];
};

// Letters in order are enough ("prio" or "prt"); a match at a word's start comes first.
const score = (label, query) => {
  const name = label.toLowerCase();
  const at = name.indexOf(query);
  if (at === 0) return 4;
  if (at > 0) return name[at - 1] === " " ? 3 : 2;
  let from = 0;
  for (const letter of query) {
    from = name.indexOf(letter, from) + 1;
    if (!from) return 0;
  }
  return 1;
};

const show = () => {
  const query = input.value.trim().toLowerCase();
  entries = collect().map((entry) => ({ ...entry, score: query ? score(entry.label, query) : 1 }))
    .filter((entry) => entry.score).sort((a, b) => b.score - a.score).slice(0, 40);
  active = 0;
  list.replaceChildren(...entries.map((entry, index) => {
    const option = document.createElement("li");
    const kind = document.createElement("small");
    option.id = `palette-${index}`;
    option.setAttribute("role", "option");
    option.textContent = entry.label;
    kind.textContent = entry.kind;
    option.append(kind);
    option.addEventListener("click", () => choose(index));
    return option;
  }));
  empty.hidden = entries.length > 0;
  mark();
};

const mark = () => {
  [...list.children].forEach((option, index) => option.setAttribute("aria-selected", String(index === active)));
  const option = list.children[active];
  if (option) {
    input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  } else {
    input.removeAttribute("aria-activedescendant");
  }
};

const choose = (index) => {
  const entry = entries[index];
  if (!entry) return;
  dialog.close();
  entry.go();
};

const open = () => {
  if (dialog.open || document.querySelector("dialog:modal")) return;
  input.value = "";
  dialog.showModal();
  show();
};

if (dialog) {
  rememberPage();
  input.addEventListener("input", show);
  dialog.addEventListener("close", () => input.blur());
  input.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && entries.length) {
      active = (active + step + entries.length) % entries.length;
      mark();
    } else if (event.key === "Enter") {
      choose(active);
    } else {
      return;
    }
    event.preventDefault();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
    event.preventDefault();
    if (dialog.open) dialog.close();
    else open();
  });
  for (const button of document.querySelectorAll("[data-open-palette]")) button.addEventListener("click", open);
}
