// Dragging by mouse, pen or finger: own pointer code, because the browser's own dragging knows no touch.
const FAR_ENOUGH = 5; // px: less is a click

// `drop(key, phase, lane, after)`; `may(key)` tells whether a card may be taken.
export const createDrag = ({ root, fields, may, begin, drop, left }) => {
  const gap = Object.assign(document.createElement("li"), { className: "cv-gap" });
  gap.setAttribute("aria-hidden", "true");
  let drag = null;
  let [justDragged, scrolling] = [false, 0];
  const shownCards = (field) => [...field.querySelectorAll(".cv-card")].filter((card) => card !== drag.element && card.getClientRects().length);

  const lift = (event) => {
    begin();
    const { element } = drag;
    const box = element.getBoundingClientRect();
    const ghost = element.cloneNode(true);
    ghost.removeAttribute("id");
    ghost.classList.add("cv-ghost");
    ghost.style.width = `${box.width}px`;
    document.body.append(ghost);
    element.classList.add("is-dragged");
    document.body.classList.add("cv-dragging");
    Object.assign(drag, { ghost, dx: event.clientX - box.left, dy: event.clientY - box.top });
  };
  const aim = (x, y) => {
    for (const field of fields) field.classList.remove("drop-here");
    const field = document.elementFromPoint(x, y)?.closest("[data-field]:not([data-locked])") ?? null;
    gap.remove();
    drag.field = field;
    if (!field) return;
    field.classList.add("drop-here");
    const others = shownCards(field);
    const below = others.find((card) => { const box = card.getBoundingClientRect(); return y < box.top + box.height / 2; });
    drag.after = (below ? others[others.indexOf(below) - 1] : others.at(-1))?.dataset.key ?? null;
    field.querySelector("[data-list]").insertBefore(gap, below ?? null);
  };
  const edge = () => {
    cancelAnimationFrame(scrolling);
    if (!drag?.ghost) return;
    const scroller = root.querySelector("[data-scroll]");
    const own = scroller.scrollHeight > scroller.clientHeight + 1;
    const box = own ? scroller.getBoundingClientRect() : { top: 44, bottom: innerHeight - 56 };
    const step = drag.y < box.top + 60 ? -8 : drag.y > box.bottom - 50 ? 8 : 0;
    if (step) {
      (own ? scroller : root.closest(".work") ?? document.scrollingElement).scrollBy(0, step);
      aim(drag.x, drag.y);
      scrolling = requestAnimationFrame(edge);
    }
  };
  const stop = (dropped) => {
    if (!drag) return;
    const { element, ghost, field, after } = drag;
    ghost?.remove();
    gap.remove();
    element.classList.remove("is-dragged");
    document.body.classList.remove("cv-dragging");
    for (const each of fields) each.classList.remove("drop-here");
    drag = null;
    if (!ghost) return;
    justDragged = true;
    setTimeout(() => { justDragged = false; }, 0);
    if (dropped && field) drop(element.dataset.key, Number(field.dataset.inPhase), field.dataset.lane, after);
    else left();
  };

  root.addEventListener("pointerdown", (event) => {
    const element = event.target.closest(".cv-card");
    if (!element?.dataset.key || event.button || event.target.closest("button, a, summary, textarea, .menu-list") || !may(element.dataset.key)) return;
    // A finger scrolls the page unless it takes the grip
    if (event.pointerType !== "mouse" && !event.target.closest("[data-grip]")) return;
    drag = { element, x: event.clientX, y: event.clientY, pointer: event.pointerId };
  });
  document.addEventListener("pointermove", (event) => {
    if (!drag || event.pointerId !== drag.pointer) return;
    if (!drag.ghost && Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < FAR_ENOUGH) return;
    if (!drag.ghost) lift(event);
    event.preventDefault();
    Object.assign(drag, { x: event.clientX, y: event.clientY });
    drag.ghost.style.transform = `translate(${event.clientX - drag.dx}px, ${event.clientY - drag.dy}px)`;
    aim(event.clientX, event.clientY);
    edge();
  }, { passive: false });
  document.addEventListener("pointerup", (event) => drag && event.pointerId === drag.pointer && stop(true));
  document.addEventListener("pointercancel", () => stop(false));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !drag?.ghost) return;
    event.preventDefault();
    event.stopPropagation();
    stop(false);
  }, true);
  return {
    get active() { return Boolean(drag?.ghost); },
    get justDragged() { return justDragged; },
    // Somebody deleted the card that is being dragged
    heard(key) { if (drag?.element.dataset.key === key) stop(false); },
  };
};
