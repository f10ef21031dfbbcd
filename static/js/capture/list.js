// What was captured, in the order of time.
import { $ } from "./page.js";

// The form of the selected item and its codes take room from the list: the item itself stays in sight
const keepInSight = new ResizeObserver(() => $('[data-list] [aria-pressed="true"]')?.scrollIntoView({ block: "nearest" }));
keepInSight.observe($("[data-list]").parentElement);

export const createList = ({ state, rows }) => ({
  draw() {
    const items = state.ordered();
    // A deleted item with a clash stays in sight until somebody has chosen
    const withClash = [...state.items.values()].filter((item) => item.deleted && state.clashes[item.id]);
    rows.draw($("[data-list]"), [...items, ...withClash]);
    $("[data-count]").textContent = items.length ? `${items.length}, ${items.filter((item) => !item.kind).length} in the tray` : "";
    $("[data-empty]").hidden = items.length > 0;
  },
});
