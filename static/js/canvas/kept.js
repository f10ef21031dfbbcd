// Lists that a browser keeps beside a document: a guest's only while the tab is open. Signing out forgets them
// (static/js/frame.js), as it forgets the documents (static/js/service-worker.js).
const PREFIX = "studio-canvas:";

export const nameOfSheet = (seat, room) => `${PREFIX}${seat}:${room}`;
export const isGuests = (name) => name.startsWith(`${PREFIX}g`);

const keeper = (name) => (isGuests(name) ? sessionStorage : localStorage);

export const recallList = (name, part) => {
  try { return JSON.parse(keeper(name).getItem(`${name}:${part}`)) ?? []; } catch { return []; }
};

// False: this browser keeps nothing, or has no room left.
export const keepList = (name, part, list) => {
  try {
    if (list.length) keeper(name).setItem(`${name}:${part}`, JSON.stringify(list));
    else keeper(name).removeItem(`${name}:${part}`);
    return true;
  } catch { return false; }
};
