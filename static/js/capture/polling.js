// What others did meanwhile, and whether the server answers at all.
import { given, live } from "./page.js";
import { ask, refusal } from "./requests.js";
import { showSaving } from "./say.js";

const EVERY = 1500;

export const createPolling = ({ state, saving, say, redraw }) => {
  let timer = 0;
  let reachable = true;

  const take = (news) => {
    const strangers = news.elements.filter((row) => row.by_id !== given.user && !row.deleted && !state.rows.has(row.id));
    state.take(news);
    saving.keep();
    redraw();
    if (strangers.length) say.aloud(`${strangers[0].by} captured ${strangers.length === 1 ? "an item" : `${strangers.length} items`}.`);
  };
  const gone = async (response) => {
    const why = await refusal(response);
    if (!why.again) showSaving({ state: why.stop ? "error" : "offline", waiting: saving.waiting });
    say.inBanner(why.message);
  };
  const back = () => {
    say.inBanner("");
    const { waiting } = saving;
    showSaving({ state: waiting ? "saving" : "saved", waiting });
  };
  const look = async () => {
    const response = await ask(`${live.dataset.changes}?since=${state.seq}`, { headers: { Accept: "application/json" } });
    const news = response?.ok && response.status === 200 ? await response.json().catch(() => null) : null;
    if (news) take(news);
    const answers = Boolean(response?.ok);
    if (answers && (!reachable || saving.waiting)) saving.flush();
    if (!answers && reachable) await gone(response);
    else if (answers && !reachable) back();
    reachable = answers;
  };
  const poll = async () => {
    clearTimeout(timer);
    if (!document.hidden) await look();
    timer = setTimeout(poll, reachable ? EVERY : EVERY * 2);
  };

  document.addEventListener("visibilitychange", () => { if (!document.hidden) poll(); });
  addEventListener("online", () => saving.flush());
  addEventListener("focus", () => { if (saving.waiting) saving.flush(); });
  return { poll, get reachable() { return reachable; } };
};
