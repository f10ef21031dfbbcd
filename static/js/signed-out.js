// Firefox and Safari keep whole pages for going back, and show them as they were even after their reader signed out.
// Any page of nobody notes when it came; what was loaded before that is not shown again, but asked for anew.
const KEY = "signed-out-at";
const noted = () => {
  try { return Number(localStorage.getItem(KEY)); } catch { return Infinity; } // nothing is kept here: always anew
};
try {
  if (!document.querySelector("form[action$='/logout/']")) localStorage.setItem(KEY, Date.now());
} catch { /* see above */ }
addEventListener("pageshow", ({ persisted }) => {
  if (!persisted || noted() < performance.timeOrigin) return;
  document.documentElement.hidden = true;
  location.reload();
});
