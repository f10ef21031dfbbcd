// One request after the other, so that versions follow each other; while the server is away they wait and are sent again.
import { SIGNED_OUT, token } from "../posting.js";
import { toast, turns } from "./page.js";

const AGAIN = 3000; // ms
const pause = (ms) => new Promise((done) => { setTimeout(done, ms); });
const saveState = (state, waiting) => document.dispatchEvent(new CustomEvent("save-state", { detail: { state, waiting } }));

export const fields = (values) => () => {
  const body = new FormData();
  for (const [name, value] of Object.entries(values)) for (const each of [value].flat()) body.append(name, each);
  return body;
};
export const elementUrl = (id, verb = "") => turns.dataset.elementBase.replace(/\/0\/$/, `/${id}/${verb ? `${verb}/` : ""}`);

// `heard(answer)`: what the server said of an element.
export const createSending = ({ heard }) => {
  let chain = Promise.resolve();
  let waiting = 0;

  const attempt = async (url, body) => {
    for (;;) {
      try {
        return await fetch(url, { method: "POST", body: body(), headers: { "X-CSRFToken": token() } });
      } catch {
        saveState("offline", waiting);
        await pause(AGAIN);
      }
    }
  };
  const complain = ({ status, redirected }, answer) => {
    const text = redirected ? SIGNED_OUT : answer?.message ?? (answer?.panel ? "" : `The server could not do that (error ${status}). Nothing was changed.`);
    if (text) toast({ level: "error", text });
  };
  const sendNow = async (url, body) => {
    const response = await attempt(url, body);
    waiting -= 1;
    const answer = response.headers.get("Content-Type")?.includes("json") ? await response.json() : null;
    if (answer?.element) heard(answer);
    const ok = response.ok && !response.redirected; // who is signed out gets the page to sign in, with status 200
    saveState(ok ? (waiting ? "saving" : "saved") : "error");
    if (!ok) complain(response, answer);
    return { ok, answer };
  };

  addEventListener("beforeunload", (event) => { if (waiting) event.preventDefault(); });
  return {
    get waiting() { return waiting; },
    settled: () => chain,
    send(url, body) {
      waiting += 1;
      saveState("saving");
      const answered = chain.then(() => sendNow(url, body));
      chain = answered.catch(() => {});
      return answered;
    },
  };
};
