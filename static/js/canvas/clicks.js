// What a click means on the canvas: a control of a card, its text, the end of a field, or the free space between cards.
export const createClicks = ({ root, fields, board, may, walk, drag, acts, write, create, changed }) => {
  root.addEventListener("click", (event) => {
    const act = event.target.closest("[data-act]");
    const card = board.get(event.target.closest("[data-key]")?.dataset.key);
    if (act && card) acts[act.dataset.act](card);
    else if (card && event.target.closest(".cv-text") && !drag.justDragged && may.change(card)) write(card.key);
    else if (event.target.closest(".cv-new")) create(event.target.closest("[data-field]"));
  });
  root.addEventListener("dblclick", (event) => {
    const field = event.target.closest("[data-field]");
    if (!field || event.target.closest(".cv-card, button, textarea")) return;
    const above = [...field.querySelectorAll(".cv-card")].findLast((card) => card.getBoundingClientRect().bottom < event.clientY);
    create(field, above?.dataset.key ?? null);
  });
  root.querySelector("[data-reload]").addEventListener("click", () => location.reload());
  root.querySelector("[data-new-card]")?.addEventListener("click", () => create(fields.find(walk.shown)));
  document.addEventListener("canvas-changed", changed);
};
