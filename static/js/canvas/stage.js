// How the room shows on the page: what is looked at, what is locked, who writes silently, and who may write at all.
import { toast } from "./elements.js";

const AGAIN_MS = 400; // so long after the last letter the page of whoever was writing follows, too

// `busy()`: something would be taken out of this person's hands; `wrote`: they could write when the page was loaded.
export const createStage = ({ root, fields, facts, may, walk, busy, wrote }) => {
  let [step, focus, timer] = [undefined, undefined, 0];
  const turn = (phase, from) => {
    clearTimeout(timer);
    if (from !== root.dataset.shownPhase) return; // they went on by themselves
    if (busy()) timer = setTimeout(turn, AGAIN_MS, phase, from);
    else walk.turnTo(phase);
  };
  // A phone shows one phase: the one that all look at, once the room turns to it; behind the last of such steps the
  // first again. Between steps for all phases, and to look back, everybody turns the page by themselves.
  const follow = ({ stage, focus_phase: next }) => {
    const phase = next !== focus && next || stage !== step && focus && !next && 1;
    if (phase) turn(String(phase), root.dataset.shownPhase);
    [step, focus] = [stage, next];
  };
  const offer = () => {
    root.dataset.offered = "";
    toast({ text: "You may write on this canvas now.", label: "Reload to begin", undo: () => location.reload() });
  };
  return (silent) => {
    root.dataset.focus = facts.workshop?.focus_phase ?? "";
    if (facts.workshop) follow(facts.workshop);
    for (const field of fields) field.toggleAttribute("data-locked", may.lockedLanes.includes(field.dataset.lane));
    root.toggleAttribute("data-readonly", !may.edit);
    root.toggleAttribute("data-silent", silent);
    const actions = root.querySelector("[data-action-count]");
    if (actions && facts.actions !== undefined) actions.textContent = facts.actions;
    if (facts.me.may_edit && !wrote && !root.dataset.offered) offer();
    document.dispatchEvent(new CustomEvent("canvas-facts", { detail: facts }));
  };
};
