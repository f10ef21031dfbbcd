// One's own steps back and forth. A step knows how to undo and redo itself.
import { say } from "./page.js";

export const createUndo = () => {
  const done = [];
  const undone = [];
  const step = async (from, to, name) => {
    const action = from.pop();
    if (!action) {
      say(`Nothing to ${name}.`);
      return;
    }
    to.push(action);
    await action[name]();
    say(name === "undo" ? "Undone." : "Done again.");
  };
  return {
    remember(action) {
      done.push(action);
      undone.length = 0;
    },
    undo: () => step(done, undone, "undo"),
    redo: () => step(undone, done, "redo"),
  };
};
