// A guest leaves where the server hears of it: without an answer they would stay in, and see the browser's own words.
const PATIENCE_MS = 8000;
const form = document.querySelector("[data-leave]");
const isThere = () => fetch(form.dataset.leave, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS) }).then(({ ok }) => ok, () => false);
const stay = () => document.dispatchEvent(new CustomEvent("toast", { detail: { level: "error", unreached: true, text: "The server cannot be reached. Leave once it answers; what waits is then sent, too." } }));

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (await isThere()) form.submit();
  else stay();
});
