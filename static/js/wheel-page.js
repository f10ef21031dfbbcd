// Draws a wheel that is only looked at: <div data-wheel-of="id of the JSON"> and, where it stands, its twin in
// [data-twin-of].
import { drawWheel, spoken, twinOf } from "./wheel.js";

for (const box of document.querySelectorAll("[data-wheel-of]")) {
  const data = JSON.parse(document.getElementById(box.dataset.wheelOf).textContent);
  const title = data.header?.title ?? "";
  box.replaceChildren(drawWheel(data, { document, label: `Wheel of ${title}: ${data.elements.length} items. The list beside it holds the same.` }));

  const twin = document.querySelector(`[data-twin-of="${box.dataset.wheelOf}"]`);
  if (!twin) continue;
  const kinds = new Map(data.vocabulary.kinds.map((kind) => [kind.code, kind]));
  const make = (name, attributes, ...children) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) if (value) made.setAttribute(key, value);
    made.append(...children);
    return made;
  };
  const row = (item) => {
    const kind = kinds.get(item.kind);
    const mark = make("span", { class: "twin-mark", "data-el": item.kind, title: kind?.name ?? "Not classified" }, kind ? `${kind.letter}${kind.glyph}` : "?");
    const quoted = item.quote || item.verbatim;
    const facts = [item.point, item.story_date, item.intensity === null ? "" : `intensity ${item.intensity}`, item.grade === "D" ? "D: does not count in scores" : ""].filter(Boolean).join(" · ");
    return make("li", {}, mark, make("span", { class: quoted ? "twin-quote" : "" }, make("span", { class: "visually-hidden" }, `${kind?.name ?? "Not classified"}: `), spoken(item)), facts ? make("span", { class: "hint" }, ` ${facts}`) : "");
  };
  for (const group of twinOf(data).filter((each) => each.items.length)) {
    twin.append(make("section", { "data-phase": group.phase }, make("h2", {}, group.title), make("ol", {}, ...group.items.map(row))));
  }
}
document.querySelector("[data-print]")?.addEventListener("click", () => print());
