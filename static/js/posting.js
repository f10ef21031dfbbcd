// Posts of a page that stays: with the token that it came with; what is refused is heard and read in words.
export const COULD_NOT = "The server could not do that. Nothing was changed.";
export const SIGNED_OUT = "You are signed out. Nothing was changed. Reload the page to sign in again.";

export const token = () => JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];

// The piece of the page that the server answers with. Throws what `why` puts into words.
export const post = async (url, fields) => {
  const headers = { "X-CSRFToken": token(), "HX-Request": "true" };
  const answer = await fetch(url, { method: "POST", body: new URLSearchParams(fields), headers });
  if (answer.redirected) throw new Error(SIGNED_OUT); // what came is the page to sign in, with status 200
  if (answer.status === 409) throw new Error(await answer.text());
  if (!answer.ok) throw new Error(answer.status === 403 ? "Your role in this study does not allow that." : COULD_NOT);
  return answer.text();
};
export const why = (error) => (error instanceof TypeError ? "The server cannot be reached. Nothing was changed." : error.message);

// A screen reader would not say the same words again if they only stayed.
export const aloud = (line) => (text) => { line.textContent = ""; requestAnimationFrame(() => { line.textContent = text; }); };
export const refusing = (say) => (text) => {
  say(text);
  document.dispatchEvent(new CustomEvent("toast", { detail: { text, level: "error" } }));
};
