// Live lint: [data-lint="url"] fills itself with what the lint says about the fields in data-lint-watch, and
// shows the help of the chosen pattern. Posted, never in the address; only the newest answer counts.
const PAUSE = 300;

const start = (panel) => {
  const form = panel.closest("form");
  const watched = [...form.querySelectorAll(panel.dataset.lintWatch)];
  let timer = 0;
  let running = null;
  let answered = "";

  const question = () => {
    const data = new FormData(form);
    const asked = new URLSearchParams();
    for (const [name, value] of data) if (["statement", "pattern", "level"].includes(name) || name.startsWith("dismiss-")) asked.set(name, value);
    asked.set("csrfmiddlewaretoken", data.get("csrfmiddlewaretoken"));
    return asked;
  };

  const ask = async () => {
    const body = question();
    const key = watched.map((field) => field.value).join("\n");
    if (key === answered) return;
    running?.abort();
    running = new AbortController();
    try {
      const answer = await fetch(panel.dataset.lint, { method: "POST", body, signal: running.signal });
      if (!answer.ok) return;
      const html = await answer.text();
      answered = key;
      if (panel.contains(document.activeElement)) return;
      panel.innerHTML = html;
    } catch { /* a newer question, or no network: warnings are advice and may wait */ }
  };

  const help = () => {
    const pattern = form.querySelector("#id_pattern")?.value;
    if (!pattern) return;
    for (const text of form.querySelectorAll("[data-pattern]")) text.hidden = text.dataset.pattern !== pattern;
  };

  for (const field of watched) {
    field.addEventListener("input", () => {
      help();
      clearTimeout(timer);
      timer = setTimeout(ask, field.matches("textarea") ? PAUSE : 0);
    });
  }
  help();
  if (form.querySelector("#id_statement")?.value) ask();
};

for (const panel of document.querySelectorAll("[data-lint]")) start(panel);
