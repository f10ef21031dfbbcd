// Keys that sort as text and leave room between any two, exactly as strategy/order.py makes them.
const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

// A key between two others, read as fractions to base 62; "" means no bound on that side.
export const keyBetween = (low, high) => {
  if (high && low >= high) throw new RangeError(`${low} does not stand before ${high}`);
  let same = 0;
  while (same < high.length && (low[same] ?? DIGITS[0]) === high[same]) same += 1;
  const below = same < low.length ? DIGITS.indexOf(low[same]) : 0;
  // behind the last key one small step is enough: a long field then keeps short keys
  const above = same < high.length ? DIGITS.indexOf(high[same]) : Math.min(below + 2, DIGITS.length);
  const prefix = high.slice(0, same);
  if (above - below > 1) return prefix + DIGITS[(below + above) >> 1];
  return prefix + DIGITS[below] + keyBetween(low.slice(same + 1), "");
};
