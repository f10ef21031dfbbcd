// Changes of one moment leave as one message: dictation, key repeat and machines type faster than the server takes
// messages from one page (strategy/live/flow.py). The first change after a pause leaves at once.
import { mergeUpdates } from "yjs";

const APART_MS = 50; // between two messages: half as many as the server takes
const LARGE = 64 * 1024; // bytes that are not made larger by waiting for more: a frame holds 256 KiB

export const createSending = (send) => {
  let [waiting, size, timer, sentAt] = [[], 0, 0, -Infinity];
  const drop = () => {
    clearTimeout(timer);
    [waiting, size, timer] = [[], 0, 0];
  };
  const flush = () => {
    const updates = waiting;
    drop();
    if (!updates.length) return;
    sentAt = performance.now();
    send(updates.length > 1 ? mergeUpdates(updates) : updates[0]);
  };
  return {
    get empty() { return !waiting.length; },
    put(update) {
      if (size + update.length > LARGE) flush();
      waiting.push(update);
      size += update.length;
      const pause = sentAt + APART_MS - performance.now();
      if (pause <= 0 || size > LARGE) flush();
      else timer ||= setTimeout(flush, pause);
    },
    flush,
    drop, // what waits is in the document, and a new connection compares documents
  };
};
