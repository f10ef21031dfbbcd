// The codes of the element in the inspector: given and taken in place, with the save state that everything has.
// Beside the wheel they are fetched for the item that is shown; offline there are none to choose from.
import { SIGNED_OUT, token } from "./posting.js";

const saveState = (state) => document.dispatchEvent(new CustomEvent("save-state", { detail: { state } }));
const toast = (detail) => document.dispatchEvent(new CustomEvent("toast", { detail }));

const post = async (form) => {
  saveState("saving");
  const response = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { "X-CSRFToken": token(), "HX-Request": "true" } }).catch(() => null);
  if (!response || response.redirected || (!response.ok && response.status !== 422)) {
    saveState("error");
    const refused = response?.redirected ? SIGNED_OUT : "That element is not here any more.";
    toast({ level: "error", text: response ? refused : "The server cannot be reached; the code was not saved." });
    return;
  }
  saveState(response.ok ? "saved" : "error");
  const box = document.createElement("template");
  box.innerHTML = await response.text();
  const fresh = box.content.querySelector("[data-codes]");
  form.closest("[data-codes]").replaceWith(fresh);
  fresh.querySelector("[data-code-name]")?.focus();
};

document.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-code-form]");
  if (!form) return;
  event.preventDefault();
  post(form);
});

const slot = document.querySelector("[data-codes-of]");
let shown = 0;
const fetchFor = async (pk) => {
  shown = pk;
  if (!pk) slot.hidden = true;
  const response = pk ? await fetch(slot.dataset.codesOf.replace("/0/", `/${pk}/`), { headers: { "HX-Request": "true" } }).catch(() => null) : null;
  if (pk !== shown) return; // another item by now
  slot.hidden = !response?.ok;
  slot.innerHTML = response?.ok ? await response.text() : "";
};
if (slot) {
  document.addEventListener("element-shown", ({ detail: { pk } }) => { if ((pk || 0) !== shown) fetchFor(pk || 0); });
  slot.addEventListener("keydown", (event) => { if (event.key === "Escape") event.target.blur(); });
}
