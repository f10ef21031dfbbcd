// The head of the page: timer, consent, what was hired and fired, and the way to the next state of the interview.
import { $, given, line, live, make } from "./page.js";
import { post, refusal } from "./requests.js";
import { clock } from "./times.js";

const { readonly } = given;
const TYPED_AFTER = 600; // ms without a letter

export const createHead = ({ state, saving, polling, say, redraw }) => {
  const fields = live.querySelectorAll("[data-head]");
  let typing = 0;

  const toggleTimer = () => {
    if (readonly) return;
    const running = !state.timer.running;
    saving.push({ type: "timer", id: "timer", running, elapsed_ms: Math.round(state.elapsed()), at: Date.now() });
    redraw();
    say.aloud(running ? "Timer runs." : "Timer paused.");
  };
  const drawClock = () => {
    $("[data-clock]").textContent = clock(state.elapsed());
    const button = $("[data-timer]");
    const label = state.timer.running ? "Pause" : state.elapsed() ? "Go on" : "Start";
    if (button.textContent !== label) button.textContent = label;
    button.disabled = readonly;
    say.drawBanner();
  };

  const save = (input) => {
    const value = input.value.trim();
    if (value === (state.header[input.name] ?? "") || readonly) return;
    saving.push({ type: "header", id: "header", fields: { [input.name]: value }, base: { [input.name]: input.dataset.seen ?? "" } });
    input.dataset.seen = value;
  };
  const drawFields = () => {
    for (const input of fields) if (input !== document.activeElement) input.value = input.dataset.seen = state.header[input.name] ?? "";
  };

  const giveConsent = async ({ currentTarget: button }) => {
    button.disabled = true;
    const response = await post(live.dataset.consentUrl, { headers: { Accept: "application/json" } });
    const data = response?.ok ? await response.json() : null;
    button.disabled = false;
    if (data) {
      $("[data-consent]").replaceChildren(make("span", { class: "consent", "data-state": "given" }, `✓ ${data.words}`));
      say.aloud(data.words);
      line.focus();
    } else say.inBanner((await refusal(response)).message ?? "The server does not answer: consent could not be recorded yet. Press again when it is back.");
  };
  // The page is left only with nothing waiting
  const holdBack = (event) => {
    if (polling.reachable && !saving.waiting) return;
    event.preventDefault();
    say.inBanner("Wait until everything is saved, then press again.");
    saving.flush();
  };

  for (const input of fields) {
    input.disabled = readonly;
    input.addEventListener("input", () => { clearTimeout(typing); typing = setTimeout(save, TYPED_AFTER, input); });
    input.addEventListener("change", () => { clearTimeout(typing); save(input); });
  }
  $("[data-timer]").addEventListener("click", toggleTimer);
  $("[data-give-consent]")?.addEventListener("click", giveConsent);
  for (const form of live.querySelectorAll(".live-more form")) form.addEventListener("submit", holdBack);
  setInterval(() => { if (!document.hidden) drawClock(); }, 1000);

  return {
    toggleTimer,
    draw() {
      drawFields();
      drawClock();
    },
  };
};
