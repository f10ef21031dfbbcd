// One's own steps back and forth. A step: what fields of one item held before and after. Pure.
import { only, same } from "./model.js";

const TYPED_ON = 3000; // ms: words typed on within that time are one step
const WORDS = new Set(["note", "verbatim"]);

const isTypedOn = (last, id, after, now) => {
  const names = Object.keys(after);
  return last?.id === id && names.length === 1 && WORDS.has(names[0]) && Object.keys(last.after).join() === names[0] && now - last.when < TYPED_ON;
};

export const createUndo = ({ now = Date.now } = {}) => {
  const done = [];
  const undone = [];

  // The fields to be set, none of those that somebody else has changed since; null without a step.
  const step = (from, to, wanted, expected, current) => {
    const last = from.pop();
    if (!last) return null;
    const fields = only(last[wanted], (field) => same(current(last.id, field), last[expected][field]));
    if (Object.keys(fields).length) to.push(last);
    return { id: last.id, fields };
  };

  return {
    remember(id, before, after) {
      if (isTypedOn(done.at(-1), id, after, now())) Object.assign(done.at(-1), { after, when: now() });
      else done.push({ id, before, after, when: now() });
      undone.length = 0;
    },
    // `current(id, field)`: what the field holds now.
    back: (current) => step(done, undone, "before", "after", current),
    forth: (current) => step(undone, done, "after", "before", current),
  };
};
