// Who is here, as awareness states say it: {user: {key, name}, at: {phase, lane, x, y}, typing: card, lead: time}.
// Others' states are whatever a browser sent, so they are read forgivingly.
import { LANES, PHASES } from "./model.js";

const share = (value) => (Number.isFinite(value) ? Math.min(1, Math.max(0, value)) : 0);
const text = (value, most) => (typeof value === "string" ? value.slice(0, most) : "");

const pointOf = (at) => (PHASES.includes(at?.phase) && LANES.includes(at?.lane) ? { phase: at.phase, lane: at.lane, x: share(at.x), y: share(at.y) } : null);

// Everybody but this page: [{client, key, name, at, view, typing, lead}], by name.
export const peopleIn = (states, own) => [...states]
  .filter(([client, state]) => client !== own && text(state?.user?.name, 80))
  .map(([client, { user, at, view, typing, lead }]) => ({
    client, key: text(user.key, 24), name: text(user.name, 80), at: pointOf(at), view: pointOf(view), typing: text(typing, 36), lead: Number.isFinite(lead) ? lead : 0,
  }))
  .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.client - b.client));

// One line for each person, however many windows they have open; the window that does something stands for them.
export const persons = (people) => {
  const found = new Map();
  for (const one of people) {
    const known = found.get(one.key);
    if (!known || (!known.typing && (one.typing || (!known.at && one.at)))) found.set(one.key, one);
  }
  return [...found.values()];
};

// Of letters, not of halves of them: an emoji is two units of a string.
export const initials = (name) => {
  const words = name.split(/\s+/).filter(Boolean).map((word) => [...word]);
  return (words.length > 1 ? [words[0][0], words.at(-1)[0]] : (words[0] ?? []).slice(0, 2)).join("");
};

// Where a point lies within the box of its field, and back: fields have other sizes on other screens.
export const within = ({ left, top, width, height }, x, y) => ({ x: share((x - left) / (width || 1)), y: share((y - top) / (height || 1)) });
export const onScreen = ({ left, top, width, height }, { x, y }) => ({ x: left + x * width, y: top + y * height });

// How far down each name moves so that none lies on another: the names of cursors at one spot stand under each other.
const [NAME, LETTER] = [18, 7]; // px: the height of a name, the width of its letters
export const stacked = (places) => {
  const taken = [];
  return places.map(({ x, y, name }) => {
    const width = LETTER * name.length + 12;
    let [top, above] = [y, null];
    const inTheWay = (one) => Math.abs(one.top - top) < NAME && one.x < x + width && x < one.x + one.width;
    while ((above = taken.find(inTheWay))) top = above.top + NAME;
    taken.push({ x, top, width });
    return top - y;
  });
};
