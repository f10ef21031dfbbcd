// Walking over the canvas by keys: one stop in the tab order, arrows go on from there.
export const createWalk = ({ root, fields }) => {
  const shown = (element) => element.getClientRects().length > 0;
  const stops = (field) => [...field.querySelectorAll(".cv-card, .cv-new")].filter(shown);
  const fieldOf = (phase, lane) => fields.find((field) => Number(field.dataset.inPhase) === phase && field.dataset.lane === lane);

  // Only the card that has the focus offers its buttons to Tab: five hundred cards would be two thousand stops
  let current = null;
  const offer = (stop, index) => {
    stop.tabIndex = index;
    for (const inner of stop.querySelectorAll("button, a, summary")) inner.tabIndex = index;
  };
  const rove = (wanted) => {
    const next = wanted ?? (current?.isConnected && shown(current) ? current : [...root.querySelectorAll(".cv-card, .cv-new")].find(shown));
    if (!next || next === current) return;
    if (current) offer(current, -1);
    current = next;
    offer(current, 0);
  };
  for (const stop of root.querySelectorAll(".cv-new")) offer(stop, -1);
  const showPhase = (phase) => {
    if (!phase || root.dataset.shownPhase === String(phase)) return;
    root.dataset.shownPhase = phase;
    for (const tab of root.querySelectorAll("[data-phase-tab]")) {
      if (tab.dataset.phaseTab === String(phase)) tab.setAttribute("aria-current", "true");
      else tab.removeAttribute("aria-current");
    }
  };
  // Where one phase shows at a time, the row that was read stays in sight
  const turn = (phase) => {
    const edge = root.querySelector(".cv-tabs").getBoundingClientRect().bottom;
    const row = fields.map((field) => [field, field.getBoundingClientRect()]).find(([, box]) => box.top < edge && box.bottom > edge)?.[0];
    showPhase(phase);
    const there = row && fieldOf(Number(phase), row.dataset.lane);
    // Twice: cards above it get their size once they are near the screen
    for (const wait of there ? [0, 60] : []) setTimeout(() => there.scrollIntoView(), wait);
  };
  // The room turns the page: to what is to be done there, and to the head of the phase
  const turnTo = (phase) => {
    showPhase(phase);
    if (shown(root.querySelector(".cv-tabs"))) root.querySelector(".ws-words")?.scrollIntoView();
  };
  const focus = (element) => {
    if (!element) return;
    showPhase(element.closest("[data-field]")?.dataset.inPhase);
    if (element.matches(".cv-card, .cv-new")) rove(element);
    element.focus({ preventScroll: true });
    element.scrollIntoView({ block: "nearest", inline: "nearest" });
  };
  const walk = (from, key) => {
    const field = from.closest("[data-field]");
    const phase = Number(field.dataset.inPhase);
    if (key === "ArrowLeft" || key === "ArrowRight") {
      const next = fieldOf(phase + (key === "ArrowRight" ? 1 : -1), field.dataset.lane);
      if (!next) return;
      const here = stops(field).indexOf(from);
      showPhase(next.dataset.inPhase);
      focus(stops(next)[Math.min(here, stops(next).length - 1)]);
      return;
    }
    const column = fields.filter((each) => Number(each.dataset.inPhase) === phase).flatMap(stops);
    focus(column[column.indexOf(from) + (key === "ArrowDown" ? 1 : -1)]);
  };

  root.addEventListener("focusin", (event) => {
    const stop = event.target.closest(".cv-card, .cv-new");
    if (stop) rove(stop);
    showPhase(event.target.closest("[data-field]")?.dataset.inPhase);
  });
  root.addEventListener("click", (event) => {
    const tab = event.target.closest("[data-phase-tab]");
    if (!tab) return;
    event.preventDefault();
    turn(tab.dataset.phaseTab);
  });
  return { walk, focus, rove, showPhase, turnTo, shown };
};
