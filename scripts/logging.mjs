// What yjs says to the console, in plain words: lib0/logging would bring colours, a DOM and a schema library along,
// five per cent of what the canvas loads.
export const print = (...words) => console.info(...words);
export const warn = (...words) => console.warn(...words);
export const [ORANGE, RED, BOLD, UNBOLD] = ["", "", "", ""];
