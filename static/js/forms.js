// Forms: filters that apply themselves, text areas that grow, a warning before half-written work is left.
// Arrow keys change a closed list at each step: walked by keys, it applies itself with Enter or when it is left.
const FILTER = "form[data-submit-on-change]";
let walked = false;
let waiting = null;
const apply = (field, next = field) => {
  waiting = null;
  try { sessionStorage.setItem("filter", JSON.stringify([location.pathname, next.name, next.value])); } catch { /* the focus is at the top then */ }
  field.form.requestSubmit();
};
document.addEventListener("pointerdown", () => { walked = false; });
document.addEventListener("keydown", (event) => {
  if (!event.target.matches?.(`${FILTER} select`)) return;
  walked = event.key !== "Enter";
  if (walked || waiting !== event.target) return;
  event.preventDefault();
  apply(waiting);
});
document.addEventListener("change", ({ target }) => {
  if (!target.closest(FILTER)) return;
  if (walked && target.matches("select")) waiting = target;
  else apply(target);
});
document.addEventListener("focusout", ({ target, relatedTarget }) => {
  if (waiting === target) apply(target, relatedTarget?.form === target.form && relatedTarget.name ? relatedTarget : target);
});
const applied = () => {
  try {
    const kept = JSON.parse(sessionStorage.getItem("filter") ?? "[]");
    sessionStorage.removeItem("filter");
    return kept;
  } catch { return []; }
};
// The page is new, the hand is where it was.
addEventListener("load", () => {
  const [path, name, value] = applied();
  if (path !== location.pathname || !document.activeElement.matches("body, main")) return;
  const fields = [...document.querySelectorAll(`${FILTER} [name]`)].filter((field) => field.name === name);
  (fields.find((field) => field.value === value) ?? fields[0])?.focus();
});

// What was refused is where one goes on: the page that says so begins at its top.
addEventListener("load", () => {
  const [{ responseStatus }] = performance.getEntriesByType("navigation");
  if (![409, 422].includes(responseStatus) || !document.activeElement.matches("body, main")) return;
  const wrong = [...document.querySelectorAll("main :is([aria-invalid=true], .is-invalid, [role=alert])")].find((each) => each.getClientRects().length && (each.textContent.trim() || each.name));
  if (wrong?.matches("[role=alert]")) wrong.tabIndex = -1;
  wrong?.focus();
});

const grow = (area) => {
  area.style.height = "auto";
  area.style.height = `${area.scrollHeight + 2}px`;
};
// A field that a browser refuses to send is shown where it is folded away: nothing would happen otherwise
document.addEventListener("invalid", (event) => event.target.closest("details:not([open])")?.setAttribute("open", ""), true);

if (!CSS.supports("field-sizing", "content")) {
  document.addEventListener("input", (event) => event.target.matches("textarea[data-grow]") && grow(event.target));
}

const dirty = new Set();
document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-guard]");
  if (form) dirty.add(form);
});
document.addEventListener("submit", (event) => dirty.delete(event.target));
addEventListener("beforeunload", (event) => {
  if ([...dirty].some((form) => form.isConnected)) event.preventDefault();
});

// A second click must not send a plain form twice; htmx has its own guard.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method === "get" || form.hasAttribute("hx-post")) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
  setTimeout(() => delete form.dataset.sent, 3000);
});
