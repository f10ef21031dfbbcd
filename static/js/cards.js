// The cards of a canvas from plain data, and nothing else: no requests, no storage. A shared document can feed it later.
// A card: {key, id, phase, lane, position, text, state, assumption, links, actions, version}; `key` is made in the browser.
const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

// A key between two others, as strategy/order.py makes it: fractions to base 62, never ending in the lowest digit.
export const keyBetween = (low, high) => {
  let same = 0;
  while (same < high.length && (low[same] ?? DIGITS[0]) === high[same]) same += 1;
  const below = same < low.length ? DIGITS.indexOf(low[same]) : 0;
  const above = same < high.length ? DIGITS.indexOf(high[same]) : Math.min(below + 2, DIGITS.length);
  const prefix = high.slice(0, same);
  if (above - below > 1) return prefix + DIGITS[Math.floor((below + above) / 2)];
  return prefix + DIGITS[below] + keyBetween(low.slice(same + 1), "");
};

const before = (one, other) => (one < other ? -1 : one > other ? 1 : 0);
export const byPlace = (a, b) => before(a.position, b.position) || (a.id ?? Infinity) - (b.id ?? Infinity) || before(a.key, b.key);

export const createModel = (cards) => {
  const known = new Map(cards.map((card) => [card.key, card]));
  return {
    get: (key) => known.get(key),
    put: (card) => known.set(card.key, card),
    remove: (key) => known.delete(key),
    all: () => [...known.values()],
    field: (phase, lane) => [...known.values()].filter((card) => card.phase === phase && card.lane === lane).sort(byPlace),
    // Position at `index` of a field, the card itself not counted
    place(key, phase, lane, index) {
      const others = this.field(phase, lane).filter((card) => card.key !== key);
      const low = others[index - 1]?.position ?? "";
      const high = others.slice(index).find((card) => card.position > low)?.position ?? "";
      return { position: keyBetween(low, high), after: others[index - 1]?.key ?? null };
    },
  };
};

const plural = (number, word) => `${number} ${word}${number === 1 ? "" : "s"}`;
const make = (tag, attributes = {}, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children);
  return element;
};
const icon = (icons, name) => {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${icons}#${name}`);
  svg.append(use);
  return svg;
};

const item = (label, act, keys = "", danger = false) => {
  const button = make("button", { type: "button", "data-act": act, class: danger && "danger" }, label);
  if (keys) button.append(make("kbd", {}, keys));
  return make("li", {}, button);
};

const menu = (card, { icons }) => {
  const details = make("details", { class: "menu menu--end cv-menu" });
  details.append(
    make("summary", { "aria-label": `Card menu: ${card.text.slice(0, 60)}`, title: "Card menu" }, icon(icons, "more")),
    make("ul", { class: "menu-list" },
      item("Edit", "edit", "Enter"), item("Move to…", "move", "m"), item("Link evidence", "link", "l"),
      item(card.assumption ? "No longer an assumption" : "Mark as an assumption", "assume", "u"),
      item(card.state === "agreed" ? "Back to an idea" : "Agree", "agree", "a"),
      item("Make an action from it", "action"), make("li", {}, make("hr")), item("Delete", "delete", "Del", true)),
  );
  return details;
};

const foot = (card, { actionsUrl, readonly }) => {
  const agreed = card.state === "agreed";
  const holder = make("div", { class: "cv-foot" }, make("span", { "data-agreed": agreed ? "yes" : "no" }, agreed ? "✓ agreed" : "○ idea"));
  if (card.assumption) holder.append(make("span", {}, "? assumption"));
  const quotes = plural(card.links, "quote");
  if (card.links || !readonly) holder.append(make("button", { type: "button", "data-act": card.links ? "quotes" : "link", "aria-label": card.links ? `Open ${quotes} behind this card` : "no evidence: link some to this card" }, card.links ? quotes : "no evidence"));
  if (card.actions) holder.append(make("a", { href: actionsUrl }, plural(card.actions, "action")));
  return holder;
};

const clash = (mine, theirs) => {
  const box = make("div", { class: "cv-clash", role: "alert" },
    make("p", {}, make("strong", {}, theirs === null ? "Somebody deleted this card while you wrote." : "Somebody changed this card while you wrote."), " Both texts are kept until you choose."));
  if (theirs !== null) box.append(make("p", {}, "Theirs: ", theirs));
  box.append(make("p", {}, "Yours: ", mine));
  const buttons = theirs === null ? [["Bring the card back with my text", "take-mine"], ["Leave it deleted", "take-theirs"]] : [["Use mine", "take-mine"], ["Keep theirs", "take-theirs"], ["Keep both as two cards", "take-both"]];
  box.append(...buttons.map(([label, act]) => make("button", { type: "button", class: "btn btn-secondary btn-sm", "data-act": act }, label)));
  return box;
};

// One card. `notes` are what only this browser knows: {waiting, why, clash: {mine, theirs}, fresh}.
export const renderCard = (card, notes, context) => {
  const { readonly, icons } = context;
  const words = [card.text, card.state, card.assumption && "assumption", plural(card.links, "quote")].filter(Boolean).join(", ");
  const element = make("li", {
    class: ["cv-card", card.assumption && "assumption", notes.waiting && "is-waiting", notes.fresh && "is-new"].filter(Boolean).join(" "),
    id: `card-${card.key}`, "data-key": card.key, "data-state": card.state, tabindex: "-1", "aria-label": words,
  });
  const text = make("p", { class: "cv-text" });
  text.textContent = card.text;
  element.append(text);
  if (notes.clash) element.append(clash(notes.clash.mine, notes.clash.theirs));
  if (notes.why) element.append(make("p", { class: "cv-why", role: "alert" }, notes.why));
  element.append(foot(card, context));
  if (!readonly) {
    element.append(make("span", { class: "cv-grip", "data-grip": true, title: "Drag", "aria-hidden": "true" }, icon(icons, "grip")));
    element.append(menu(card, context));
  }
  return element;
};

// Draws the fields anew where something differs. A card that is being written in is left alone.
export const createView = (model, fields, context) => {
  const drawn = new Map();
  const elementOf = (card, notes) => {
    const shape = JSON.stringify([card, notes]);
    const there = drawn.get(card.key);
    if (there && (there.shape === shape || there.element.querySelector(".cv-edit"))) return there.element;
    const element = renderCard(card, notes, context);
    if (there) {
      element.tabIndex = there.element.tabIndex;
      const open = there.element.querySelector("details")?.open;
      if (open && element.querySelector("details")) element.querySelector("details").open = true;
    }
    drawn.set(card.key, { shape, element });
    return element;
  };
  return {
    element: (key) => drawn.get(key)?.element,
    forget: (key) => drawn.delete(key),
    draw(notesOf) {
      const focused = document.activeElement?.closest?.(".cv-card");
      const inside = focused && document.activeElement !== focused ? document.activeElement.dataset.act : undefined;
      for (const field of fields) {
        const wanted = model.field(Number(field.dataset.inPhase), field.dataset.lane).map((card) => elementOf(card, notesOf(card.key)));
        const list = field.querySelector("[data-list]");
        const there = [...list.children];
        if (there.length !== wanted.length || there.some((element, index) => element !== wanted[index])) list.replaceChildren(...wanted);
      }
      const still = focused && drawn.get(focused.dataset.key)?.element;
      if (still?.isConnected && !still.contains(document.activeElement)) {
        ((inside && still.querySelector(`[data-act="${inside}"]`)) || still.querySelector(".cv-edit") || still).focus({ preventScroll: true });
      }
    },
  };
};
