// What the server decides about cards and room. Of the room the page itself says it; all of it is asked for on connect and
// whenever there is news, one question at a time.
const JITTER_MS = 300; // thirty pages that hear the same news do not all ask in the same moment
const AGAIN_MS = 4000;

export const createFacts = ({ url, first, changed }) => {
  const facts = { ...first, cards: {} };
  let [asking, again, timer] = [false, false, 0];
  const take = (found, bar) => {
    Object.assign(facts, found, { bar });
    changed(facts);
    delete facts.bar; // of this moment only
  };
  const shape = () => document.querySelector("[data-workshop] [data-shape]")?.dataset.shape ?? "";
  const ask = async () => {
    if (asking) { again = true; return; }
    asking = true;
    try {
      const response = await fetch(`${url}?${new URLSearchParams({ shape: shape() })}`, { headers: { Accept: "application/json" } });
      if (response.ok && !response.redirected) {
        const { bar, ...found } = await response.json();
        facts.store?.(found);
        take(found, bar);
      }
    } catch { later(AGAIN_MS); } finally {
      asking = false;
      if (again) { again = false; later(); }
    }
  };
  const later = (ms = Math.random() * JITTER_MS) => {
    clearTimeout(timer);
    timer = setTimeout(ask, ms);
  };
  // What this browser kept of another time: the page itself may be younger, or be one that was kept, too
  const takeKept = (found) => take(found.at > first.at ? found : { ...found, ...first });
  return Object.assign(facts, { of: (key) => facts.cards[key] ?? {}, ask, news: () => later(), takeKept });
};
