// The job map as a treegrid: arrows walk and fold, Alt+arrows and dragging move, Ctrl/Cmd+Z takes back.
import { aloud, post, refusing, why } from "./posting.js";

const map = document.querySelector("[data-jobmap]");

if (map) {
  const holder = map.querySelector("[data-jobmap-tree]");
  const status = map.querySelector("[data-jobmap-status]");
  const mayMove = map.hasAttribute("data-may-move");
  const folded = new Set();
  const moves = [];
  let readingTimer = 0;
  let busy = false;

  const rows = () => [...holder.querySelectorAll("[data-job]")];
  const shown = () => rows().filter((row) => !row.hidden);
  const byId = (id) => holder.querySelector(`[data-job="${id}"]`);
  const parentOf = (row) => (row.dataset.parent ? byId(row.dataset.parent) : null);
  const childrenOf = (id) => rows().filter((row) => row.dataset.parent === id);
  const siblingsOf = (row) => childrenOf(row.dataset.parent);
  const name = (row) => row.querySelector(".jobmap-job a").textContent;
  const say = aloud(status);
  const refuse = refusing(say);

  // --- folding ---
  const fold = () => {
    for (const row of rows()) {
      const open = !folded.has(row.dataset.job);
      if (row.hasAttribute("aria-expanded")) row.setAttribute("aria-expanded", String(open));
      const above = parentOf(row);
      row.hidden = Boolean(above) && (above.hidden || folded.has(above.dataset.job));
    }
  };
  const setFolded = (row, closed) => {
    if (!row.hasAttribute("aria-expanded")) return;
    folded[closed ? "add" : "delete"](row.dataset.job);
    fold();
  };

  // --- focus and the inspector ---
  const read = (row) => {
    for (const other of rows()) other.toggleAttribute("aria-selected", false);
    row.setAttribute("aria-selected", "true");
    clearTimeout(readingTimer);
    readingTimer = setTimeout(() => {
      window.htmx?.ajax("GET", row.dataset.reading, { target: "#map-reading", swap: "innerHTML" });
    }, 120);
  };
  const focus = (row) => {
    if (!row) return;
    for (const other of rows()) other.tabIndex = other === row ? 0 : -1;
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  };
  holder.addEventListener("focusin", (event) => {
    const row = event.target.closest("[data-job]");
    if (row && row.getAttribute("aria-selected") !== "true") read(row);
  });
  holder.addEventListener("click", (event) => {
    const row = event.target.closest("[data-job]");
    if (!row || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (event.target.closest(".jobmap-fold")) setFolded(row, !folded.has(row.dataset.job));
    if (event.target.closest("a")) event.preventDefault();
    focus(row);
  });

  // --- moving ---
  const send = (row, parent, before) => {
    const url = `${row.dataset.move}?${holder.querySelector("[data-query]").dataset.query}`;
    return post(url, { parent: parent ?? "", before: before ?? "" });
  };
  const place = (row) => {
    const siblings = siblingsOf(row);
    return [row.dataset.parent, siblings[siblings.indexOf(row) + 1]?.dataset.job ?? ""];
  };
  const move = async (row, parent, before, { taking = false } = {}) => {
    if (busy || !mayMove) return;
    const id = row.dataset.job;
    const [oldParent, oldBefore] = place(row);
    busy = true;
    holder.setAttribute("aria-busy", "true");
    try {
      const html = await send(row, parent, before);
      if (!taking) moves.push([id, oldParent, oldBefore]);
      if (parent) folded.delete(String(parent));
      holder.innerHTML = html;
      dress();
      const moved = byId(id);
      if (moved) {
        const above = parentOf(moved);
        focus(moved);
        say(`${taking ? "Taken back. " : ""}“${name(moved)}”, ${above ? `in order to “${name(above)}”` : "at the top"}, ${moved.ariaPosInSet} of ${moved.ariaSetSize}.`);
      }
    } catch (reason) {
      refuse(why(reason));
      byId(id)?.focus();
    } finally {
      busy = false;
      holder.removeAttribute("aria-busy");
    }
  };

  const among = (row, step) => {
    const siblings = siblingsOf(row);
    const here = siblings.indexOf(row);
    const target = siblings[here + step];
    if (!target) return say(step < 0 ? "It is the first already." : "It is the last already.");
    if (!row.dataset.parent && target.dataset.level !== row.dataset.level) return say("At the top, higher levels stand first. Move it under another job, or change its level.");
    const before = step < 0 ? target : siblings[here + 2];
    if (step > 0 && !before && rows().length < Number(row.ariaSetSize)) return say("It is the last on this page.");
    return move(row, row.dataset.parent, before?.dataset.job);
  };
  const indent = (row) => {
    const siblings = siblingsOf(row);
    const above = siblings[siblings.indexOf(row) - 1];
    return above ? move(row, above.dataset.job, "") : say("There is no job above it to serve.");
  };
  const outdent = (row) => {
    const above = parentOf(row);
    if (!above) return say("It stands at the top already.");
    const aunts = siblingsOf(above);
    return move(row, above.dataset.parent, aunts[aunts.indexOf(above) + 1]?.dataset.job);
  };
  const takeBack = () => {
    const last = moves.pop();
    const row = last && byId(last[0]);
    return row ? move(row, last[1], last[2], { taking: true }) : say("There is no move to take back.");
  };

  // --- keys ---
  let typed = "";
  let typedTimer = 0;
  const typeAhead = (row, key) => {
    clearTimeout(typedTimer);
    typed += key.toLocaleLowerCase();
    typedTimer = setTimeout(() => { typed = ""; }, 700);
    const all = shown();
    const from = all.indexOf(row) + (typed.length === 1 ? 1 : 0);
    focus([...all.slice(from), ...all.slice(0, from)].find((other) => name(other).toLocaleLowerCase().startsWith(typed)));
  };
  // g goes to other pages and m moves, unless single keys are off; with Shift every letter finds a job.
  const startsTyping = (key) => /^\p{L}$/u.test(key) && (document.documentElement.dataset.singleKeys === "off" || !/^[gm]$/.test(key));
  const step = (row, by) => {
    const all = shown();
    focus(all[Math.min(Math.max(all.indexOf(row) + by, 0), all.length - 1)]);
  };
  const plain = {
    ArrowDown: (row) => step(row, 1),
    ArrowUp: (row) => step(row, -1),
    Home: () => focus(shown()[0]),
    End: () => focus(shown().at(-1)),
    ArrowRight: (row) => (folded.has(row.dataset.job) ? setFolded(row, false) : focus(childrenOf(row.dataset.job)[0])),
    ArrowLeft: (row) => (row.ariaExpanded === "true" ? setFolded(row, true) : focus(parentOf(row))),
    Enter: (row) => {
      read(row);
      if (matchMedia("(max-width: 899.98px)").matches) row.querySelector("[data-opens-inspector]").click();
    },
    " ": (row) => setFolded(row, !folded.has(row.dataset.job)),
  };
  const withAlt = { ArrowUp: (row) => among(row, -1), ArrowDown: (row) => among(row, 1), ArrowRight: indent, ArrowLeft: outdent };
  const toMenu = () => {
    document.documentElement.dataset.inspector = matchMedia("(max-width: 899.98px)").matches ? "open" : "shown";
    const tryFocus = (left) => {
      const field = document.getElementById("move-parent");
      if (field) field.focus();
      else if (left) setTimeout(() => tryFocus(left - 1), 60);
    };
    setTimeout(() => tryFocus(20), 150);
  };

  holder.addEventListener("keydown", (event) => {
    const row = event.target.closest("[data-job]");
    if (!row || event.defaultPrevented || event.ctrlKey || event.metaKey) return;
    if (event.altKey) {
      if (!withAlt[event.key]) return;
      event.preventDefault();
      withAlt[event.key](row);
      return;
    }
    if (plain[event.key]) {
      event.preventDefault();
      event.stopPropagation();
      plain[event.key](row);
    } else if (document.documentElement.dataset.singleKeys !== "off" && event.key === "m" && mayMove) {
      event.preventDefault();
      toMenu();
    } else if (typed ? event.key.length === 1 : startsTyping(event.key)) {
      event.preventDefault();
      event.stopPropagation();
      typeAhead(row, event.key);
    }
  });
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.shiftKey || event.key.toLowerCase() !== "z") return;
    if (event.target.closest("input, textarea, select, dialog") || !mayMove) return;
    event.preventDefault();
    takeBack();
  });

  // --- dragging: the upper third of a row means ahead of it, the rest means under it ---
  let dragged = null;
  let mark = null;
  const clear = () => {
    for (const row of rows()) row.classList.remove("drop-before", "drop-under", "is-dragged");
    holder.querySelector("[data-drop-top]")?.classList.remove("drop-here");
    mark = null;
  };
  holder.addEventListener("dragstart", (event) => {
    dragged = event.target.closest("[data-job]");
    if (!dragged) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", name(dragged));
    requestAnimationFrame(() => dragged?.classList.add("is-dragged"));
    holder.querySelector("[data-drop-top]").hidden = false;
  });
  holder.addEventListener("dragover", (event) => {
    const top = event.target.closest("[data-drop-top]");
    const row = event.target.closest("[data-job]");
    if (!dragged || (!top && (!row || row === dragged))) return;
    event.preventDefault();
    const box = (row || top).getBoundingClientRect();
    const before = row && event.clientY < box.top + box.height / 3;
    clear();
    dragged.classList.add("is-dragged");
    (top || row).classList.add(top ? "drop-here" : before ? "drop-before" : "drop-under");
    mark = top ? ["", ""] : before ? [row.dataset.parent, row.dataset.job] : [row.dataset.job, ""];
  });
  holder.addEventListener("drop", (event) => {
    if (!dragged || !mark) return;
    event.preventDefault();
    const [row, [parent, before]] = [dragged, mark];
    clear();
    if (parent !== row.dataset.job) move(row, parent, before);
    else refuse("A job cannot serve itself.");
  });
  holder.addEventListener("dragend", () => {
    clear();
    dragged = null;
    const zone = holder.querySelector("[data-drop-top]");
    if (zone) zone.hidden = true;
  });

  const dress = () => {
    fold();
    if (!mayMove) return;
    for (const row of rows()) row.draggable = true;
    for (const link of holder.querySelectorAll(".jobmap-job a")) link.draggable = false;
    const zone = document.createElement("p");
    zone.className = "drop-top hint";
    zone.dataset.dropTop = "";
    zone.hidden = true;
    zone.textContent = "Drop here: to the top of the map";
    holder.append(zone);
  };
  dress();
}
