// Everything the live page knows, in one place. Every part reads it; what is drawn follows from it alone.
import { blank, countKinds, emptyDraft, inTime, nextQuestion, withFields } from "./model.js";

const toggled = (set, value, on) => { if (on) set.add(value); else set.delete(value); };

export const createState = (given) => {
  const state = {
    // What the server knows
    rows: new Map(),
    seq: 0,
    asked: new Set(),
    coverage: new Set(),
    header: {},
    timer: { running: false, elapsed_ms: 0, at: Date.now() },

    // What the person sees: the server's rows with everything on top that still waits in the outbox
    items: new Map(),
    problems: {}, // id -> why the server refused what waits
    errors: {}, // id -> which fields the server did not take
    clashes: {}, // id -> my half of what somebody else changed too
    trouble: "",

    // What the person is at
    draft: emptyDraft(),
    phaseNow: null,
    selected: "",
    newest: "",

    has: (id) => Boolean(state.items.get(id)) && !state.items.get(id).deleted,
    alive: () => [...state.items.values()].filter((item) => !item.deleted),
    ordered: () => state.alive().sort(inTime),
    elapsed: () => (state.timer.running ? state.timer.elapsed_ms + Date.now() - state.timer.at : state.timer.elapsed_ms),
    found: () => countKinds(state.alive()),
    nextQuestion: () => nextQuestion(given, { ...state, found: state.found() }),
    setAsked: (id, on) => toggled(state.asked, id, on),
    setCovered: (code, on) => toggled(state.coverage, code, on),

    take(data) {
      for (const row of data.elements ?? []) if ((state.rows.get(row.id)?.version ?? 0) <= row.version) state.rows.set(row.id, row);
      if (data.asked) state.asked = new Set(data.asked);
      if (data.coverage) state.coverage = new Set(data.coverage);
      if (data.header) state.header = data.header;
      if (data.timer) state.timer = { ...data.timer, at: data.timer.at ?? Date.now() };
      if (data.seq !== undefined) state.seq = data.seq;
    },

    // The server's answer to one change of an item. True: somebody else changed the same field, both halves are kept
    heard(result, sent) {
      if (result.current) state.take({ elements: [result.current] });
      const fields = Object.keys(result.conflicts ?? {});
      for (const field of fields) (state.clashes[result.client_id] ??= {})[field] = sent.fields[field] ?? (field === "deleted" ? false : null);
      const errors = result.state === "refused" ? {} : result.errors ?? {};
      if (Object.keys(errors).length) state.errors[result.client_id] = errors;
      return fields.length > 0;
    },

    heardHeader(theirs, mine) {
      const names = Object.keys(theirs);
      if (!names.length) return;
      state.trouble = `Somebody else changed ${names.join(", ").replace("_", " ")} meanwhile; theirs stands. Yours was: ${names.map((name) => `“${mine[name]}”`).join(", ")}.`;
      state.header = { ...state.header, ...theirs };
    },

    // My half of a clash, which leaves it
    unclash(id, field) {
      const mine = state.clashes[id]?.[field];
      delete state.clashes[id][field];
      if (!Object.keys(state.clashes[id]).length) delete state.clashes[id];
      return mine;
    },

    // Laid on top of what the server knows, in the order in which it was done
    lay(entries) {
      state.items = new Map(state.rows);
      state.problems = {};
      let place = 0;
      for (const entry of entries) {
        if (entry.type === "element") {
          const item = state.items.get(entry.id) ?? blank(entry.id, given, place++);
          state.items.set(entry.id, withFields(item, entry.fields));
          if (entry.refused) state.problems[entry.id] = { ...state.problems[entry.id], ...entry.refused };
        } else if (entry.type === "asked") state.setAsked(entry.id, entry.value);
        else if (entry.type === "coverage") state.setCovered(entry.id, entry.value);
        else if (entry.type === "header") state.header = { ...state.header, ...entry.fields };
        else if (entry.type === "timer") state.timer = { running: entry.running, elapsed_ms: entry.elapsed_ms, at: entry.at };
      }
    },

    snapshot: () => ({ seq: state.seq, elements: [...state.rows.values()], asked: [...state.asked], coverage: [...state.coverage], header: state.header, timer: state.timer, clashes: state.clashes }),
  };
  return state;
};
