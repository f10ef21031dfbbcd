// The evidence picker: j/k or arrows walk, Space supports, c contradicts, typing in the search field narrows.
const material = document.querySelector("[data-material]");
const typing = (target) => target.closest("input:not([type=checkbox]), textarea, select, dialog, details.menu[open]");
const singleKeys = () => document.documentElement.dataset.singleKeys !== "off";

if (material) {
  const pieces = [...material.querySelectorAll("[data-piece]")];
  const side = (piece, name) => piece.querySelector(`[data-side="${name}"]`);
  const search = material.querySelector("[data-material-search]");
  const count = material.querySelector("[data-material-count]");
  const shown = () => pieces.filter((piece) => !piece.hidden);

  const tally = () => {
    const of = (name) => pieces.filter((piece) => side(piece, name).checked).length;
    const [forIt, against] = [of("supports"), of("contradicts")];
    count.textContent = forIt || against ? `${forIt} for, ${against} against` : "nothing chosen";
    for (const piece of pieces) {
      piece.classList.toggle("is-for", side(piece, "supports").checked);
      piece.classList.toggle("is-against", side(piece, "contradicts").checked);
    }
    const bar = document.querySelector(".bulk");
    if (bar) bar.hidden = !forIt && !against;
  };

  // The same words cannot speak for and against one job.
  material.addEventListener("change", (event) => {
    const piece = event.target.closest("[data-piece]");
    if (!piece || !event.target.dataset.side) return;
    if (event.target.checked) side(piece, event.target.dataset.side === "supports" ? "contradicts" : "supports").checked = false;
    tally();
  });

  const go = (piece) => {
    if (!piece) return;
    side(piece, "supports").focus({ preventScroll: true });
    piece.scrollIntoView({ block: "nearest" });
  };
  const current = () => document.activeElement.closest?.("[data-piece]");
  const walk = (step) => {
    const all = shown();
    const here = all.indexOf(current());
    go(all[here < 0 ? 0 : Math.min(Math.max(here + step, 0), all.length - 1)]);
  };

  const keys = {
    j: () => walk(1),
    k: () => walk(-1),
    c: () => current() && side(current(), "contradicts").click(),
    w: () => document.getElementById("id_statement")?.focus(),
  };
  document.addEventListener("keydown", (event) => {
    if (event.altKey && event.code === "KeyE" && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      walk(0);
      return;
    }
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target === search && (event.key === "Enter" || event.key === "ArrowDown")) {
      event.preventDefault();
      go(shown()[0]);
      return;
    }
    if (typing(event.target)) return;
    // Enter in a tick box would send the form; here it goes on to the writing.
    if (event.key === "Enter" && current() && document.getElementById("id_statement")) {
      event.preventDefault();
      keys.w();
      return;
    }
    const arrow = current() ? { ArrowDown: 1, ArrowUp: -1 }[event.key] : undefined;
    const act = arrow ? () => walk(arrow) : singleKeys() ? keys[event.key] : undefined;
    if (!act) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    act();
  }, true);

  // A click on the words means: this supports it.
  material.addEventListener("click", (event) => {
    const words = event.target.closest("[data-piece-words]");
    if (!words || String(getSelection())) return;
    const box = side(words.closest("[data-piece]"), "supports");
    box.click();
    box.focus({ preventScroll: true });
  });

  const narrow = () => {
    const wanted = search.value.trim().toLocaleLowerCase().split(/\s+/).filter(Boolean);
    for (const piece of pieces) {
      const text = piece.querySelector("[data-piece-words]").textContent.toLocaleLowerCase();
      const ticked = side(piece, "supports").checked || side(piece, "contradicts").checked;
      piece.hidden = !ticked && !wanted.every((word) => text.includes(word));
    }
    for (const group of material.querySelectorAll("[data-material-group]")) {
      group.hidden = ![...group.querySelectorAll("[data-piece]")].some((piece) => !piece.hidden);
    }
    material.querySelector("[data-material-none]").hidden = shown().length > 0;
  };
  search.hidden = false;
  search.addEventListener("input", narrow);
  tally();

  // The desk starts where the work starts: at what was said.
  if (document.querySelector("[data-job-desk]") && !document.querySelector(".is-invalid, .alert-danger")) {
    side(pieces[0], "supports").focus({ preventScroll: true });
  }
}
