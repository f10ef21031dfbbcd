// One's own steps back and forth, over all documents of the page.
import { keepUndo, newest } from "./memory.js";
import { createUndo } from "./undo.js";

const RESTORE_MS = 2500; // offline, one's own steps are brought back without waiting for the server
const WORDS = {
  undoStack: ["Your last step is undone.", "There is no step of yours to undo.", "[data-undo]"],
  redoStack: ["Your step is done again.", "There is no step to do again.", "[data-redo]"],
};

export const createSteps = ({ root, board, may, say, done }) => {
  const sheets = () => board.sheets.filter((sheet) => sheet.undo);
  const offer = () => {
    for (const [stack, [, , part]] of Object.entries(WORDS)) {
      const button = root.querySelector(part);
      if (button) button.disabled = !newest(sheets(), stack);
    }
  };
  const back = (stack) => {
    const [made, none] = WORDS[stack];
    const manager = newest(sheets(), stack);
    if (!may.edit || !manager) { say(none); return; }
    manager.stopCapturing();
    const step = stack === "undoStack" ? manager.undo() : manager.redo();
    say(step ? made : "Others have changed what that step was about; nothing was undone.");
    done();
  };
  for (const [stack, [, , part]] of Object.entries(WORDS)) root.querySelector(part)?.addEventListener("click", () => back(stack));
  return {
    back,
    keep(sheet) {
      sheet.undo = createUndo(sheet.doc);
      sheet.memory = keepUndo(sheet, offer);
      Promise.race([sheet.synced(), new Promise((late) => { setTimeout(late, RESTORE_MS); })]).then(() => sheet.memory.restore());
    },
    // What follows is a step of its own
    apart() { for (const sheet of sheets()) sheet.undo.manager.stopCapturing(); },
  };
};
