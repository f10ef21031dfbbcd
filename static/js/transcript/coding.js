// Words become elements: made, moved to other words, deleted, and live notes placed.
import { say, toast, turnOf, turns, writable } from "./page.js";
import { shownId } from "./panel.js";
import { leave } from "./selecting.js";
import { elementUrl, fields } from "./sending.js";

const newId = () => crypto.randomUUID?.() ?? "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (c) => (c ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (c / 4)))).toString(16));
const nameOf = (kind) => document.querySelector(`[data-code="${kind}"] span`).textContent;

export const createCoding = ({ state, sending, undo, panel }) => {
  const { send } = sending;
  const remove = (id) => send(elementUrl(id, "remove"), fields({}));
  const restore = (id) => send(elementUrl(id, "restore"), fields({}));
  const move = (id, start, end) => send(elementUrl(id, "span"), () => fields({ start, end, version: panel.version(id) })());

  return {
    // From a suggestion or by a letter: the element is the person's own either way.
    async make(kind, { url = turns.dataset.codeUrl, codes = [], back = null } = {}) {
      if (!state.picked || !writable) return;
      const { start, end, said } = state.picked;
      const turn = turnOf(said).id;
      leave();
      document.getElementById(turn)?.focus({ preventScroll: true });
      const reopen = state.suggestions?.close({ start, end });
      const sent = send(url, fields({ start, end, kind, client_id: newId(), codes }));
      undo.remember({
        sent,
        async undo({ element }) {
          await remove(element);
          reopen?.();
          await back?.();
        },
        async redo({ element }) {
          state.suggestions?.close({ start, end });
          await restore(element);
        },
      });
      if (!(await sent).ok) {
        reopen?.();
        return;
      }
      say(`${nameOf(kind)} added.`);
    },

    async remove(id) {
      const sent = remove(id);
      undo.remember({ sent, undo: () => restore(id), redo: () => remove(id) });
      if ((await sent).ok) toast({ text: "Element deleted.", undo: elementUrl(id, "restore") });
    },

    async moveHere() {
      const { picked } = state;
      await sending.settled();
      const id = shownId();
      if (!picked || !id) {
        toast({ level: "warning", text: "Select the words first, then press M." });
        return;
      }
      const { start, end } = picked;
      leave();
      const sent = move(id, start, end);
      undo.remember({ sent, undo: ({ spans: [before] }) => move(id, ...before), redo: () => move(id, start, end) });
      if ((await sent).ok) say("Moved to these words.");
    },

    async decide(snap, decision) {
      const { picked } = state;
      const span = picked && turnOf(picked.said)?.contains(snap) ? { start: picked.start, end: picked.end } : {};
      const turn = turnOf(snap);
      leave();
      turn.focus({ preventScroll: true });
      const decided = () => send(snap.dataset.url, fields({ decision, ...span }));
      const back = () => send(`${snap.dataset.url}reopen/`, fields({}));
      const sent = decided();
      undo.remember({ sent, undo: back, redo: decided });
      if (!(await sent).ok) return;
      if (decision === "accept") say("Placed here.");
      else toast({ text: "Not here.", undo: back });
    },
  };
};
