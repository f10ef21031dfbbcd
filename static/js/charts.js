// Draws the figures of a page with Plotly, which is fetched only when the first of them comes near; lets keys
// walk through their points; and hands out pictures that are made here, in the browser.
const PAPER = 680, PICTURE = 1000, NARROW = 560, SEGMENT = 112;
const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

const cut = (text, letters) => (text.length > letters ? `${text.slice(0, Math.max(letters - 2, 1)).replace(/\s+\S*$/, "")} …` : text);
const broken = (text, letters) => {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines[lines.length - 1];
    if (line && line.length + word.length + 1 > letters) lines.push(word);
    else lines[lines.length - 1] = line ? `${line} ${word}` : word;
  }
  return lines;
};
const wrapped = (text, letters, most) => {
  const lines = broken(text, letters).map((line) => cut(line, letters + 6));
  const shown = lines.length > most ? [...lines.slice(0, most - 1), `${lines[most - 1]} …`] : lines;
  return shown.map(escaped).join("<br>");
};

// --- colours -----------------------------------------------------------------------------------------
const root = document.documentElement;
const token = (name) => getComputedStyle(root).getPropertyValue(name).trim();
// Paper and documents are white, whatever the screen is; put back before anything is painted
const inLight = (make) => {
  const before = root.dataset.bsTheme;
  root.dataset.bsTheme = "light";
  try { return make(); } finally { root.dataset.bsTheme = before; }
};

// Tokens become colours. Texts are somebody's words: they are escaped and never a token. Formats are ours.
const FORMATS = new Set(["hovertemplate", "ticktext"]);
const TEXTS = new Set(["text", "hovertext", "name"]);
const TOKEN = /^--[a-z\d-]+$/;
const resolved = (value, key) => {
  if (Array.isArray(value)) return value.map((each) => resolved(each, key));
  if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, resolved(each, name)]));
  if (typeof value !== "string" || FORMATS.has(key)) return value;
  return TOKEN.test(value) && !TEXTS.has(key) ? token(value) : escaped(value);
};

// --- drawing -----------------------------------------------------------------------------------------
const figureOf = (box) => JSON.parse(document.getElementById(box.dataset.figure).textContent);

// What is written in the bars of a narrow chart: all, its letter, or nothing
const fitting = ({ text, x }, { width, margin, xaxis: { range } }) => text.map((words, place) => {
  const room = (Math.abs(x[place]) * (width - margin.l - margin.r)) / (range[1] - range[0]);
  if (room >= 6 * words.length + 2) return words;
  return room >= 12 ? words.split(" ")[0] : "";
});

// Beside the rows of a narrow chart names would be cut, or leave no room: they stand above them, in full.
const ledOut = (figure, layout, width) => {
  const axis = layout[figure.wrap];
  const names = axis.ticktext.map((text) => wrapped(text, Math.floor((width - 16) / 6), 4));
  const lines = Math.max(...names.map((name) => name.split("<br>").length));
  const row = 38 + 15 * lines;
  const over = (7 * lines) / row; // what the first name needs above its row
  layout.height += names.length * (row - figure.row) + 7 * lines;
  layout.bargap = 1 - 18 / row;
  Object.assign(axis, { showticklabels: false, range: [names.length - 0.5, -0.5 - over] });
  const style = { x: 0, xref: "paper", xanchor: "left", yanchor: "bottom", yshift: 10, align: "left", showarrow: false, bgcolor: token("--surface"), borderpad: 0, font: { size: 12, color: token("--ink") } };
  layout.annotations.push(...names.map((text, y) => ({ ...style, y, text })));
};

// The name of a job over the rows of its segments takes the lines that it needs; every row is then as high.
const headed = (figure, layout, width, narrow) => {
  const letters = Math.floor((width - (narrow ? 24 : 200)) / 7.4);
  layout.annotations.forEach((note, place) => {
    if (note.name !== "heading") return;
    note.text = wrapped(figure.layout.annotations[place].text, letters, 4);
    Object.assign(note, { align: "left" }, narrow && { x: 0, xref: "paper", xshift: 4 - SEGMENT });
  });
  if (narrow) [layout.margin.l, layout.yaxis.automargin] = [SEGMENT, false];
  const lines = Math.max(...layout.annotations.filter((note) => note.name === "heading").map((note) => note.text.split("<br>").length));
  const row = Math.max(narrow ? 30 : 24, 17 * lines);
  layout.height += (layout.height - layout.margin.t) * (row / 24 - 1);
};

// Names that have no room beside what they name stand below the drawing, found by their number.
const listed = ({ data, layout }, lines) => {
  const rows = lines.flatMap((line) => broken(line, Math.floor(layout.width / 7))).map(escaped);
  const room = rows.length * 16 + 12;
  const note = { text: rows.join("<br>"), x: 0, xref: "paper", xanchor: "left", y: 0, yref: "paper", yanchor: "top", yshift: -layout.margin.b, align: "left", showarrow: false, font: { size: 12, color: token("--ink") } };
  return { data, layout: { ...layout, annotations: [...layout.annotations, note], margin: { ...layout.margin, b: layout.margin.b + room }, height: layout.height + room } };
};
const numbered = ({ data, layout }, figure, { alone, all }) => {
  const lines = layout.annotations.flatMap((note, place) => {
    const [number, bare] = [place + 1, note.name === "number"];
    if (alone) Object.assign(note, { xanchor: "center", xshift: 0, yanchor: "bottom", yshift: 8 });
    if (alone || bare) note.text = `<b>${number}</b>`;
    else if (all) note.text = `${number} ${note.text}`;
    return alone || all || bare ? [`${number}  ${figure.layout.annotations[place].hovertext}`] : [];
  });
  return lines.length ? listed({ data, layout }, lines) : { data, layout };
};

const drawingOf = (box, width, { picture = false } = {}) => {
  const figure = figureOf(box);
  const narrow = width < NARROW;
  for (const note of figure.layout.annotations ?? []) {
    if (narrow && note.name === "lean") note.text = note.text.match(/[◀▶]/)?.[0] ?? "=";
    if (narrow && note.name === "region") note.font.size = 10;
  }
  const { data, layout } = resolved({ data: figure.data, layout: figure.layout }, "");
  layout.font.family = token("--sans");
  layout.width = width;
  layout.annotations ??= [];
  if (figure.aspect) layout.height = Math.round(width * figure.aspect);
  if (figure.wrap && !(narrow && figure.row)) {
    const axis = layout[figure.wrap];
    axis.ticktext = axis.ticktext.map((text) => wrapped(text, narrow ? 18 : 44, narrow ? 2 : figure.lines));
    axis.tickfont = { color: token("--ink"), size: narrow ? 11 : 13 };
  }
  if (layout.annotations.some((note) => note.name === "heading")) headed(figure, layout, width, narrow);
  // Labels were placed for a wide chart; on a narrow one the mark and the table name the job
  if (narrow) {
    layout.annotations = layout.annotations.filter((note) => note.name !== "label");
    for (const trace of data) if (trace.orientation === "h") trace.text = fitting(trace, layout);
    for (const axis of [layout.xaxis, layout.yaxis]) if (axis?.title) axis.title.font = { size: 11 };
    if (figure.row) ledOut(figure, layout, width);
  }
  layout.hoverlabel = { bgcolor: token("--raised"), bordercolor: token("--line-strong"), font: { color: token("--ink"), family: layout.font.family }, align: "left" };
  // Names were placed for so much room, in pixels
  return figure.room ? numbered({ data, layout }, figure, { alone: width < figure.room, all: picture }) : { data, layout };
};

const CONFIG = { displayModeBar: false, staticPlot: false, responsive: false };
const draw = (box, { paper = false } = {}) => {
  const width = paper ? Math.min(PAPER, Math.max(box.clientWidth, NARROW)) : box.clientWidth;
  if (!width) return;
  const { data, layout } = paper ? inLight(() => drawingOf(box, width)) : drawingOf(box, width);
  globalThis.Plotly.react(box, data, layout, CONFIG);
  if (!("drawn" in box.dataset)) begun(box);
};

// --- walking through the points ----------------------------------------------------------------------
const rowsOf = (figure) => [...figure.querySelectorAll(".twin tbody tr")];
const pointsOf = (box) => {
  const points = new Map(); // row of the table -> its first point
  (box.data ?? []).forEach((trace, curveNumber) => (trace.customdata ?? []).forEach((rows, pointNumber) => {
    for (const row of [rows].flat()) if (!points.has(row)) points.set(row, { curveNumber, pointNumber });
  }));
  return points;
};
const told = (figure, row) => {
  const heads = [...figure.querySelectorAll(".twin thead th")].map((head) => head.textContent);
  return [...row.cells].map((cell, place) => (cell.matches("th") ? cell.textContent : `${heads[place]} ${cell.textContent}`)).join(" · ");
};
const mark = (figure, chosen) => rowsOf(figure).forEach((row, place) => row.classList.toggle("is-pointed", chosen.includes(place)));

const begun = (box) => {
  const figure = box.closest("[data-chart]");
  box.dataset.drawn = "";
  for (const part of figure.querySelectorAll("[data-needs-drawing]")) part.hidden = false;
  const rows = rowsOf(figure);
  const line = figure.querySelector("[data-told]");
  let at = -1;
  const go = (place) => {
    at = place;
    const point = pointsOf(box).get(place);
    mark(figure, [place]);
    if (point) globalThis.Plotly.Fx.hover(box, [point]);
    line.textContent = told(figure, rows[place]);
  };
  const leave = () => {
    at = -1;
    globalThis.Plotly.Fx.unhover(box);
    mark(figure, []);
    line.textContent = "";
  };
  box.tabIndex = 0;
  box.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const places = [...pointsOf(box).keys()].filter((place) => rows[place]).sort((one, other) => one - other);
    if (!places.length) return;
    const here = places.indexOf(at);
    const next = {
      ArrowRight: here + 1, ArrowDown: here + 1, ArrowLeft: Math.max(here - 1, 0), ArrowUp: Math.max(here - 1, 0), Home: 0, End: places.length - 1,
    }[event.key];
    if (next !== undefined) go(places[Math.min(next, places.length - 1)]);
    else if (event.key === "Enter" && at >= 0) rows[at].querySelector("a")?.click();
    else if (event.key === "Escape" && at >= 0) leave();
    else return;
    event.preventDefault();
  });
  box.addEventListener("blur", leave);
  box.on("plotly_hover", ({ points }) => mark(figure, [points[0].customdata].flat()));
  box.on("plotly_unhover", () => mark(figure, at < 0 ? [] : [at]));
  box.on("plotly_click", ({ points }) => {
    const [first, ...others] = [points[0].customdata].flat();
    if (!others.length) rows[first]?.querySelector("a")?.click();
  });
};

// --- pictures ----------------------------------------------------------------------------------------
// Title, what it rests on and the date stand inside the picture: it will be shown without this page.
const titled = ({ data, layout }, { title, foot }) => {
  const letters = Math.floor(layout.width / 9);
  const name = broken(title, letters).map(escaped).join("<br>");
  const basis = broken(foot, Math.floor(layout.width / 6.4)).map(escaped);
  const lines = name.split("<br>").length * 24 + basis.length * 16 + 28;
  layout.title = {
    text: `<b>${name}</b><br><span style="font-size:12px">${basis.join("<br>")}</span>`,
    font: { size: 18, color: token("--ink") }, x: 0, xref: "container", xanchor: "left", y: 1, yref: "container", yanchor: "top", pad: { l: 16, t: 28 },
  };
  layout.margin = { ...layout.margin, t: layout.margin.t + lines, b: layout.margin.b + 12, l: layout.margin.l + 16, r: layout.margin.r + 16 };
  if (layout.legend) layout.legend.y = 1 - lines / (layout.height + lines + 12);
  layout.height += lines + 12;
  return { data, layout };
};

// A picture has no table beside it: it lists below what its marks stand for.
const explained = (drawing, figure) => {
  if (!figure.classList.contains("chart-figure--square")) return drawing;
  const [ranks, names] = ["Rank", "Job"].map((head) => [...figure.querySelectorAll(".twin thead th")].findIndex((cell) => cell.textContent === head));
  return listed(drawing, rowsOf(figure).map((row) => `${row.cells[ranks].textContent.trim()}  ${row.cells[names].textContent.trim()}`));
};

const save = (href, name) => {
  const link = document.createElement("a");
  link.href = href;
  link.download = name;
  link.click();
};

const take = async (figure, format) => {
  const box = figure.querySelector("[data-figure]");
  const width = figure.classList.contains("chart-figure--square") ? Math.max(box.clientWidth, 600) : PICTURE;
  const picture = inLight(() => titled(explained(drawingOf(box, width, { picture: true }), figure), figure.dataset));
  const { height } = picture.layout;
  const scale = height > 4000 ? 1 : 2; // a canvas has an end
  const href = await globalThis.Plotly.toImage({ ...picture, config: CONFIG }, { format, width, height, scale: format === "png" ? scale : 1 });
  save(href, `${figure.dataset.file}.${format}`);
};

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-export]");
  if (!button) return;
  button.closest("details").open = false;
  take(button.closest("[data-chart]"), button.dataset.export);
});

// --- when --------------------------------------------------------------------------------------------
let plotly;
const loaded = (url) => plotly ??= new Promise((resolve, reject) => {
  const script = document.createElement("script");
  script.src = url;
  script.onload = resolve;
  script.onerror = reject;
  document.head.append(script);
});

const drawn = () => document.querySelectorAll("[data-figure][data-drawn]");
document.addEventListener("theme-changed", () => drawn().forEach((box) => draw(box)));
addEventListener("beforeprint", () => drawn().forEach((box) => draw(box, { paper: true })));
addEventListener("afterprint", () => drawn().forEach((box) => draw(box)));

const begin = async (figure) => {
  const box = figure.querySelector("[data-figure]");
  try {
    await loaded(figure.dataset.plotly);
  } catch {
    figure.querySelector(".twin").open = true;
    box.remove();
    return;
  }
  draw(box);
  let wide = box.clientWidth;
  new ResizeObserver(() => {
    if (box.clientWidth === wide) return;
    wide = box.clientWidth;
    requestAnimationFrame(() => draw(box));
  }).observe(figure);
};

const watch = new IntersectionObserver((entries) => {
  for (const entry of entries.filter((each) => each.isIntersecting)) {
    watch.unobserve(entry.target);
    begin(entry.target);
  }
}, { rootMargin: "600px" });
document.querySelectorAll("[data-chart]").forEach((figure) => watch.observe(figure));
