// One's own steps back and forth. A step knows how to undo and redo itself, and stands here from the moment it is sent:
// who takes it back at once waits for the server's answer without knowing. A step that was refused is none. Pure.
const WORDS = { undo: "Undone.", redo: "Done again." };

export const createUndo = ({ say }) => {
  const done = [];
  const undone = [];
  let turn = Promise.resolve(); // one step after the other, in the order in which they were asked for

  const run = async (action, name) => {
    const { ok, answer } = await action.sent;
    if (!ok) return;
    await action[name](answer);
    say(WORDS[name]);
  };
  const step = (from, to, name) => {
    const action = from.pop();
    if (!action) {
      say(`Nothing to ${name}.`);
      return;
    }
    to.push(action);
    turn = turn.then(() => run(action, name));
  };
  const forget = (action) => {
    for (const steps of [done, undone]) if (steps.includes(action)) steps.splice(steps.indexOf(action), 1);
  };

  return {
    // `sent` is the promise of the server's answer, which both ways are told.
    async remember(action) {
      done.push(action);
      undone.length = 0;
      if (!(await action.sent).ok) forget(action);
    },
    undo: () => step(done, undone, "undo"),
    redo: () => step(undone, done, "redo"),
  };
};
