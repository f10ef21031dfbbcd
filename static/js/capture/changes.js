// Items are changed here and nowhere else: what changes goes into the outbox, and can be undone.
import { consequences, only, read, same } from "./model.js";
import { given, line } from "./page.js";

export const createChanges = ({ state, saving, undo, walk, say }) => {
  const now = (id, field) => read(state.items.get(id), field);
  const waits = (id) => saving.entries.some((entry) => entry.type === "element" && entry.id === id);

  // `seen`: what the fields held when the person began to write, if that was before now
  const change = (id, fields, seen = {}) => {
    const base = Object.fromEntries(Object.keys(fields).map((field) => [field, field in seen ? seen[field] : now(id, field)]));
    const moved = Object.keys(seen).some((field) => !same(seen[field], now(id, field)));
    const version = moved || waits(id) ? null : state.items.get(id).version;
    delete state.errors[id];
    saving.push({ type: "element", id, base_version: version, fields, base });
    return base;
  };

  const edit = (id, fields, seen = {}) => {
    const item = state.items.get(id);
    if (given.readonly || !item) return;
    const changed = only(fields, (field, value) => !same(read(item, field), value));
    if (!Object.keys(changed).length) return;
    const full = { ...changed, ...consequences(item, changed, given, state.phaseNow) };
    undo.remember(id, change(id, full, seen), full);
  };

  const step = (found, word, done) => {
    if (!found) return say.aloud(`Nothing to ${word}.`);
    const { id, fields } = found;
    if (!Object.keys(fields).length) return say.aloud("Somebody else changed this since; it stays as it is.");
    const onItem = document.activeElement.closest("[data-item]");
    change(id, fields);
    if (onItem) walk.follow(id);
    else if (!fields.deleted) walk.select(id, false);
    return say.aloud(done);
  };

  return {
    edit,
    undo: () => step(undo.back(now), "undo", "Undone."),
    redo: () => step(undo.forth(now), "redo", "Done again."),
    create(fields) {
      const id = crypto.randomUUID();
      saving.push({ type: "element", id, base_version: 0, fields, base: {} });
      undo.remember(id, { deleted: true }, { deleted: false });
      return id;
    },
    remove(id) {
      const order = state.ordered().map((item) => item.id);
      const next = order[order.indexOf(id) + 1] ?? order[order.indexOf(id) - 1] ?? "";
      edit(id, { deleted: true });
      walk.select(next, false);
      if (next) walk.focusItem(next);
      else line.focus();
      say.aloud("Deleted. Ctrl+Z brings it back.");
    },
  };
};
