// The public survey: parts instead of one long page, and answers that stay in this browser until they are sent.
// Without this script the page is one form with one button, and works.
const form = document.querySelector("[data-survey]");
const PART = { plain: 3, kano: 2 }; // questions on a screen

// --- what waits in this browser ------------------------------------------------------------------------
const place = `survey ${location.pathname.split("/")[2]}`;
const store = {
  read: () => {
    try {
      return JSON.parse(localStorage.getItem(place)) ?? {};
    } catch {
      return {};
    }
  },
  write: (answers) => {
    try {
      localStorage.setItem(place, JSON.stringify(answers));
      return true;
    } catch {
      return false; // no storage here: the form itself still holds everything
    }
  },
  clear: () => {
    try {
      localStorage.removeItem(place);
    } catch {
      // nothing was stored then
    }
  },
};

if (document.querySelector("[data-survey-sent]")) store.clear();

const chosen = () => {
  const answers = {};
  for (const input of form.querySelectorAll("input[type=radio]:checked")) answers[input.name] = input.value;
  return answers;
};

const restore = () => {
  const before = store.read();
  let found = false;
  for (const input of form.querySelectorAll("input[type=radio]")) {
    if (before[input.name] !== input.value) continue;
    input.checked = true;
    found = true;
  }
  return found;
};

const say = (words) => {
  const slot = document.querySelector("[data-said]");
  slot.textContent = words;
  slot.hidden = !words;
  return slot;
};

// --- one part at a time --------------------------------------------------------------------------------
const parts = () => {
  const questions = [...form.querySelectorAll("[data-question]")];
  const size = form.querySelector('input[name$=".with"]') ? PART.kano : PART.plain;
  return Array.from({ length: Math.ceil(questions.length / size) }, (_, at) =>
    questions.slice(at * size, (at + 1) * size),
  );
};

const asked = () => Number(location.hash.match(/^#part-(\d+)$/)?.[1] ?? 1) - 1;

const show = (all, at, moved) => {
  all.flat().forEach((question) => (question.hidden = !all[at].includes(question)));
  const now = form.querySelector("[data-step-now]");
  const bar = form.querySelector("[data-progress]");
  now.textContent = form.dataset.step.replace("{n}", at + 1).replace("{of}", all.length);
  now.hidden = bar.hidden = all.length < 2;
  [bar.value, bar.max] = [at + 1, all.length];
  form.querySelector("[data-back]").hidden = at === 0;
  form.querySelector("[data-next]").hidden = at === all.length - 1;
  form.querySelector("[data-send]").hidden = at !== all.length - 1;
  document.querySelector("header").hidden = at > 0;
  for (const language of document.querySelectorAll(".languages a")) language.hash = location.hash;
  if (!moved) return;
  all[at][0].scrollIntoView();
  const first = all[at][0].querySelector("input");
  (all[at][0].querySelector("input:checked") ?? first).focus({ preventScroll: true });
};

const walk = () => {
  const all = parts();
  const here = () => Math.min(Math.max(asked(), 0), all.length - 1);
  // the browser's own Back goes to the part before, not out of the survey
  addEventListener("hashchange", () => show(all, here(), true));
  form.querySelector("[data-next]").addEventListener("click", () => (location.hash = `part-${here() + 2}`));
  form.querySelector("[data-back]").addEventListener("click", () => (location.hash = `part-${here()}`));
  show(all, here(), false);
};

// --- sending -------------------------------------------------------------------------------------------
const send = async (event) => {
  event.preventDefault();
  const button = form.querySelector("[data-send]");
  const label = button.textContent;
  if (button.disabled) return;
  button.disabled = true;
  button.textContent = form.dataset.sending;
  try {
    const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
    if (answer.redirected) location.assign(answer.url);
    else form.submit(); // the server says why not: the browser shows its page
  } catch {
    say(form.dataset.unsent).scrollIntoView({ block: "center" });
    button.disabled = false;
    button.textContent = label;
  }
};

if (form) {
  if (!("preview" in form.dataset)) {
    if (restore()) say(form.dataset.restored);
    form.addEventListener("change", () => store.write(chosen()));
    form.addEventListener("submit", send);
    // Back shows the page as it was before sending: ask again, so that it knows what has arrived
    const [arrival] = performance.getEntriesByType("navigation");
    addEventListener("pageshow", (event) => {
      if (event.persisted || arrival?.type === "back_forward") location.reload();
    });
  }
  walk();
}
