// "@" in a [data-mention] text offers the people of the nearest [data-mentions="Ada|Ruth"]: arrows choose, Enter or Tab
// takes, Esc closes. The names are looked for on the server again, so that typing one without this list does the same.
const MOST = 8;
const listOf = (field) => field.form?.querySelector("[role=listbox]");
let [options, active] = [[], 0];

const sought = (field) => field.value.slice(0, field.selectionStart).match(/(?:^|[\s(])@([^@\n]{0,40})$/)?.[1];

const close = (field) => {
  options = [];
  const list = listOf(field);
  if (list) list.hidden = true;
  field.setAttribute("aria-expanded", "false");
  field.removeAttribute("aria-activedescendant");
};

const fitting = (field, typed) => {
  const names = field.closest("[data-mentions]").dataset.mentions.split("|").filter(Boolean);
  const begins = typed.toLowerCase();
  return names.filter((name) => name.toLowerCase().split(/\s+/).some((word, at, words) => words.slice(at).join(" ").startsWith(begins))).slice(0, MOST);
};

const draw = (field) => {
  const list = listOf(field);
  list.replaceChildren(...options.map((name, index) => {
    const option = document.createElement("li");
    option.id = `mention-${index}`;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", String(index === active));
    option.textContent = name;
    return option;
  }));
  list.hidden = false;
  field.setAttribute("aria-expanded", "true");
  field.setAttribute("aria-controls", list.id);
  field.setAttribute("aria-activedescendant", `mention-${active}`);
  list.scrollIntoView({ block: "nearest" });
  list.children[active].scrollIntoView({ block: "nearest" });
};

const take = (field, name) => {
  const caret = field.selectionStart;
  const start = caret - sought(field).length;
  field.setRangeText(`${name} `, start, caret, "end");
  close(field);
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
};

document.addEventListener("input", ({ target }) => {
  if (!target.matches?.("[data-mention]")) return;
  const typed = sought(target);
  options = typed === undefined ? [] : fitting(target, typed);
  active = 0;
  if (options.length) draw(target);
  else close(target);
});

document.addEventListener("keydown", (event) => {
  const field = event.target;
  if (!options.length || event.ctrlKey || event.metaKey || !field.matches?.("[data-mention]")) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) active = (active + step + options.length) % options.length;
  else if (event.key === "Enter" || event.key === "Tab") take(field, options[active]);
  else if (event.key === "Escape") close(field);
  else return;
  event.preventDefault();
  event.stopPropagation();
  if (step) draw(field);
}, true);

document.addEventListener("mousedown", (event) => {
  const option = event.target.closest?.(".mention-list [role=option]");
  if (!option) return;
  event.preventDefault(); // the text keeps the focus
  take(option.closest("form").querySelector("[data-mention]"), option.textContent);
});

document.addEventListener("focusout", ({ target }) => { if (target.matches?.("[data-mention]")) close(target); });
