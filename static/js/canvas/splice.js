// Two texts and what lies between them: the one piece that differs, and where a caret belongs afterwards.
const LOW_SURROGATE = /[\uDC00-\uDFFF]/;

// {start, end, words}: `words` replace what stood from `start` to `end`. A pair of surrogates is never torn:
// half a sign would reach the others as a question mark.
export const difference = (before, after) => {
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before[start] === after[start]) start += 1;
  if (start && (LOW_SURROGATE.test(before[start] ?? "") || LOW_SURROGATE.test(after[start] ?? ""))) start -= 1;
  let same = 0;
  while (same < most - start && before.at(-1 - same) === after.at(-1 - same)) same += 1;
  if (same && LOW_SURROGATE.test(before.at(-same))) same -= 1;
  return { start, end: before.length - same, words: after.slice(start, after.length - same) };
};

// Where a caret that stood at `caret` in `before` belongs in `after`.
export const follow = (before, after, caret) => {
  const { start, end, words } = difference(before, after);
  if (caret <= start) return caret;
  return caret >= end ? caret + words.length - (end - start) : start + words.length;
};

// What somebody did to `before`, done to `theirs` instead, which others made of the same text meanwhile.
export const rebased = (before, after, theirs) => {
  const { start, end, words } = difference(before, after);
  const from = follow(before, theirs, start);
  return theirs.slice(0, from) + words + theirs.slice(Math.max(from, follow(before, theirs, end)));
};
