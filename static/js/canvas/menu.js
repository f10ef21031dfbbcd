// The menu of a card, filled when it opens: five hundred closed menus would be five thousand elements.
import { make } from "./elements.js";

const item = (label, attributes, keys = "") => make("li", {}, make("button", { type: "button", ...attributes }, label, keys && make("kbd", {}, keys)));
const rule = () => make("li", {}, make("hr"));

export const createMenu = ({ root, board, facts, may, data, acts, setKind }) => {
  const kindsOf = (card) => Object.entries(data.kinds).map(([kind, [glyph, word]], index) =>
    item(`${glyph} ${word}`, { "data-kind": kind, "aria-pressed": String(card.kind === kind) }, String(index + 1)));
  const itemsOf = (card, fact) => {
    const items = [];
    const mine = may.change(card);
    if (mine) items.push(item("Edit", { "data-do": "edit" }, "Enter"), item("Move to…", { "data-do": "move" }, "m"));
    if (mine && may.link) items.push(item("Links…", { "data-do": "link" }, "l"));
    if (mine) items.push(rule(), ...kindsOf(card), rule());
    if (may.read) items.push(item("Open the quotes", { "data-do": "quotes" }, "o"));
    if (!card.draft) items.push(item(fact.comments ? "Comments" : "Comment", { "data-do": "comments" }, "c"));
    if (may.edit && may.read && !card.draft) {
      items.push(item(fact.state === "agreed" ? "Back to an idea" : "Agree", { "data-do": "agree" }, "a"), item("Make an action from it", { "data-do": "action" }, "t"));
    }
    if (facts.me.leads && !card.draft) items.push(item(fact.locked ? "Unlock for everybody" : "Lock for others", { "data-do": "lock" }));
    if (mine) items.push(rule(), item("Delete", { "data-do": "delete", class: "danger" }, "Del"));
    return items;
  };

  root.addEventListener("toggle", (event) => {
    const details = event.target;
    if (!details.matches?.(".cv-menu") || !details.open) return;
    const card = board.get(details.closest("[data-key]").dataset.key);
    const list = details.querySelector(".menu-list");
    list.replaceChildren(...itemsOf(card, facts.of(card.key)));
    list.scrollIntoView({ block: "nearest" });
  }, true);
  root.addEventListener("click", (event) => {
    const button = event.target.closest(".cv-menu .menu-list button");
    if (!button) return;
    const place = button.closest("[data-key]");
    const card = board.get(place.dataset.key);
    button.closest("details").open = false;
    place.focus(); // the button is out of sight now; what opens next gives the focus back to the card
    if (!card) return;
    if (button.dataset.kind) setKind(card, button.dataset.kind);
    else acts[button.dataset.do](card);
  });
};
