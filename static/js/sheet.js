// Forms that save themselves, [data-sheet]: what changed is sent as one goes on; the answer fills [data-text] and
// [data-error]. Without this script their button does it. Arrows move between the cells of a table.
for (const each of document.querySelectorAll(".filters[target], .filters [target]")) each.removeAttribute("target");

const TYPED = "input:not([type=hidden])";
const tell = (state) => document.dispatchEvent(new CustomEvent("save-state", { detail: { state } }));

const wrongIn = (field) => {
  const value = field.value.trim();
  return value !== "" && field.dataset.low && !(Number(value) >= Number(field.dataset.low) && Number(value) <= Number(field.dataset.high));
};

// A wrong value says what it should be beside itself, and is not sent.
const mark = (field, wrong) => {
  field.toggleAttribute("aria-invalid", wrong);
  const told = field.parentElement.querySelector("[data-wrong]");
  if (!told) return;
  told.textContent = wrong ? `${field.dataset.low} to ${field.dataset.high}` : "";
  told.hidden = !wrong;
};

const show = (form, { texts = {}, errors = {}, version }) => {
  if (version) form.elements.version.value = version;
  for (const [name, text] of Object.entries(texts)) {
    const place = document.querySelector(`[data-text="${CSS.escape(name)}"]`);
    if (place) place.textContent = text || (form.elements.version ? "not known" : "");
  }
  for (const place of form.querySelectorAll("[data-error]")) {
    const text = Object.entries(errors).find(([name]) => name === place.dataset.error || name.startsWith(`${place.dataset.error}_`))?.[1];
    place.textContent = text ?? "";
    place.hidden = !text;
  }
};

// One request at a time: what changes meanwhile goes with the next one.
const waiting = new Map();
const send = async (form) => {
  const job = waiting.get(form);
  if (job.running || !job.fields.size) return;
  job.running = true;
  const table = form.querySelector("table");
  const data = new FormData(table ? undefined : form);
  if (table) for (const field of job.fields) data.append(field.name, field.value.trim());
  const sent = [...job.fields];
  const values = new Map((table ? sent : [...form.querySelectorAll(TYPED)]).map((field) => [field, field.value]));
  job.fields.clear();
  tell("saving");
  try {
    const answer = await fetch(form.action, { method: "POST", body: data, headers: { Accept: "application/json", "X-CSRFToken": form.elements.csrfmiddlewaretoken.value } });
    const isJson = answer.headers.get("Content-Type")?.startsWith("application/json");
    if (!isJson) throw new Error("no answer");
    show(form, await answer.json());
    for (const field of sent) field.toggleAttribute("aria-invalid", !answer.ok);
    if (answer.ok) for (const [field, value] of values) field.defaultValue = value;
    tell(answer.ok ? "saved" : "error");
  } catch {
    for (const field of sent) job.fields.add(field);
    tell("error");
    document.dispatchEvent(new CustomEvent("toast", { detail: { level: "error", text: "Not saved: the server cannot be reached. What you wrote is still on this page; change any field to try again." } }));
    job.running = false;
    return;
  }
  job.running = false;
  send(form);
};

for (const form of document.querySelectorAll("[data-sheet]")) {
  waiting.set(form, { fields: new Set(), running: false });
  form.querySelector("[data-sheet-hint]")?.removeAttribute("hidden");
  const changed = (field) => {
    if (!field.name || field.type === "hidden" || field.readOnly) return;
    const wrong = wrongIn(field);
    mark(field, wrong);
    if (wrong) return tell("error");
    waiting.get(form).fields.add(field);
    send(form);
  };
  form.addEventListener("change", (event) => changed(event.target));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    for (const field of form.elements) if (field.name && field.type !== "hidden" && field.defaultValue !== field.value) changed(field);
  });
}

// To other rows one goes once what was typed is kept; what was refused, or never sent, is not left without a question.
const underWay = () => [...waiting.values()].some((job) => job.running);
const unsaved = () => [...document.querySelectorAll(`[data-sheet] :is(${TYPED})`)].some((field) => field.value !== field.defaultValue);
const goOnce = (event, go) => {
  if (!underWay()) return;
  event.preventDefault();
  const look = () => (underWay() ? setTimeout(look, 50) : go());
  look();
};
document.addEventListener("submit", (event) => {
  if (event.target.matches(".filters[method=get]")) goOnce(event, () => event.target.requestSubmit());
});
document.addEventListener("click", (event) => {
  const link = event.target.closest(".filters a, .pager a");
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) goOnce(event, () => location.assign(link.href));
});
addEventListener("beforeunload", (event) => { if (unsaved()) event.preventDefault(); });

// In a table of cells a digit is the whole answer: it is saved at once, and the arrows go on.
document.addEventListener("input", (event) => {
  if (event.target.matches(".cell")) event.target.dispatchEvent(new Event("change", { bubbles: true }));
});
document.addEventListener("focusin", (event) => event.target.matches(".cell") && event.target.select());
document.addEventListener("keydown", (event) => {
  if (!event.target.matches(".cell") || event.ctrlKey || event.metaKey) return;
  const cell = event.target.closest("td");
  const row = cell.parentElement;
  const go = {
    ArrowDown: () => row.nextElementSibling?.cells[cell.cellIndex],
    Enter: () => row.nextElementSibling?.cells[cell.cellIndex],
    ArrowUp: () => row.previousElementSibling?.cells[cell.cellIndex],
    ArrowRight: () => cell.nextElementSibling,
    ArrowLeft: () => cell.previousElementSibling,
  }[event.key];
  if (!go) return;
  event.preventDefault();
  go()?.querySelector(".cell")?.focus();
});
