// Reading and coding a transcript. Selections are the browser's own, made by mouse, touch or keys; what is done to them
// the server decides, and answers with the turns as they are then. Each part is a module of its own; here they meet.
import { putQuote, putTurns } from "./answers.js";
import { createClicks } from "./clicks.js";
import { createCoding } from "./coding.js";
import { beginFinding } from "./find.js";
import { createKeys } from "./keys.js";
import { beginMoving, filter } from "./moving.js";
import { say } from "./page.js";
import { createPanel, mark } from "./panel.js";
import { createPicking } from "./picking.js";
import { createPointed } from "./pointed.js";
import { createSending } from "./sending.js";
import { createSuggestions } from "./suggestions.js";
import { createUndo } from "./undo.js";

const state = { picked: null, suggestions: null };

const heard = (answer) => {
  putTurns(answer.turns);
  putQuote(answer);
  panel.heard(answer);
  mark();
  filter();
  state.suggestions?.mark(); // the turns are new, and with them what was marked in them
};
const sending = createSending({ heard });
const undo = createUndo({ say });
const panel = createPanel({ sending, undo });
const coding = createCoding({ state, sending, undo, panel });

createPicking({ state });
beginFinding();
createKeys({ state, sending, undo, coding, panel });
createClicks({ state, sending, coding, panel });
beginMoving();
createPointed({ panel });

const holder = document.querySelector("[data-suggest]");
if (holder) {
  state.suggestions = await createSuggestions({ holder, state, sending, undo, accept: coding.make });
  state.suggestions?.show(state.picked);
}
