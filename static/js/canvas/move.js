// "Move to…": phase, row and place from lists, for whoever does not drag.
import { shorten } from "./elements.js";

export const createMove = ({ board, moved, left }) => {
  const dialog = document.getElementById("move-card");
  if (!dialog) return { open() {} };
  const [phase, lane, place] = ["move-phase", "move-lane", "move-place"].map((id) => document.getElementById(id));
  let moving = "";
  const others = () => board.field(Number(phase.value), lane.value).filter((card) => card.key !== moving);
  const fill = () => {
    const options = [["", "first"], ...others().map((card) => [card.key, `after “${shorten(card.text || "no text yet")}”`])];
    place.replaceChildren(...options.map(([value, label]) => new Option(label, value)));
    place.value = others().at(-1)?.key ?? "";
  };
  for (const select of [phase, lane]) select.addEventListener("change", fill);
  dialog.addEventListener("close", () => {
    if (dialog.returnValue === "move" && board.get(moving)) moved(moving, Number(phase.value), lane.value, place.value || null);
    else left(moving);
  });
  return {
    open(card) {
      moving = card.key;
      dialog.querySelector("[data-move-text]").textContent = card.text;
      [phase.value, lane.value, dialog.returnValue] = [card.phase, card.lane, ""];
      fill();
      dialog.showModal();
      phase.focus();
    },
  };
};
