// The form of the selected item (inspector.js), shown or put away, with what clashed and what the server refused.
import { createInspector } from "./inspector.js";
import { $, given, live } from "./page.js";

export const createForm = ({ state, saving, changes, walk, redraw }) => {
  const inspector = createInspector($("[data-inspector]"), {
    vocabulary: given.vocabulary,
    phases: given.phases,
    readonly: given.readonly,
    edit: changes.edit,
    remove: changes.remove,
    leave(id) {
      if (id) walk.focusItem(id);
      else walk.toLine();
    },
    settle(id, field, mine) {
      const wanted = state.unclash(id, field);
      saving.keep();
      if (mine) changes.edit(id, { [field]: field === "deleted" ? !state.items.get(id).deleted : wanted });
      redraw();
    },
  });

  return {
    focus: inspector.focus,
    draw() {
      const { selected, clashes, errors, problems } = state;
      const shown = state.has(selected) || clashes[selected] ? state.items.get(selected) : undefined;
      const pk = state.has(selected) && state.rows.has(selected) ? shown.pk : 0; // the server knows none that is on its way
      inspector.show(shown ?? null, { clashes: Object.entries(clashes[selected] ?? {}), errors: { ...errors[selected], ...problems[selected] } });
      live.dataset.selected = shown ? "yes" : "no";
      document.dispatchEvent(new CustomEvent("element-shown", { detail: { pk } }));
    },
  };
};
