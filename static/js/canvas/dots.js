// Dots on cards: placed and taken back while a vote is open, seen by oneself alone; afterwards the counts.
import { make, plural } from "./elements.js";
import { failed, post } from "./requests.js";

export const createDots = ({ root, board, facts, urls, say, soon }) => {
  const vote = () => (facts.workshop?.voting === "open" ? facts.workshop : null);
  const mine = (key) => facts.workshop?.mine?.[key] ?? 0;
  const left = () => facts.workshop.dots - Object.values(facts.workshop.mine).reduce((sum, dots) => sum + dots, 0);
  const counted = (key) => (facts.workshop?.voting === "closed" ? facts.workshop.result[key] ?? 0 : 0);
  const votable = (card, fact) => vote() && facts.me.may_edit && !card.draft && fact.id
    && (!vote().focus_phase || vote().focus_phase === card.phase);

  const change = async (card, on) => {
    try {
      const { workshop } = await post(`${urls.room}cards/${card.key}/dot/`, { on });
      facts.workshop = workshop;
      say(`${plural(mine(card.key), "dot")} of yours on this card, ${left()} left.`);
      document.dispatchEvent(new CustomEvent("canvas-facts", { detail: facts }));
    } catch (error) {
      failed(error);
      facts.ask();
    }
    soon();
  };
  const place = (card) => {
    if (!votable(card, facts.of(card.key))) return say("There is no vote on this card now.");
    if (left() <= 0) return say(`All your ${plural(facts.workshop.dots, "dot")} are placed. Take one back with minus first.`);
    return change(card, 1);
  };
  const take = (card) => {
    if (!votable(card, facts.of(card.key)) || !mine(card.key)) return say("None of your dots is on this card.");
    return change(card, 0);
  };

  const button = (act, sign, label, disabled) => make("button", { type: "button", class: "cv-dot", "data-act": act, "aria-label": label, disabled }, sign);
  const draw = (card, fact) => {
    if (votable(card, fact)) {
      const own = mine(card.key);
      return make("span", { class: "cv-dots", role: "group", "aria-label": "Your dots" },
        button("untake", "−", "Take a dot back", own === 0), make("b", {}, own ? "●".repeat(Math.min(own, 6)) + (own > 6 ? ` ${own}` : "") : "0"),
        button("dot", "+", `Place a dot; ${left()} left`, left() <= 0));
    }
    return counted(card.key) ? make("span", { class: "cv-counted" }, `● ${plural(counted(card.key), "dot")}`) : null;
  };

  root.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || !event.target.matches(".cv-card")) return;
    const turn = { "+": place, "-": take }[event.key];
    const card = board.get(event.target.dataset.key);
    if (!turn || !card || !facts.workshop || document.documentElement.dataset.singleKeys === "off") return;
    event.preventDefault();
    turn(card);
  });

  return {
    draw,
    acts: { dot: place, untake: take },
    // What of a card's look depends on the vote, so that it is drawn again when that changes
    stamp: (card, fact) => [Boolean(votable(card, fact)), mine(card.key), counted(card.key), vote() ? left() > 0 : false],
  };
};
