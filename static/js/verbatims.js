// A page that waits for a run shows its result as soon as the run is over.
document.body.addEventListener("run-over", () => {
  if (document.querySelector("[data-reload-when-over]")) location.reload();
});
