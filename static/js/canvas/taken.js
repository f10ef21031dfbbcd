// Says that somebody took the whole canvas back: without a word, cards would come and go for no reason to be seen.
import { toast } from "./elements.js";

export const createTaken = ({ facts, say }) => {
  let known;
  return () => {
    const last = facts.taken_back; // undefined until the server was asked, null where nobody ever did
    if (last && known !== undefined && last.id > known && last.by !== facts.me.key) {
      toast({ text: last.words });
      say(last.words);
    }
    if (last !== undefined) known = last?.id ?? 0;
  };
};
