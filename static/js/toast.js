// Notices, with Undo where there is one. Sources: Django's messages on load, an HX-Trigger header
// {"toast": {"text": "...", "undo": "/url/", "level": "error"}}, or document.dispatchEvent(new CustomEvent("toast", {detail})).
const region = document.getElementById("notices");
const template = document.getElementById("notice-template");

const lifetime = (notice) => {
  if (notice.classList.contains("notice--error") || notice.classList.contains("notice--warning")) return 0;
  return notice.querySelector(".notice-undo") ? 20000 : 7000;
};

const settle = (notice) => {
  const time = lifetime(notice);
  if (!time || notice.dataset.settled) return;
  notice.dataset.settled = "yes";
  let timer = setTimeout(() => notice.remove(), time);
  const hold = () => clearTimeout(timer);
  const release = () => { timer = setTimeout(() => notice.remove(), time); };
  for (const name of ["mouseenter", "focusin"]) notice.addEventListener(name, hold);
  for (const name of ["mouseleave", "focusout"]) notice.addEventListener(name, release);
};

// What says that the server cannot be reached goes once it answers.
const reached = () => { for (const notice of region.querySelectorAll("[data-unreached]")) notice.remove(); };

// `undo` is an address that takes a POST, or a function; `label` says what it does where that is not "Undo".
const show = ({ text, undo, label, level = "success", unreached = false }) => {
  if (unreached) reached(); // once is enough
  const notice = template.content.firstElementChild.cloneNode(true);
  notice.classList.add(`notice--${level}`);
  notice.toggleAttribute("data-unreached", unreached);
  notice.querySelector(".notice-text").textContent = text;
  const form = notice.querySelector("form");
  if (label) form.querySelector("button").textContent = label;
  if (typeof undo === "function") {
    form.addEventListener("submit", (event) => { event.preventDefault(); notice.remove(); undo(); });
  } else if (undo) form.action = undo;
  else form.remove();
  for (const older of region.querySelectorAll("[data-shortcut]")) older.removeAttribute("data-shortcut");
  region.append(notice);
};

// A screen reader speaks of what comes into the region, not of what was there with the page: that is said once more.
const say = (words) => {
  const line = document.createElement("p");
  line.className = "visually-hidden";
  line.textContent = words;
  region.append(line);
  setTimeout(() => line.remove(), 5000);
};

if (region) {
  new MutationObserver(() => region.querySelectorAll(".notice").forEach(settle)).observe(region, { childList: true });
  region.querySelectorAll(".notice").forEach(settle);
  const told = [...region.querySelectorAll(".notice-text")].map((text) => text.textContent);
  if (told.length) setTimeout(() => say(told.join(" ")), 500);
  region.addEventListener("click", (event) => event.target.closest("[data-dismiss]")?.closest(".notice").remove());
  document.addEventListener("toast", (event) => show(event.detail));
  document.addEventListener("htmx:sendError", () => show({ level: "error", unreached: true, text: "The server cannot be reached. What you wrote is still on this page; try again in a moment." }));
  document.addEventListener("htmx:afterRequest", ({ detail }) => { if (detail.successful) reached(); });
  document.addEventListener("save-state", ({ detail }) => { if (["saved", "looking"].includes(detail.state)) reached(); });
  document.addEventListener("htmx:responseError", (event) => {
    const { status, responseText } = event.detail.xhr;
    const said = [413, 503, 507].includes(status) && event.detail.xhr.getResponseHeader("Content-Type")?.startsWith("text/plain") && responseText;
    const text = { 403: "Your role in this study does not allow that.", 404: "That no longer exists, or was never here.", 413: "That is too large to upload." }[status];
    show({ level: "error", text: said || text || `The server could not do that (error ${status}). Nothing was changed.` });
  });
}
