// How the room shows on the page: what is looked at, what is locked, who writes silently, and who may write at all.
import { toast } from "./elements.js";

// `wrote`: this person could write already when the page was loaded.
export const showRoom = ({ root, fields, facts, may, walk, silent, wrote }) => {
  const focus = facts.workshop?.focus_phase;
  root.dataset.focus = focus ?? "";
  if (focus) walk.showPhase(focus);
  for (const field of fields) field.toggleAttribute("data-locked", may.lockedLanes.includes(field.dataset.lane));
  root.toggleAttribute("data-readonly", !may.edit);
  root.toggleAttribute("data-silent", silent);
  const actions = root.querySelector("[data-action-count]");
  if (actions && facts.actions !== undefined) actions.textContent = facts.actions;
  if (facts.me.may_edit && !wrote && !root.dataset.offered) {
    root.dataset.offered = "";
    toast({ text: "You may write on this canvas now.", label: "Reload to begin", undo: () => location.reload() });
  }
  document.dispatchEvent(new CustomEvent("canvas-facts", { detail: facts }));
};
