// Links of a card to elements, quotes, jobs and clusters: typed, found within the study, written into the document.
import { make, plural } from "./elements.js";

const PAUSE_MS = 200;

// `url` answers {found, linked}: lists of {link, sort, glyph, text, who}
export const createLinks = ({ url, board, say, left }) => {
  const dialog = document.getElementById("link-card");
  if (!dialog || !url) return { open() {} };
  const [input, list, linked, count] = ["[role=combobox]", "[role=listbox]", "[data-linked]", "[data-found]"].map((part) => dialog.querySelector(part));
  let [key, timer, asked, active] = ["", 0, 0, -1];
  const options = () => [...list.querySelectorAll("[role=option]")];
  const card = () => board.get(key);

  const words = ({ sort, glyph, text, who }) => [
    make("span", { class: "cv-link-sort" }, make("span", { "aria-hidden": "true" }, glyph), ` ${sort}`),
    make("span", { class: "cv-link-text" }, text), make("span", { class: "hint" }, who)];
  const point = (index) => {
    active = Math.max(-1, Math.min(index, options().length - 1));
    options().forEach((option, place) => option.classList.toggle("is-active", place === active));
    options()[active]?.scrollIntoView({ block: "nearest" });
    if (active < 0) input.removeAttribute("aria-activedescendant");
    else input.setAttribute("aria-activedescendant", options()[active].id);
  };
  const show = (answer) => {
    const have = new Set(card()?.links);
    list.replaceChildren(...answer.found.map((one, index) => make("li", {
      role: "option", id: `found-${index}`, "data-link": one.link, "data-text": one.text, "aria-selected": String(have.has(one.link)),
    }, ...words(one))));
    linked.replaceChildren(...answer.linked.map((one) => make("li", { "data-link": one.link }, ...words(one),
      make("button", { type: "button", class: "btn btn-quiet btn-sm", "data-unlink": one.link, "aria-label": `Take away: ${one.text}` }, "Take away"))));
    count.textContent = answer.found.length ? `${plural(answer.found.length, "thing")} found` : "Nothing fits. Try another word.";
    point(-1);
  };
  const ask = async () => {
    const number = ++asked;
    const query = new URLSearchParams([["q", input.value], ...(card()?.links ?? []).map((link) => ["link", link])]);
    try {
      const response = await fetch(`${url}?${query}`, { headers: { Accept: "application/json" } });
      if (response.ok && number === asked) show(await response.json());
    } catch { count.textContent = "Links can be found as soon as the server can be reached again."; }
  };
  const toggle = (link, text) => {
    if (!card()) return;
    const on = !card().links.includes(link);
    board.setLink(key, link, on);
    say(on ? `Linked: ${text}` : `No longer linked: ${text}`);
    ask();
  };

  input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, PAUSE_MS); });
  input.addEventListener("keydown", (event) => {
    const steps = { ArrowDown: active + 1, ArrowUp: active - 1 };
    if (event.key in steps) point(steps[event.key]);
    else if (event.key === "Enter" && active >= 0) toggle(options()[active].dataset.link, options()[active].dataset.text);
    else if (event.key === "Escape") dialog.close(); // a search field would only empty itself
    else if (event.key !== "Enter") return;
    event.preventDefault();
  });
  dialog.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    const away = event.target.closest("[data-unlink]");
    if (option) toggle(option.dataset.link, option.dataset.text);
    else if (away) { toggle(away.dataset.unlink, ""); input.focus(); }
  });
  dialog.addEventListener("close", () => left(key));
  return {
    open(wanted) {
      key = wanted.key;
      dialog.querySelector("[data-link-text]").textContent = wanted.text || "No text yet";
      input.value = "";
      list.replaceChildren();
      linked.replaceChildren();
      dialog.showModal();
      input.focus();
      ask();
    },
  };
};
