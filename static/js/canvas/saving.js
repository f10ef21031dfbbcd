// One state of saving from what the connection knows, in the words of static/js/savestate.js.
// known: {connected, sent, acked, waiting, refused, ended, writes}; ended: nothing went wrong, it only is over
export const savingState = ({ connected, sent, acked, waiting, refused, ended, writes }) => {
  if (ended) return { state: "ended", why: refused };
  if (refused) return { state: "error", why: refused };
  if (!connected) return { state: "offline", waiting };
  if (!writes) return { state: "looking" };
  return acked >= sent && !waiting ? { state: "saved" } : { state: "saving", waiting: Math.max(sent - acked, waiting) };
};

// Closed for good without anything having been wrong.
export const ending = (code) => ({ 4401: "signed out", 4404: "out", 4410: "over", 4411: "revealed" }[code] ?? "");

// Why the server closed for good (close codes 44xx), in words for the person.
export const refusal = (code) => ({
  4400: "the server could not read what this page sent",
  4403: "your role here does not allow that change",
  4413: "the canvas or the change is too large",
  4429: "too many changes in a moment",
}[code] ?? `the server closed the canvas (${code})`);
