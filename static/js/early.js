// What somebody does before the page's scripts are there happens once they are. Modules begin when the page has come; a
// page that goes on waiting says data-ready="no", and later fires "ready".
(() => {
  // What does nothing without a script: the rest of a page works by itself
  const SCRIPTED = "button[type=button], .hl, [data-ready=no] [data-own-enter] button";
  const FIELDS = "input, select, textarea, dialog, [contenteditable]";
  const PRESSED = "a, button, summary"; // by Enter and Space, which become clicks
  const kept = [];
  const isPress = ({ key, target }) => ["Enter", " "].includes(key) && target.closest(PRESSED);
  const isMeant = (event) => (event.type === "click" ? event.target.closest(SCRIPTED) : !event.target.closest(FIELDS) && !isPress(event));

  const keep = (event) => {
    if (!isMeant(event)) return;
    kept.push(event);
    event.stopImmediatePropagation();
    if (event.type === "click") event.preventDefault();
  };
  const again = (event) => {
    const target = event.type === "click" ? event.target : document.activeElement; // which an earlier key has moved
    target.dispatchEvent(new event.constructor(event.type, event));
  };
  const begin = () => {
    for (const type of ["click", "keydown"]) removeEventListener(type, keep, true);
    kept.splice(0).forEach(again);
  };
  for (const type of ["click", "keydown"]) addEventListener(type, keep, true);
  addEventListener("DOMContentLoaded", () => { if (!document.querySelector("[data-ready=no]")) begin(); });
  document.addEventListener("ready", begin);
})();
