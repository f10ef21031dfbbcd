// Which cards are shown: all, those without evidence, those whose evidence changed, or one kind. Kept in the address.
import { inAddress, toAddress } from "./elements.js";

const TESTS = {
  bare: (card, fact) => !card.links.length && !fact.supports && card.kind !== "assumption",
  changed: (_card, fact) => Boolean(fact.changed?.length),
};

export const createFilter = ({ root, board, view, facts }) => {
  const select = root.querySelector("[data-filter]");
  const count = root.querySelector("[data-filter-count]");
  const fits = (card) => !select.value || (TESTS[select.value]?.(card, facts.of(card.key)) ?? card.kind === select.value);
  const apply = () => {
    let shown = 0;
    for (const card of board.all()) {
      const fit = fits(card);
      const element = view.element(card.key);
      if (element) element.hidden = !fit && !element.classList.contains("is-open");
      shown += Number(fit);
    }
    count.textContent = select.value ? `${shown} of ${board.all().length}` : "";
    root.toggleAttribute("data-filtered", Boolean(select.value));
  };
  const wanted = inAddress("show");
  if ([...select.options].some((option) => option.value === wanted)) select.value = wanted;
  select.addEventListener("change", () => { toAddress("show", select.value); apply(); });
  return { apply, clear() { if (select.value) { select.value = ""; toAddress("show", ""); apply(); } } };
};
