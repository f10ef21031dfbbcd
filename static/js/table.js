// Tables and lists under the keyboard: J/K or arrows move between rows of [data-rows], Enter opens, X ticks, Shift-click ticks a range.
const rowsOf = (holder) => [...holder.querySelectorAll("[data-row]")].filter((row) => row.getClientRects().length);
const typing = (target) => target.closest("input:not([type=checkbox]), textarea, select, [contenteditable], dialog[open], details.menu[open]");
const linkOf = (row) => row.querySelector("[data-row-link]") || row.querySelector("a[href]");

const move = (holder, step) => {
  const rows = rowsOf(holder);
  const here = rows.findIndex((row) => row.contains(document.activeElement));
  const row = rows[Math.min(Math.max(here + step, 0), rows.length - 1)];
  const target = row && (linkOf(row) || row);
  target?.focus();
  row?.scrollIntoView({ block: "nearest" });
};

document.addEventListener("keydown", (event) => {
  const holder = event.target.closest("[data-rows]") || document.querySelector("[data-rows]");
  if (!holder || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  const arrows = event.target.closest("[data-row]") ? { ArrowDown: 1, ArrowUp: -1 }[event.key] : undefined;
  const letters = document.documentElement.dataset.singleKeys === "off" ? undefined : { j: 1, k: -1 }[event.key];
  const box = event.key === "x" && !letters && document.documentElement.dataset.singleKeys !== "off"
    ? event.target.closest("[data-row]")?.querySelector("input[type=checkbox]") : null;
  if (arrows || letters) move(holder, arrows || letters);
  else if (box) box.click();
  else return;
  event.preventDefault();
});

let last = null;
const tally = (holder) => {
  const boxes = [...holder.querySelectorAll("[data-row] input[type=checkbox]")];
  const ticked = boxes.filter((box) => box.checked);
  for (const box of boxes) box.closest("[data-row]").setAttribute("aria-selected", String(box.checked));
  const all = holder.querySelector("[data-tick-all]");
  if (all) {
    all.checked = ticked.length === boxes.length && boxes.length > 0;
    all.indeterminate = ticked.length > 0 && ticked.length < boxes.length;
  }
  for (const bar of document.querySelectorAll(".bulk")) {
    bar.hidden = ticked.length === 0;
    const count = bar.querySelector("[data-bulk-count]");
    if (count) count.textContent = `${ticked.length} selected`;
  }
};

document.addEventListener("click", (event) => {
  const holder = event.target.closest?.("[data-rows]");
  if (!holder || event.target.type !== "checkbox") return;
  const boxes = [...holder.querySelectorAll("[data-row] input[type=checkbox]")];
  if (event.target.matches("[data-tick-all]")) {
    for (const box of boxes) box.checked = event.target.checked;
  } else if (event.shiftKey && last) {
    const [from, to] = [boxes.indexOf(last), boxes.indexOf(event.target)].sort((a, b) => a - b);
    if (from >= 0) for (const box of boxes.slice(from, to + 1)) box.checked = event.target.checked;
  }
  last = event.target.matches("[data-tick-all]") ? null : event.target;
  tally(holder);
});
