// A guest's page while the server is away: as its tab keeps it (static/js/canvas/offline.js), and gone with the tab. Who is
// out of the room keeps nothing of it, but sees once more what this tab could not send: that page itself says that it is over.
// Who left was asked about that, and keeps nothing of any room.
const PAGE = `studio-page:${location.pathname}`;
const SHEET = new RegExp(`^studio-canvas:g\\d+:${/\d+/.exec(location.pathname)}[:/]`);

const ANY = /^studio-(page:|canvas:g)/;

const isMine = (name) => (document.querySelector("[data-left]") ? ANY.test(name) : name === PAGE || SHEET.test(name));
const kept = () => { try { return Object.keys(sessionStorage).filter(isMine); } catch { return []; } };
const show = (html) => {
  document.open();
  document.write(html);
  document.close();
};
// The server may only have been slow
const ask = async () => {
  addEventListener("online", () => location.reload());
  const page = await fetch(location.href).then((response) => response.text()).catch(() => "");
  if (page) show(page);
};

addEventListener("load", () => {
  const [names, isAway] = [kept(), document.querySelector("[data-away]")];
  const waits = names.some((name) => name.endsWith(":waiting"));
  if (names.includes(PAGE) && (isAway || waits)) show(sessionStorage.getItem(PAGE).replace("<html ", "<html data-from-cache "));
  else if (isAway) ask();
  else for (const name of names) sessionStorage.removeItem(name);
});
