// "Saving… / Saved 14:02 / Offline, 3 changes waiting" in the top bar.
// Pages say: document.dispatchEvent(new CustomEvent("save-state", {detail: {state: "offline", waiting: 3}})).
// Requests of elements inside [data-autosave] are reported by themselves.
const slot = document.querySelector("[data-save-state]");

const words = {
  saving: ({ waiting = 0 }) => (waiting ? `Saving ${waiting}` : "Saving…"),
  saved: () => `Saved ${new Date().toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" })}`,
  offline: ({ waiting = 0 }) => (waiting ? `Offline, ${waiting} ${waiting === 1 ? "change" : "changes"} waiting` : "Offline"),
  error: ({ why }) => (why ? `Refused: ${why}` : "Not saved"),
  looking: () => "Live",
  ended: ({ why }) => why,
};

const say = (detail) => {
  const sentence = words[detail.state]?.(detail) ?? "";
  slot.dataset.state = detail.state;
  if (slot.textContent !== sentence) slot.textContent = sentence;
};

if (slot) {
  document.addEventListener("save-state", (event) => say(event.detail));
  const autosaved = (event) => event.target.closest?.("[data-autosave]");
  document.addEventListener("htmx:beforeRequest", (event) => autosaved(event) && say({ state: "saving" }));
  document.addEventListener("htmx:afterRequest", (event) => {
    if (autosaved(event)) say({ state: event.detail.successful ? "saved" : "error" });
  });
}
