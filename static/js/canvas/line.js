// Whether the line to the server is dead. One that is cut without a word (a cable, a proxy that drops what it gets) is
// told from a slow one by its silence alone, and only while something is owed: a page at rest sends and counts nothing.
const TICK_MS = 1000;
const QUIET = 6; // ticks: a slow line that lost a packet twice, or a server that is busy for three seconds, is not dead
const SLOWEST = 8 * 1024; // bytes a tick, of the slowest line that is worth waiting for

export const OPENING = 10; // ticks; browsers themselves wait for minutes
export const patience = (bytes) => QUIET + Math.floor(bytes / SLOWEST);

// Ticks are counted, because a page that slept or was busy heard nothing either.
export const createLine = (dead) => {
  let [timer, quiet, most] = [0, 0, 0];
  const rest = () => {
    clearTimeout(timer);
    [timer, quiet, most] = [0, 0, 0];
  };
  const tick = () => {
    quiet += 1;
    timer = setTimeout(tick, TICK_MS);
    if (quiet < most) return;
    rest();
    dead();
  };
  return {
    rest,
    heard() { quiet = 0; },
    waits(ticks) {
      most = Math.max(most, ticks);
      timer ||= setTimeout(tick, TICK_MS);
    },
  };
};
