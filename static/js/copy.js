// A button with data-copy="<id of a field>" puts that field's text on the clipboard. Browsers have none without HTTPS:
// then the field is shown with its text selected, and what to press is said.
const tell = (text, level) => document.dispatchEvent(new CustomEvent("toast", { detail: { text, level } }));

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const field = document.getElementById(button.dataset.copy);
  try {
    await navigator.clipboard.writeText(field.value);
    tell("Copied.");
  } catch {
    field.classList.remove("visually-hidden");
    for (const name of ["tabindex", "aria-hidden"]) field.removeAttribute(name);
    field.focus();
    field.select();
    tell("The browser does not let this page copy. The text is selected: press Ctrl+C, on a Mac ⌘C.", "warning");
  }
});
