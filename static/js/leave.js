// A guest leaves where the server hears of it: without the network they would stay in, and see the browser's own words.
document.querySelector("[data-leave]").addEventListener("submit", (event) => {
  if (navigator.onLine) return;
  event.preventDefault();
  document.dispatchEvent(new CustomEvent("toast", { detail: { level: "error", text: "There is no network. Leave once it is back; what waits is then sent, too." } }));
});
