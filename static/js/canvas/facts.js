// What the server decides about cards and room. Of the room the page itself says it; all of it is asked for on connect and
// whenever there is news, one question at a time.
const JITTER_MS = 300; // thirty pages that hear the same news do not all ask in the same moment
const OWN_MS = 100; // within it this page hears the news of what it did itself, and asks once for both
const AGAIN_MS = 4000;

export const createFacts = ({ url, first, changed }) => {
  const facts = { ...first, cards: {} };
  let [asking, again, timer, due] = [false, false, 0, Infinity];
  const take = (found, bar) => {
    Object.assign(facts, found, { bar });
    changed(facts);
    delete facts.bar; // of this moment only
  };
  const shape = () => document.querySelector("[data-workshop] [data-shape]")?.dataset.shape ?? "";
  const ask = async () => {
    clearTimeout(timer);
    due = Infinity;
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
      if (again) { again = false; news(); }
    }
  };
  const later = (ms) => {
    const at = performance.now() + ms;
    if (at >= due) return; // what is asked sooner answers this, too
    clearTimeout(timer);
    due = at;
    timer = setTimeout(ask, ms);
  };
  const news = () => later(facts.me.leads ? OWN_MS : Math.random() * JITTER_MS); // mostly of what whoever leads did
  // What this browser kept of another time: the page itself may be younger, or be one that was kept, too
  const takeKept = (found) => take(found.at > first.at ? found : { ...found, ...first });
  return Object.assign(facts, { of: (key) => facts.cards[key] ?? {}, ask, news, did: () => later(OWN_MS), takeKept });
};
