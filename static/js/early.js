// What somebody does before the page's scripts are there happens once they are. Modules begin when the page has come; a
// page that goes on waiting says data-ready="no", and later fires "ready". Where they do not come, the page says so.
(() => {
  // What does nothing without a script: the rest of a page works by itself
  const SCRIPTED = "button[type=button], .hl, [data-ready=no] [data-own-enter] button";
  const FIELDS = "input, select, textarea, dialog, [contenteditable]";
  const PRESSED = "a, button, summary"; // by Enter and Space, which become clicks
  const PATIENCE = 20000; // ms
  const LATE = "Parts of this page have not come, so some of it does nothing. Copy what you have typed, then load it again.";
  const kept = [];
  let notice = null;
  let broken = false;
  const isPress = ({ key, target }) => ["Enter", " "].includes(key) && target.closest(PRESSED);
  const isMeant = (event) => (event.type === "click" ? event.target.closest(SCRIPTED) : !event.target.closest(FIELDS) && !isPress(event));

  const keep = (event) => {
    if (event.target.closest(".notice") || !isMeant(event)) return;
    kept.push(event);
    event.stopImmediatePropagation();
    if (event.type === "click") event.preventDefault();
  };
  const again = (event) => {
    const target = event.type === "click" ? event.target : document.activeElement; // which an earlier key has moved
    target.dispatchEvent(new event.constructor(event.type, event));
  };
  const letGo = () => {
    clearTimeout(patience);
    for (const type of ["click", "keydown"]) removeEventListener(type, keep, true);
  };
  const begin = () => {
    letGo();
    if (!broken) notice?.remove();
    kept.splice(0).forEach(again);
  };

  // A notice like any other, made without the script that makes them
  const complain = () => {
    letGo();
    const template = document.getElementById("notice-template");
    if (notice || !template) return;
    notice = template.content.firstElementChild.cloneNode(true);
    notice.classList.add("notice--error");
    notice.querySelector(".notice-text").textContent = LATE;
    const [form, dismiss] = [notice.querySelector("form"), notice.querySelector("[data-dismiss]")];
    form.querySelector("button").textContent = "Load again";
    form.querySelector("button").removeAttribute("data-shortcut");
    form.addEventListener("submit", (event) => { event.preventDefault(); location.reload(); });
    dismiss.addEventListener("click", () => notice.remove());
    document.getElementById("notices").append(notice);
  };
  // A form that only a script can send keeps what is typed in it
  const stay = (event) => { if (event.target.closest("[data-ready=no]")) event.preventDefault(); };
  addEventListener("submit", stay, true);

  const patience = setTimeout(complain, PATIENCE);
  for (const type of ["click", "keydown"]) addEventListener(type, keep, true);
  addEventListener("error", ({ target }) => {
    if (!(target instanceof HTMLScriptElement)) return;
    broken = true;
    complain();
  }, true);
  addEventListener("DOMContentLoaded", () => { if (!document.querySelector("[data-ready=no]")) begin(); });
  document.addEventListener("ready", begin);
})();
