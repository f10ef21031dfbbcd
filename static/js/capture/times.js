// Times as people read and write them: m:ss or h:mm:ss. Pure.
const two = (number) => String(number).padStart(2, "0");

export const clock = (ms) => {
  if (ms === null || ms === undefined) return "–";
  const seconds = Math.floor(ms / 1000);
  const hours = Math.floor(seconds / 3600);
  return hours ? `${hours}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}` : `${Math.floor(seconds / 60)}:${two(seconds % 60)}`;
};

// Milliseconds; null for no time, undefined for what is none.
export const readClock = (text) => {
  const parts = text.trim().split(":").map(Number);
  if (!text.trim()) return null;
  if (parts.some((part) => !Number.isInteger(part) || part < 0) || parts.length > 3) return undefined;
  return parts.reduce((sum, part) => sum * 60 + part, 0) * 1000;
};
