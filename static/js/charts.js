// Draws the figures of a page with Plotly, which is fetched only when the first of them comes near.
const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

const wrapped = (text, letters) => {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines[lines.length - 1];
    if (line && line.length + word.length + 1 > letters) lines.push(word);
    else lines[lines.length - 1] = line ? `${line} ${word}` : word;
  }
  const shown = lines.length > 2 ? [lines[0], `${lines[1]} …`] : lines;
  return shown.map(escaped).join("<br>");
};

const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

// Tokens become colours; every other text is somebody's words and is escaped. Formats are ours.
const FORMATS = new Set(["hovertemplate", "ticktext"]);
const resolved = (value, key) => {
  if (Array.isArray(value)) return value.map((each) => resolved(each, key));
  if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, resolved(each, name)]));
  if (typeof value !== "string" || FORMATS.has(key)) return value;
  return value.startsWith("--") ? token(value) : escaped(value);
};

const draw = (box) => {
  const figure = JSON.parse(document.getElementById(box.dataset.figure).textContent);
  const narrow = box.clientWidth < 560;
  const { data, layout } = resolved({ data: figure.data, layout: figure.layout }, "");
  layout.font.family = token("--sans");
  layout.width = box.clientWidth;
  if (figure.wrap) {
    const axis = layout[figure.wrap];
    axis.ticktext = axis.ticktext.map((text) => wrapped(text, narrow ? 18 : 44));
    axis.tickfont = { color: token("--ink"), size: narrow ? 11 : 13 };
  } else if (narrow) {
    // Labels were placed for a wide chart; on a narrow one the rank in the dot and the table name the job
    layout.annotations = layout.annotations.filter((note) => note.font.color === token("--muted"));
  }
  globalThis.Plotly.react(box, data, layout, { displayModeBar: false, staticPlot: false, responsive: false });
  box.dataset.drawn = "";
};

const loaded = (url) => new Promise((resolve, reject) => {
  if (globalThis.Plotly) { resolve(); return; }
  const script = document.createElement("script");
  script.src = url;
  script.onload = resolve;
  script.onerror = reject;
  document.head.append(script);
});

for (const section of document.querySelectorAll("[data-charts]")) {
  const boxes = [...section.querySelectorAll("[data-figure]")];
  const all = () => boxes.forEach(draw);
  let wide = 0;
  const begin = async () => {
    try {
      await loaded(section.dataset.plotly);
    } catch {
      for (const twin of section.querySelectorAll(".twin")) twin.open = true;
      for (const box of boxes) box.remove();
      return;
    }
    all();
    wide = section.clientWidth;
    document.addEventListener("theme-changed", all);
    new ResizeObserver(() => {
      if (section.clientWidth === wide) return;
      wide = section.clientWidth;
      requestAnimationFrame(all);
    }).observe(section);
  };
  const watch = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    watch.disconnect();
    begin();
  }, { rootMargin: "600px" });
  watch.observe(section);
}
