// What the page says: aloud to a screen reader, in the banner, and in the frame's state of saving.
import { $, given, line, live, make } from "./page.js";
import { SIGNED_OUT } from "./requests.js";

const FORTY_FIVE = 45 * 60_000;

export const showSaving = (detail) => document.dispatchEvent(new CustomEvent("save-state", { detail }));

export const createSay = ({ state, store }) => {
  const [speech, banner] = [$("[data-say]"), $("[data-banner]")];
  let heard = "";
  let said = "";
  let drawn = "";

  const late = () => state.elapsed() > FORTY_FIVE && state.timer.running && !state.alive().some((item) => item.phase === 4);
  const bannerWords = () => {
    if (said || state.trouble) return said || state.trouble;
    if (late()) return `45 minutes are over and nothing is captured in phase 4, ${given.phases[3]}, yet.`;
    return store.kind === "memory" ? "This browser keeps nothing for us: do not close this page before everything is saved." : "";
  };
  const signIn = () => make("a", { href: `${live.dataset.login}?next=${encodeURIComponent(location.pathname)}`, target: "_blank", rel: "noopener" }, "Sign in");
  const understood = () => {
    const away = make("button", { type: "button", class: "btn btn-quiet btn-sm" }, "Understood");
    away.addEventListener("click", () => { state.trouble = ""; drawBanner(); line.focus(); });
    return away;
  };
  const drawBanner = () => {
    const words = bannerWords();
    if (words === drawn) return;
    drawn = words;
    banner.replaceChildren(...(words ? [make("span", {}, words)] : []));
    if (said === SIGNED_OUT) banner.append(signIn());
    else if (state.trouble && words === state.trouble) banner.append(understood());
  };

  return {
    drawBanner,
    aloud(words) {
      heard = words;
      speech.textContent = ""; // the same words again are read again
      setTimeout(() => { speech.textContent = heard; }, 30);
    },
    inBanner(message) {
      said = message ?? "";
      drawBanner();
    },
  };
};
