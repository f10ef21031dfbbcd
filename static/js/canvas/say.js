// The line that screen readers hear: what I did at once, what others did in a sum now and then, if I want it at all.
import { aloud } from "../posting.js";
import { plural, recall, remember } from "./elements.js";

const SUM_UP_MS = 5000;

export const createSay = (line) => {
  const say = aloud(line);
  let others = { added: new Set(), changed: new Set(), deleted: new Set() };
  let timer = 0;
  const sumUp = () => {
    timer = 0;
    const parts = Object.entries(others).filter(([, keys]) => keys.size).map(([word, keys]) => `${plural(keys.size, "card")} ${word}`);
    others = { added: new Set(), changed: new Set(), deleted: new Set() };
    if (parts.length && say.others) say(`${parts.join(", ")} by others.`);
  };
  say.others = recall("canvas-announce") !== "off";
  say.hearOthers = (on) => { say.others = on; remember("canvas-announce", on ? "on" : "off"); };
  say.note = (key, what) => {
    others[what].add(key);
    if (what === "added") others.changed.delete(key);
    timer ||= setTimeout(sumUp, SUM_UP_MS);
  };
  return say;
};
