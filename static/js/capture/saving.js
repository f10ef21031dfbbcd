// Changes go into the outbox, answers into the state; other tabs hear of both, and a snapshot outlives the page.
import { createOutbox } from "./outbox.js";
import { given, live } from "./page.js";
import { post, refusal } from "./requests.js";
import { showSaving } from "./say.js";

const SNAPSHOT_AFTER = 300;
export const keyOf = ({ user, study, interview }) => `${user}:${study}:${interview}`;

const send = async (body) => {
  const response = await post(live.dataset.sync, { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } });
  return response?.ok ? { ok: true, data: await response.json() } : refusal(response);
};

export const createSaving = ({ state, store, say, redraw }) => {
  const key = keyOf(given);
  const channel = "BroadcastChannel" in globalThis ? new BroadcastChannel(`studio-capture:${key}`) : null;
  const tell = (message) => channel?.postMessage(message);

  let timer = 0;
  const keepNow = () => store.save(key, state.snapshot()).catch(() => {});
  const keep = () => {
    clearTimeout(timer);
    timer = setTimeout(keepNow, SNAPSHOT_AFTER);
  };

  const answered = async (data, batch) => {
    const sent = batch.filter((entry) => entry.type === "element");
    const clashed = data.results.map((result, index) => state.heard(result, sent[index])).some(Boolean);
    if (clashed) say.aloud("Somebody else changed the same field. Both versions are kept: choose in the item.");
    state.heardHeader(data.header_conflicts ?? {}, batch.filter((entry) => entry.type === "header").at(-1)?.fields ?? {});
    // My half of a clash leaves the outbox after this: it must be safe first
    if (clashed) await keepNow();
    else keep();
    tell({ rows: data.results.map((result) => result.current).filter(Boolean) });
  };

  const outbox = createOutbox({
    store, key, user: given.user, send,
    onChange: redraw,
    onAnswer: answered,
    onState({ state: name, waiting, message }) {
      showSaving({ state: name, waiting });
      if (name !== "saving") say.inBanner(message);
      if (name === "saved") tell({ saved: true });
    },
  });
  channel?.addEventListener("message", ({ data }) => {
    if (data.rows) state.take({ elements: data.rows });
    outbox.reload();
  });

  return {
    keep,
    get entries() { return outbox.entries; },
    get waiting() { return outbox.waiting; },
    flush: outbox.flush,
    reload: outbox.reload,
    push(change) { outbox.push(change).catch(() => { /* the outbox has told so */ }); },
  };
};
