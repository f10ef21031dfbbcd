// Who else is here: avatars, named cursors, who writes where, and following somebody's view.
import { make, recall, remember, shorten, toast } from "./elements.js";
import { initials, onScreen, peopleIn, persons, stacked, within } from "./presence.js";

const CURSOR_MS = 350; // at most three a second
const MOST_AVATARS = 5;

export const createPeople = ({ root, fields, board, facts, say, changed }) => {
  const menu = root.querySelector("[data-people-menu]");
  const banner = root.querySelector("[data-following]");
  const grid = root.querySelector(".cv-grid");
  const layer = make("div", { class: "cv-cursors", "aria-hidden": "true" });
  grid.append(layer);
  let [awareness, others, following, leadSeen, timer, shape, pointed] = [null, [], "", Date.now(), 0, "", null];
  const cursors = new Map();
  root.dataset.cursors = recall("canvas-cursors") === "hidden" ? "hidden" : "shown";

  // --- what I show ------------------------------------------------------------------------------------------
  const mine = { at: null, view: null, typing: "", lead: 0 };
  const send = () => {
    timer = 0;
    awareness?.setLocalState({ user: { key: facts.me.key, name: facts.me.name }, ...mine });
  };
  const soon = () => { if (others.length) timer ||= setTimeout(send, CURSOR_MS); }; // alone, nobody looks
  const pointAt = (x, y) => {
    const field = document.elementFromPoint(x, y)?.closest?.("[data-field]");
    return field && { phase: Number(field.dataset.inPhase), lane: field.dataset.lane, ...within(field.getBoundingClientRect(), x, y) };
  };
  const scroller = root.querySelector("[data-scroll]");
  root.addEventListener("pointermove", (event) => {
    if (event.pointerType !== "mouse") return;
    pointed = event;
    if (others.length) point();
  });
  const point = () => {
    const at = pointed && pointAt(pointed.clientX, pointed.clientY);
    if (at) { mine.at = at; soon(); }
  };
  root.addEventListener("pointerleave", () => { pointed = mine.at = null; soon(); });
  document.addEventListener("scroll", () => {
    if (!others.length || following) return;
    const box = scroller.getBoundingClientRect();
    mine.view = pointAt(box.left + box.width / 2, Math.min(box.top + box.height / 2, innerHeight / 2)) ?? mine.view;
    soon();
  }, { capture: true, passive: true });

  // --- what others show -------------------------------------------------------------------------------------
  const fieldOf = ({ phase, lane }) => fields.find((field) => Number(field.dataset.inPhase) === phase && field.dataset.lane === lane);
  const nameOf = (person) => (person.key === facts.me.key ? `${person.name} (your other window)` : person.name);
  const pointer = () => {
    const element = make("div", { class: "cv-cursor" }, make("span", {}));
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", "0 0 12 16");
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("d", "M1 1v12l3.2-2.8 2 4.6 2-.9-2-4.5H11z");
    svg.append(path);
    element.prepend(svg);
    layer.append(element);
    return element;
  };
  const place = () => {
    const base = grid.getBoundingClientRect();
    const seen = others.flatMap((person) => {
      const box = person.at && fieldOf(person.at).getBoundingClientRect();
      return box?.width ? [{ ...onScreen(box, person.at), name: person.name, client: person.client }] : [];
    });
    const downs = stacked(seen);
    seen.forEach(({ x, y, name, client }, index) => {
      const cursor = cursors.get(client) ?? pointer();
      cursors.set(client, cursor);
      const label = cursor.querySelector("span");
      label.textContent = name;
      label.style.marginTop = `${downs[index]}px`;
      cursor.style.transform = `translate(${Math.round(x - base.left)}px, ${Math.round(y - base.top)}px)`;
    });
    for (const [client, cursor] of cursors) if (!seen.some((one) => one.client === client)) { cursor.remove(); cursors.delete(client); }
  };
  const doing = (person) => (board.get(person.typing) ? `writes in “${shorten(board.get(person.typing).text || "a new card", 40)}”` : "");
  const avatar = (name) => make("span", { class: "avatar", "aria-hidden": "true", title: name }, initials(name));
  const list = () => {
    const all = persons(others);
    const now = JSON.stringify([all.map((person) => [person.key, person.name, doing(person)]), following, facts.me.name]);
    if (now === shape) return;
    shape = now;
    const extra = all.length - MOST_AVATARS;
    menu.querySelector("[data-here]").textContent = all.length ? `Here: you, ${all.map((person) => person.name).join(", ")}` : "Only you are here";
    menu.querySelector("[data-avatars]").replaceChildren(...all.slice(0, MOST_AVATARS).map(({ name }) => avatar(name)), ...(extra > 0 ? [make("span", { class: "avatar", "aria-hidden": "true" }, `+${extra}`)] : []), all.length ? "" : make("span", { class: "hint" }, "Only you"));
    menu.querySelector("[data-persons]").replaceChildren(...all.map((person) => make("li", { class: "cv-person" },
      avatar(person.name), make("span", {}, nameOf(person), make("span", { class: "hint" }, doing(person))),
      make("button", { type: "button", class: "btn btn-secondary btn-sm", "data-follow": person.key, "aria-pressed": String(following === person.key) }, following === person.key ? "Following" : "Follow"))),
    );
  };

  // --- following --------------------------------------------------------------------------------------------
  const follow = (key) => {
    following = key;
    const person = others.find((one) => one.key === key);
    banner.hidden = !person;
    if (person) {
      banner.querySelector("span").textContent = `Following ${person.name}. Scroll yourself, or press Esc, to stop.`;
      say(`Following ${person.name}.`);
    }
    list();
    look();
  };
  const look = () => {
    const person = persons(others).find((one) => one.key === following);
    if (following && !person) { follow(""); return; }
    const target = person && (board.get(person.typing) ? document.getElementById(`card-${person.typing}`) : null);
    if (target) { target.scrollIntoView({ block: "nearest", inline: "nearest" }); return; }
    const point = person?.view ?? person?.at;
    const field = point && fieldOf(point);
    if (!field?.getClientRects().length) return;
    const box = scroller.getBoundingClientRect();
    const { x, y } = onScreen(field.getBoundingClientRect(), point);
    const own = scroller.scrollHeight > scroller.clientHeight + 1;
    const mover = own ? scroller : root.closest(".work") ?? document.scrollingElement;
    mover.scrollBy({ left: own ? x - box.left - box.width / 2 : 0, top: y - (own ? box.top + box.height / 2 : innerHeight / 2), behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
  };
  for (const name of ["wheel", "touchmove"]) root.addEventListener(name, () => following && follow(""), { passive: true });
  document.addEventListener("keydown", (event) => {
    if (!following || event.key !== "Escape" || event.defaultPrevented) return;
    event.preventDefault();
    follow("");
  });
  banner.querySelector("button").addEventListener("click", () => follow(""));
  menu.addEventListener("click", (event) => {
    const key = event.target.closest("[data-follow]")?.dataset.follow;
    if (key) follow(following === key ? "" : key);
    if (event.target.closest("[data-lead]")) {
      mine.lead = Date.now();
      send();
      toast({ text: "Everybody here was asked to follow you." });
    }
  });
  const [hide, hear] = ["[data-hide-cursors]", "[data-hear-others]"].map((part) => menu.querySelector(part));
  hide.checked = root.dataset.cursors === "hidden";
  hide.addEventListener("change", () => {
    root.dataset.cursors = hide.checked ? "hidden" : "shown";
    remember("canvas-cursors", root.dataset.cursors);
  });
  hear.checked = say.others;
  hear.addEventListener("change", () => say.hearOthers(hear.checked));
  const asked = () => {
    const leader = others.filter((person) => person.lead > leadSeen && person.key !== facts.me.key).sort((a, b) => b.lead - a.lead)[0];
    if (!leader) return;
    leadSeen = leader.lead;
    toast({ text: `${leader.name} asks you to follow.`, label: "Follow", undo: () => follow(leader.key) });
  };

  return {
    place,
    send,
    attach(found, own) {
      awareness = found;
      awareness.on("change", () => {
        const alone = !others.length;
        const before = others;
        others = peopleIn(awareness.getStates(), own);
        if (alone) point();
        list();
        place();
        asked();
        look();
        const typed = [before, others].map((people) => people.map(({ key, typing }) => `${key} ${typing}`));
        const differs = [...typed[0].filter((one) => !typed[1].includes(one)), ...typed[1].filter((one) => !typed[0].includes(one))];
        changed(new Set(differs.map((one) => one.split(" ")[1]).filter(Boolean)));
      });
      send();
      list();
    },
    typing(key) {
      if (mine.typing === key) return;
      mine.typing = key;
      send();
    },
    typists(key) {
      const names = persons(others.filter((person) => person.typing === key)).map((person) => person.name);
      return names.length ? `${names.join(" and ")} ${names.length === 1 ? "is" : "are"} writing` : "";
    },
  };
};
