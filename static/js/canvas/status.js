// What the top bar says of saving, and the line that tells why the server closed the page.
import { thank } from "./over.js";
import { savingState } from "./saving.js";

const SAVING_MS = 400; // sooner than that nobody is told that something is being saved

// `sheets()`: the open documents; `ended()`: whether nothing was wrong, and what is over; `closed()` is called once
// when nothing is taken any more.
export const createStatus = ({ root, facts, sheets, refused, ended, closed }) => {
  const line = root.querySelector("[data-refused]");
  let [said, saying, told] = ["", 0, null];
  const now = () => {
    const sum = (part) => sheets().reduce((n, sheet) => n + part(sheet), 0);
    return savingState({
      connected: sheets().every((sheet) => sheet.connected), writes: facts.me.may_edit, refused: refused(), ended: ended(),
      sent: sum((sheet) => sheet.sent), acked: sum((sheet) => sheet.acked), waiting: sum((sheet) => sheet.waiting.size),
    });
  };
  const tell = (detail) => {
    said = detail.state;
    document.dispatchEvent(new CustomEvent("save-state", { detail }));
  };
  const kept = () => {
    const unsaved = sheets().filter((sheet) => sheet.unsaved);
    if (!unsaved.length) return "Everything you wrote before was saved.";
    if (unsaved.every((sheet) => sheet.again)) return "What it could not save is sent once you reload the page.";
    return `What it could not save is kept for you below${ended() === "out" ? ": copy it before you leave this page" : "; reload the page to see the canvas as it is"}.`;
  };
  const explain = () => {
    line.hidden = false;
    line.querySelector("span").textContent = `${ended() ? "" : "This page was closed: "}${refused()}. ${kept()}`;
    line.toggleAttribute("data-ended", Boolean(ended()));
    line.querySelector("[data-reload]").hidden = ended() === "out"; // there is nothing for them any more
    if (ended() === "signed out") line.querySelector("[data-reload]").textContent = "Sign in again";
  };
  return {
    say() {
      if (sheets().every((sheet) => sheet.connected === null && !sheet.refused)) return;
      const detail = now();
      // Mostly the answer comes at once: screen readers need not hear of every letter that it is being saved
      clearTimeout(saying);
      if (detail.state === "saving" && said === "saved") saying = setTimeout(() => tell(now()), SAVING_MS);
      else tell(detail);
      const unsaved = sheets().some((sheet) => sheet.unsaved);
      if (!refused() || told === unsaved) return;
      if (ended() === "over") thank(root, unsaved);
      else explain();
      if (told === null) closed();
      told = unsaved; // said anew only if the silent sheet, which is closed by itself, has something to say
    },
  };
};
