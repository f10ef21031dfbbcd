// The board of groups: cards dragged between lanes or moved by the "Move to" list, pairs pinned in a dialog, arrows from card to card,
// Ctrl/Cmd+Z, a cheap look every few seconds for what a colleague changed.
import { COULD_NOT, aloud, post, refusing, why } from "./posting.js";

const root = document.querySelector("[data-clusters]");
const LOOK_EVERY = 5000;

if (root) {
  const holder = root.querySelector("[data-clusters-board]");
  const status = root.querySelector("[data-clusters-status]");
  const banner = root.querySelector("[data-clusters-news]");
  const mayMove = root.hasAttribute("data-may-move");
  const dialog = document.getElementById("place-dialog");
  const pins = document.getElementById("pin-dialog");
  const say = aloud(status);
  const refuse = refusing(say);
  const cards = (lane) => [...lane.querySelectorAll("[data-card]")];
  const lanes = () => [...holder.querySelectorAll("[data-lane]")];
  const card = (id) => holder.querySelector(`[data-card="${id}"]`);
  const seen = () => Number(holder.querySelector("[data-change]")?.dataset.change ?? 0);

  // --- answers ---
  const show = (html, focusOn, next) => {
    holder.innerHTML = html;
    window.htmx?.process(holder);
    dress();
    banner.hidden = true;
    return focusOn ? settle(focusOn, next) : "";
  };
  // Decided on one proposal, the next one is at hand; else the card that was meant, wherever it is now; else how the board stands.
  const settle = (focusOn, next) => {
    const button = next && card(next)?.querySelector("[data-board-form] button");
    (button || card(focusOn)?.querySelector("a"))?.focus();
    if (document.activeElement === document.body) {
      const head = holder.querySelector(".board-head");
      head.tabIndex = -1;
      head.focus();
    }
    return button ? ` Next: “${card(next).dataset.statement}”.` : "";
  };
  let changed = "none"; // the job that was last decided on: who takes it back from elsewhere on the board comes to it
  const change = async (url, fields, words, focusOn, next) => {
    changed = focusOn ?? changed;
    holder.setAttribute("aria-busy", "true");
    try {
      say(words + show(await post(url + location.search, fields), focusOn, next));
    } catch (reason) {
      refuse(why(reason));
    } finally {
      holder.removeAttribute("aria-busy");
    }
  };
  const reload = async () => {
    const answer = await fetch(root.dataset.url + location.search, { headers: { "HX-Request": "true" } });
    if (answer.ok) show(await answer.text(), document.activeElement.closest?.("[data-card]")?.dataset.card);
  };

  // --- moving ---
  const laneName = (id) => [...holder.querySelector("[data-groups]").content.children].find((button) => button.value === id)?.textContent ?? "No group yet";
  const place = (id, to, reason = "") => (to === "new" ? found(id, reason) : put(id, to, reason));
  const found = (id, reason) => change(root.dataset.new, { jobs: id, reason }, "A new group holds it. Control Z takes it back.", id);
  const put = (id, to, reason) => change(root.dataset.place, { job: id, to, reason }, `Moved to “${laneName(to)}”. Control Z takes it back.`, id);

  const askWhere = (slip) => {
    const here = slip.closest("[data-lane]").dataset.lane;
    const list = dialog.querySelector("[data-place-list]");
    list.replaceChildren(holder.querySelector("[data-groups]").content.cloneNode(true));
    for (const [value, text] of [["", "No group"], ["new", "A new group"]]) {
      const button = document.createElement("button");
      Object.assign(button, { type: "submit", name: "to", value, textContent: text });
      list.append(button);
    }
    for (const button of list.children) button.hidden = button.value === here;
    dialog.querySelector("[data-place-job]").textContent = slip.dataset.statement;
    dialog.querySelector("[name=job]").value = slip.dataset.card;
    dialog.querySelector("[data-place-find]").value = "";
    dialog.querySelector("[data-place-reason]").value = "";
    dialog.returnValue = "";
    dialog.showModal();
    dialog.querySelector("[data-place-find]").focus();
  };

  if (dialog) {
    const find = dialog.querySelector("[data-place-find]");
    const buttons = () => [...dialog.querySelectorAll("[data-place-list] button")];
    const here = () => card(dialog.querySelector("[name=job]").value)?.closest("[data-lane]").dataset.lane;
    find.addEventListener("input", () => {
      const wanted = find.value.trim().toLocaleLowerCase();
      for (const button of buttons()) button.hidden = button.value === here() || !button.textContent.toLocaleLowerCase().includes(wanted);
    });
    dialog.addEventListener("keydown", (event) => {
      const open = buttons().filter((button) => !button.hidden);
      const at = open.indexOf(document.activeElement);
      if (event.key === "ArrowDown") open[Math.min(at + 1, open.length - 1)]?.focus();
      else if (event.key === "ArrowUp") (at <= 0 ? find : open[at - 1]).focus();
      else if (event.key === "Enter" && event.target === find) open[0]?.click();
      else return;
      event.preventDefault();
    });
    dialog.querySelector("form").addEventListener("submit", (event) => {
      event.preventDefault();
      const id = dialog.querySelector("[name=job]").value;
      dialog.close();
      place(id, event.submitter?.value ?? "", dialog.querySelector("[data-place-reason]").value);
    });
  }

  // --- pinning: the form comes from the server with the jobs that lie near ---
  const askWithWhom = async (slip) => {
    const answer = await fetch(`${root.dataset.pin}?job=${slip.dataset.card}`, { headers: { "HX-Request": "true" } });
    if (!answer.ok || answer.redirected) return refuse(COULD_NOT);
    const body = pins.querySelector("[data-pin-body]");
    body.innerHTML = await answer.text();
    window.htmx?.process(body);
    pins.showModal();
    return body.querySelector("#pin-find").focus();
  };
  pins?.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!event.target.matches("[data-pin-form]")) return pins.querySelector("[name=other]")?.focus();
    const fields = new FormData(event.target);
    pins.close();
    return change(root.dataset.pin, fields, "Pinned. The next grouping obeys; Control Z takes it back.", fields.get("one"));
  });

  // --- forms on cards: a proposal is taken in or turned down ---
  const proposalBeside = (slip) => {
    const all = [...holder.querySelectorAll("[data-card]")].filter((each) => each.querySelector("[data-board-form]"));
    const at = all.indexOf(slip);
    return (all[at + 1] ?? all[at - 1])?.dataset.card;
  };
  holder.addEventListener("submit", (event) => {
    const words = event.target.dataset.boardForm;
    if (!words) return;
    event.preventDefault();
    const slip = event.target.closest("[data-card]");
    change(event.target.action, new FormData(event.target), words, slip.dataset.card, proposalBeside(slip));
  });

  // --- keys ---
  const walk = (slip, key) => {
    const all = lanes().filter((lane) => cards(lane).length);
    const lane = slip.closest("[data-lane]");
    const here = cards(lane);
    const at = here.indexOf(slip);
    if (key === "ArrowDown" || key === "ArrowUp") return here[at + (key === "ArrowDown" ? 1 : -1)];
    const beside = all[all.indexOf(lane) + (key === "ArrowRight" ? 1 : -1)];
    return beside && cards(beside)[Math.min(at, cards(beside).length - 1)];
  };
  holder.addEventListener("keydown", (event) => {
    const slip = event.target.closest("[data-card]");
    if (!slip || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.key.startsWith("Arrow")) {
      const next = walk(slip, event.key);
      next?.querySelector("a").focus();
      next?.scrollIntoView({ block: "nearest", inline: "nearest" });
    } else if (event.key === "m" && mayMove && document.documentElement.dataset.singleKeys !== "off") {
      askWhere(slip);
    } else if (event.key === "p" && mayMove && document.documentElement.dataset.singleKeys !== "off") {
      askWithWhom(slip);
    } else {
      return;
    }
    event.preventDefault();
  });
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.shiftKey || event.key.toLowerCase() !== "z" || !mayMove) return;
    if (event.target.closest("input, textarea, select, dialog")) return;
    event.preventDefault();
    const here = document.activeElement;
    change(root.dataset.undo, {}, "Undone.", here.closest("[data-card]")?.dataset.card ?? (holder.contains(here) ? changed : undefined));
  });

  // --- clicks: the quotes behind a job open beside the board ---
  holder.addEventListener("click", (event) => {
    const slip = event.target.closest("[data-card]");
    if (event.target.closest("[data-move-card]")) return askWhere(slip);
    const modified = event.ctrlKey || event.metaKey || event.shiftKey;
    if (event.target.closest("[data-pin-card]") && !modified) {
      event.preventDefault();
      return askWithWhom(slip);
    }
    const link = event.target.closest("[data-said]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || !window.htmx) return undefined;
    event.preventDefault();
    for (const other of holder.querySelectorAll("[data-card]")) other.removeAttribute("aria-selected");
    slip.classList.add("is-read");
    holder.querySelectorAll(".is-read").forEach((other) => other.classList.toggle("is-read", other === slip));
    if (!matchMedia("(max-width: 899.98px)").matches && document.documentElement.dataset.inspector === "hidden") document.documentElement.dataset.inspector = "shown";
    return window.htmx.ajax("GET", `${link.pathname}said/`, { target: "#board-said", swap: "innerHTML" });
  });

  // --- dragging ---
  let dragged = null;
  const clear = () => lanes().forEach((lane) => lane.classList.remove("drop-here"));
  holder.addEventListener("dragstart", (event) => {
    dragged = event.target.closest("[data-card]");
    if (!dragged) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.dataset.statement);
    requestAnimationFrame(() => dragged?.classList.add("is-dragged"));
  });
  holder.addEventListener("dragover", (event) => {
    const lane = event.target.closest("[data-lane]");
    if (!dragged || !lane || lane.contains(dragged)) return clear();
    event.preventDefault();
    clear();
    return lane.classList.add("drop-here");
  });
  holder.addEventListener("drop", (event) => {
    const lane = event.target.closest("[data-lane]");
    if (!dragged || !lane || lane.contains(dragged)) return;
    event.preventDefault();
    place(dragged.dataset.card, lane.dataset.lane);
  });
  holder.addEventListener("dragend", () => {
    clear();
    dragged?.classList.remove("is-dragged");
    dragged = null;
  });

  const dress = () => {
    if (!mayMove) return;
    for (const slip of holder.querySelectorAll("[data-card]")) slip.draggable = true;
    for (const button of holder.querySelectorAll("[data-move-card]")) button.hidden = false;
  };
  dress();

  // --- colleagues ---
  const look = async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(root.dataset.news, { headers: { Accept: "application/json" } });
      if (!answer.ok || answer.redirected) return;
      const news = await answer.json();
      if (news.id <= seen() || !banner.hidden) return;
      banner.querySelector("[data-clusters-news-text]").textContent = news.mine ? "You changed the groups in another window." : `${news.by} changed the groups.`;
      banner.hidden = false;
    } catch { /* the next look will tell */ }
  };
  setInterval(look, LOOK_EVERY);
  banner.querySelector("[data-clusters-reload]").addEventListener("click", reload);
  document.addEventListener("run-over", reload);
}
