// The workshop ended as workshops do: its guests are thanked, and told that what they wrote is safe.
export const thank = (root, unsaved) => {
  const words = root.querySelector("[data-over-words]").content.cloneNode(true);
  const saved = words.querySelector("span"); // whoever only looked wrote nothing
  if (saved) saved.textContent = unsaved
    ? "It ended before your last changes were saved: they are kept for you below. Copy them, and send them to whoever invited you."
    : "Everything you wrote is saved with the canvas, under your name.";
  const box = root.querySelector("[data-over]");
  words.querySelector("button").addEventListener("click", () => box.replaceChildren());
  box.replaceChildren(words);
  // No step, timer, focus or lock goes on
  root.querySelector("[data-workshop]").replaceChildren();
  root.dataset.focus = "";
  for (const field of root.querySelectorAll("[data-locked]")) field.removeAttribute("data-locked");
};
