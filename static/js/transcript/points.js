// Code points, which the server counts, and UTF-16 units, which the browser counts. Pure.
const HIGH = /[\uD800-\uDBFF]/;
const LOW = /[\uDC00-\uDFFF]/;

// Of the first units of a text. Half a pair is rounded.
export const pointsBefore = (text, units, roundUp) => {
  const splits = units > 0 && units < text.length && HIGH.test(text[units - 1]) && LOW.test(text[units]);
  return [...text.slice(0, units)].length - (splits && !roundUp ? 1 : 0);
};

export const unitsBefore = (text, points) => [...text].slice(0, points).join("").length;

// Where the words or sentences of a text begin and end.
export const pieces = (text, unit, segmenter) => [...segmenter.segment(text)]
  .filter((piece) => (unit === "word" ? piece.isWordLike : piece.segment.trim()))
  .map(({ index, segment }) => [index, index + (unit === "word" ? segment : segment.trimEnd()).length]);
