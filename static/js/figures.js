// Where the job of a canvas stands, above the cards: asked for again once there is another ranking.
document.addEventListener("canvas-facts", ({ detail: { ranking } }) => {
  const figures = document.querySelector("[data-ranking]");
  if (ranking && figures && Number(figures.dataset.ranking) !== ranking) window.htmx.trigger(figures, "ranking-changed");
});
