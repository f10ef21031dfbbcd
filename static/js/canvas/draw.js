// Cards as elements. A card that stays is changed in place: focus, caret and open menus survive what others do.
import { icon, make, plural, shorten } from "./elements.js";
import { byPlace } from "./model.js";

const evidence = (card, fact, { mayLink }) => {
  if (fact.supports !== undefined) {
    const [yes, no] = [fact.supports, fact.contradicts ?? 0];
    const words = [yes && `${plural(yes, "interview")} for`, no && (yes ? `${no} against` : `${plural(no, "interview")} against`)].filter(Boolean).join(", ");
    if (words) return ["quotes", words, `Evidence: ${words}. Open the quotes`];
  }
  if (card.links.length) return ["quotes", plural(card.links.length, "link"), `Open what stands behind this card: ${plural(card.links.length, "link")}`];
  return mayLink ? ["link", "no evidence", "No evidence: link some to this card"] : null;
};

// What stands below the text of a card: [name, element]; `extra` adds what other parts of the page know.
const footOf = (card, fact, context) => {
  const { kinds, may, urls } = context;
  const [glyph, word] = kinds[card.kind];
  const parts = [make("span", { class: "cv-kind" }, make("span", { "aria-hidden": "true" }, glyph), ` ${word}`)];
  if (context.facts.workshop && fact.author) parts.push(make("span", { class: "cv-by" }, fact.author));
  if (card.draft) parts.push(make("span", { class: "cv-only-me" }, "only you see this"));
  if (fact.state === "agreed") parts.push(make("span", { class: "cv-agreed" }, "✓ agreed"));
  if (fact.locked) parts.push(make("span", { class: "cv-locked" }, icon(context.icons, "lock"), " locked"));
  const behind = evidence(card, fact, { mayLink: may.link && card.kind !== "assumption" });
  if (behind && may.read) parts.push(make("button", { type: "button", "data-act": behind[0], "aria-label": behind[2], class: behind[0] === "link" && "cv-none" }, behind[1]));
  else if (behind?.[0] === "quotes") parts.push(make("span", {}, behind[1]));
  if (fact.changed?.length) parts.push(make("button", { type: "button", "data-act": "changed", class: "cv-changed" }, "! evidence changed"));
  if (fact.comments) parts.push(make("button", { type: "button", "data-act": "comments" }, icon(context.icons, "comment"), ` ${fact.open_comments ?? fact.comments}`, make("span", { class: "visually-hidden" }, ` open of ${plural(fact.comments, "comment")}`)));
  if (fact.actions && urls.actions) parts.push(make("a", { href: urls.actions }, plural(fact.actions, "action")));
  else if (fact.actions) parts.push(make("span", {}, plural(fact.actions, "action")));
  for (const draw of context.feet) parts.push(draw(card, fact));
  return parts.filter(Boolean);
};

const labelOf = (card, fact, { kinds, typists }) => [
  shorten(card.text || "No text yet", 300), kinds[card.kind][1].toLowerCase(), fact.state === "agreed" && "agreed", fact.locked && "locked",
  card.draft && "only you see this", plural(card.links.length, "link"), fact.changed?.length && "evidence changed", typists(card.key),
].filter(Boolean).join(", ");

// The parts that all cards have, copied for each: making five hundred cards part by part would be seen.
const patternOf = ({ icons, may }) => {
  const element = make("li", { class: "cv-card", tabindex: "-1" }, make("p", { class: "cv-text" }), make("p", { class: "cv-typing" }), make("div", { class: "cv-foot" }));
  if (may.edit) element.append(make("span", { class: "cv-grip", "data-grip": true, title: "Drag", "aria-hidden": "true" }, icon(icons, "grip")));
  element.append(make("details", { class: "menu menu--end cv-menu" }, make("summary", { title: "Card menu", tabindex: "-1" }, icon(icons, "more")), make("ul", { class: "menu-list" })));
  return element;
};

const put = (list, element, before) => {
  if (list.moveBefore && element.isConnected) list.moveBefore(element, before); // keeps focus and caret
  else list.insertBefore(element, before);
};

export const createView = (fields, context) => {
  const drawn = new Map(); // key -> {element, shape, field}
  const names = new Map(fields.map((field) => [`${field.dataset.inPhase} ${field.dataset.lane}`, field]));
  const nameOf = (card) => `${card.phase} ${card.lane}`;
  let [pattern, behind] = [null, new Set()]; // `behind`: fields whose cards may all look different by now

  const blank = (key) => {
    pattern ??= patternOf(context);
    const element = pattern.cloneNode(true);
    element.id = `card-${key}`;
    element.dataset.key = key;
    return element;
  };
  const paint = (card) => {
    const fact = context.facts.of(card.key);
    const typing = context.typists(card.key);
    const shape = JSON.stringify([card, fact, typing, context.stamp(card, fact)]);
    const known = drawn.get(card.key);
    const element = known?.element ?? blank(card.key);
    drawn.set(card.key, { shape, element, field: nameOf(card) });
    if (known?.shape !== shape) dress(element, card, fact, typing);
    return element;
  };

  const dress = (element, card, fact, typing) => {
    element.dataset.kind = card.kind;
    element.dataset.state = fact.state ?? "idea";
    element.classList.toggle("is-draft", card.draft);
    element.classList.toggle("is-locked", !context.may.change(card));
    element.setAttribute("aria-label", labelOf(card, fact, context));
    const [text, note, foot] = [".cv-text", ".cv-typing", ".cv-foot"].map((part) => element.querySelector(`:scope > ${part}`));
    if (text.textContent !== card.text) text.textContent = card.text;
    note.textContent = typing;
    note.hidden = !typing;
    const focused = foot.contains(document.activeElement) && document.activeElement.dataset.act;
    foot.replaceChildren(...footOf(card, fact, context));
    for (const control of foot.querySelectorAll("button, a")) control.tabIndex = element.tabIndex;
    if (focused) (foot.querySelector(`[data-act="${focused}"]`) ?? element).focus({ preventScroll: true });
    element.querySelector(".cv-menu > summary")?.setAttribute("aria-label", `Card menu: ${shorten(card.text)}`);
  };

  const arrange = (list, wanted) => {
    // What the server drew is replaced; what moved to another field goes there when that field is drawn
    for (const element of [...list.children]) if (drawn.get(element.dataset.key)?.element !== element) element.remove();
    wanted.forEach((element, index) => { if (list.children[index] !== element) put(list, element, list.children[index] ?? null); });
  };

  // What is on the screen comes first
  const fromTheTop = () => {
    const top = new Map(fields.map((field) => [field, field.getClientRects()[0]?.top ?? Infinity]));
    return [...names.keys()].sort((one, other) => top.get(names.get(one)) - top.get(names.get(other)) || 0);
  };
  // A field with those of its cards drawn anew that `stale` tells, and those that came
  const fill = (name, cards, stale) => {
    const wanted = cards.sort(byPlace).map((card) => (stale(card) || !drawn.has(card.key) ? paint(card) : drawn.get(card.key).element));
    arrange(names.get(name).querySelector("[data-list]"), wanted);
  };

  return {
    element: (key) => drawn.get(key)?.element,
    // These cards, and the fields that they are in or were; without `keys` everything, as much as is done within so
    // many ms. True once nothing is left to be drawn.
    draw(keys, ms) {
      const here = document.activeElement;
      if (!keys) behind = new Set(fromTheTop());
      const touched = new Set([...keys ?? []].flatMap((key) => [drawn.get(key)?.field, context.board.get(key) && nameOf(context.board.get(key))]));
      const groups = new Map([...touched, ...behind].filter((name) => names.has(name)).map((name) => [name, []]));
      for (const card of context.board.all()) groups.get(nameOf(card))?.push(card);
      const until = performance.now() + ms;
      for (const [name, cards] of groups) {
        if (behind.has(name) && performance.now() > until) continue;
        fill(name, cards, (card) => behind.has(name) || keys.has(card.key));
        behind.delete(name);
      }
      for (const [key, { element }] of drawn) if (!context.board.get(key)) { element.remove(); drawn.delete(key); }
      if (here?.isConnected && here !== document.activeElement && here.closest(".cv-card")) here.focus({ preventScroll: true });
      return !behind.size;
    },
  };
};
