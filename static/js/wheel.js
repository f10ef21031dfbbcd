// The wheel of one interview: data in, SVG out. One drawing for capture, review and print, and its twin as a list.
// Angles run clockwise from 12 o'clock in a square of 1000; docs: the layout's radii are the constants below.
const SVG = "http://www.w3.org/2000/svg";
const CENTRE = 500;
const HUB = 130;
const LANES = { promoting: 210, blocking: 160 };
const FIELD = [236, 396];
const TRACKS = [346, 298, 250];
const RING = [406, 450];
const RING_LINE = 428;
const CHIP = { width: 40, height: 27 };
const STRIP_HEIGHT = 92;
const SECTORS = [["internal", 0], ["external", 120], ["temporal", 240]];
const MOST_AT_POINT = { T5: 2, T6: 2, T7: 2, T8: 1 };

const round = (number) => Math.round(number * 10) / 10;
export const place = (angle, radius) => {
  const turn = (angle * Math.PI) / 180;
  return [round(CENTRE + radius * Math.sin(turn)), round(CENTRE - radius * Math.cos(turn))];
};
const degrees = (length, radius) => (length / radius) * (180 / Math.PI);

export const spoken = (item) => item.quote || item.verbatim || item.note || "";
const byTime = (a, b) => (a.at_ms ?? Infinity) - (b.at_ms ?? Infinity) || (a.pk ?? Infinity) - (b.pk ?? Infinity) || (a.id < b.id ? -1 : 1);

export const describe = (item, data) => {
  const kind = data.kinds.get(item.kind);
  const parts = [kind ? kind.name : "Not classified"];
  if (item.point) parts.push(`${item.point} ${data.points.get(item.point)?.name ?? ""}`.trim());
  if (item.phase) parts.push(`phase ${item.phase} ${data.phases[item.phase - 1]}`);
  if (item.intensity !== null && item.intensity !== undefined) parts.push(`intensity ${item.intensity} of 4`);
  if (item.grade === "D") parts.push("hypothetical, does not count in scores");
  return `${parts.join(", ")}: ${spoken(item)}`;
};

// Adds the lookups that drawing needs; `data` has elements, vocabulary, phases, header, prompts.
export const prepare = (data) => ({
  ...data,
  items: data.elements.filter((item) => !item.deleted).sort(byTime),
  kinds: new Map(data.vocabulary.kinds.map((kind) => [kind.code, kind])),
  points: new Map(data.vocabulary.points.map((point) => [point.code, point])),
});

const WIDE = new Set(["pull", "anxiety"]); // their glyph is doubled
const forceSize = (item) => {
  const height = 22 + 2.2 * (item.intensity ?? 1);
  return { width: round(height * (WIDE.has(item.kind) ? 1.6 : 1.3)), height: round(height) };
};

// Fills an arc from its start; what does not fit is returned, so that nothing overlaps.
const pack = (items, radius, from, to, sizeOf) => {
  const placed = [];
  let angle = from;
  for (const [index, item] of items.entries()) {
    const size = sizeOf(item);
    // Upright boxes on a circle touch by their corners first, so the diagonal keeps them apart
    const step = degrees(Math.hypot(size.width, size.height) + 1, radius);
    const last = angle + step * 2 > to && index < items.length - 1;
    if (angle + step > to) {
      const { x, y } = placed.pop();
      return { placed, rest: items.slice(index - 1), at: { x, y } };
    }
    const [x, y] = place(angle + step / 2, radius);
    if (last) return { placed, rest: items.slice(index), at: { x, y } };
    placed.push({ item, x, y, ...size });
    angle += step;
  }
  return { placed, rest: [] };
};

const lanes = (data) => {
  const chips = [];
  const more = [];
  for (const [family, radius] of Object.entries(LANES)) {
    for (const phase of [1, 2, 3, 4]) {
      const items = data.items.filter((item) => data.kinds.get(item.kind)?.family === family && item.phase === phase);
      const start = (phase - 1) * 90;
      const packed = pack(items, radius, start + 5, start + 88, forceSize);
      chips.push(...packed.placed);
      if (packed.rest.length) more.push({ ...packed.at, items: packed.rest });
    }
  }
  return { chips, more };
};

const FIELD_FAMILIES = new Set(["expectation", "choice", "experience"]);
const fields = (data) => {
  const chips = [];
  const more = [];
  const empty = [];
  const order = [...data.kinds.keys()];
  for (const phase of [1, 2, 3, 4]) {
    const items = data.items.filter((item) => FIELD_FAMILIES.has(data.kinds.get(item.kind)?.family) && item.phase === phase);
    items.sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind) || byTime(a, b));
    const start = (phase - 1) * 90;
    let rest = items;
    for (const [index, radius] of TRACKS.entries()) {
      const packed = pack(rest, radius, start + 3, start + 87, () => CHIP);
      const last = index === TRACKS.length - 1;
      // Only the innermost arc says "+n"; the others give their last place to a chip
      if (packed.at && !last) {
        packed.placed.push({ item: packed.rest[0], ...packed.at, ...CHIP });
        packed.rest = packed.rest.slice(1);
      }
      chips.push(...packed.placed);
      rest = packed.rest;
      if (last && rest.length) more.push({ ...packed.at, items: rest });
      if (!rest.length) break;
    }
    if (!items.length) empty.push({ phase, words: emptyWords(data, phase) });
  }
  return { chips, more, empty };
};

const emptyWords = (data, phase) => {
  const asked = new Set(data.asked ?? []);
  const prompt = (data.prompts ?? []).find((each) => each.phase === phase && !asked.has(each.id));
  if (prompt) return prompt.text;
  const kind = [...data.kinds.values()].find((each) => each.phases[0] === phase && FIELD_FAMILIES.has(each.family));
  return kind?.question ?? "";
};

const events = (data) => {
  const chips = [];
  const more = [];
  const groups = new Map();
  for (const item of data.items.filter((each) => each.kind === "event")) {
    const group = item.point || (item.phase ? `phase ${item.phase}` : "");
    if (group) groups.set(group, [...(groups.get(group) ?? []), item]);
  }
  for (const [group, items] of groups) {
    const point = data.points.get(group);
    const most = MOST_AT_POINT[group] ?? 3;
    const shown = items.length > most ? most - 1 : items.length;
    const spot = (index) => {
      if (group === "T0") return [424 - index * 36, 24];
      const start = point ? point.angle : Number(group.slice(6)) * 90 - 45;
      return place(start + index * 5.3, RING_LINE);
    };
    items.slice(0, shown).forEach((item, index) => {
      const [x, y] = spot(index);
      chips.push({ item, x, y, width: 34, height: 34, diamond: true, dated: Boolean(item.story_date), pointed: Boolean(point) });
    });
    if (shown < items.length) {
      const [x, y] = spot(shown);
      more.push({ x, y, items: items.slice(shown) });
    }
  }
  return { chips, more, used: new Set(groups.keys()) };
};

const corner = (items, x, direction) => {
  const chips = [];
  const more = [];
  const places = 9;
  const shown = items.length > places ? places - 1 : items.length;
  const spot = (index) => ({ x: x + direction * (index % 3) * 46, y: 56 + Math.floor(index / 3) * 34 });
  items.slice(0, shown).forEach((item, index) => chips.push({ item, ...spot(index), ...CHIP }));
  if (shown < items.length) more.push({ ...spot(shown), items: items.slice(shown) });
  return { chips, more };
};

export const isPlaced = (item) => Boolean(item.kind) && (item.kind === "job" || item.kind === "constraint" || Boolean(item.phase) || (item.kind === "event" && Boolean(item.point)));

const hub = (data) => {
  const constraints = data.items.filter((item) => item.kind === "constraint");
  const known = new Set(SECTORS.map(([name]) => name));
  return {
    sectors: SECTORS.map(([name, angle]) => ({ name, angle, items: constraints.filter((item) => item.detail?.constraint_kind === name) })),
    other: constraints.filter((item) => !known.has(item.detail?.constraint_kind)),
  };
};

export const gapWords = (from, to) => {
  const days = Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);
  const [amount, unit] = days < 0 ? [days, "day"] : days < 14 ? [days, "day"] : days < 61 ? [Math.round(days / 7), "week"] : days < 730 ? [Math.round(days / 30.44), "month"] : [Math.round(days / 365.25), "year"];
  return `${amount} ${unit}${Math.abs(amount) === 1 ? "" : "s"}`;
};

// Real time, not to the ring's angles: the first dated event of each point, and the gaps between neighbours.
const strip = (data) => {
  const dated = new Map();
  for (const item of data.items) {
    if (item.kind !== "event" || !item.point || !item.story_date) continue;
    const there = dated.get(item.point);
    if (!there || item.story_date < there.story_date) dated.set(item.point, item);
  }
  const stops = [...dated.values()].sort((a, b) => (a.story_date < b.story_date ? -1 : a.story_date > b.story_date ? 1 : 0));
  if (stops.length < 2) return null;
  const first = Date.parse(stops[0].story_date);
  const whole = Date.parse(stops.at(-1).story_date) - first || 1;
  let previous = -Infinity;
  const marks = stops.map((item) => {
    const natural = 40 + (920 * (Date.parse(item.story_date) - first)) / whole;
    const x = Math.max(natural, previous + 34);
    previous = x;
    return { item, x: round(x) };
  });
  const overflow = Math.max(0, previous - 960);
  for (const mark of marks) mark.x = round(mark.x - overflow * ((mark.x - 40) / (previous - 40 || 1)));
  return marks;
};

export const layoutWheel = (raw) => {
  const data = prepare(raw);
  const [inLanes, inFields, onRing] = [lanes(data), fields(data), events(data)];
  const jobs = corner(data.items.filter((item) => item.kind === "job"), 34, 1);
  const waiting = corner(data.items.filter((item) => !isPlaced(item)), 966, -1);
  return {
    data,
    chips: [...inLanes.chips, ...inFields.chips, ...onRing.chips, ...jobs.chips, ...waiting.chips],
    more: [...inLanes.more, ...inFields.more, ...onRing.more, ...jobs.more, ...waiting.more],
    empty: inFields.empty,
    used: onRing.used,
    hub: hub(data),
    strip: strip(data),
    hasJobs: jobs.chips.length > 0,
    hasWaiting: waiting.chips.length > 0,
  };
};

export const wrap = (words, width, most) => {
  const lines = [""];
  for (const word of words.split(/\s+/)) {
    const line = lines.at(-1);
    if (!line) lines[lines.length - 1] = word;
    else if (line.length + word.length < width) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  if (lines.length <= most) return lines;
  return [...lines.slice(0, most - 1), `${lines[most - 1]}…`];
};

const arc = (from, to, radius, sweep = 1) => {
  const [x1, y1] = place(from, radius);
  const [x2, y2] = place(to, radius);
  return `${x1} ${y1}A${radius} ${radius} 0 ${Math.abs(to - from) > 180 ? 1 : 0} ${sweep} ${x2} ${y2}`;
};
const band = (from, to, inner, outer) => `M${arc(from, to, outer)}L${arc(to, from, inner, 0)}Z`;

// `options`: document; interactive (chips are buttons); selected (an item's id); label.
export const drawWheel = (raw, { document, interactive = false, selected = "", label = "Wheel" }) => {
  const plan = layoutWheel(raw);
  const { data } = plan;
  const node = (name, attributes = {}, ...children) => {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) if (value !== undefined && value !== false) made.setAttribute(key, value);
    for (const child of children) made.append(child);
    return made;
  };
  const text = (x, y, words, attributes = {}) => node("text", { x, y, "text-anchor": "middle", ...attributes }, words);
  const layer = (name, ...children) => node("g", { class: `wheel-${name}` }, ...children);

  const ground = [];
  for (const phase of [1, 2, 3, 4]) {
    const start = (phase - 1) * 90;
    ground.push(node("path", { d: band(start, start + 90, ...FIELD), class: "wheel-field", "data-phase": phase }));
    ground.push(node("path", { d: band(start, phase === 4 ? 353 : start + 90, ...RING), class: "wheel-ring", "data-phase": phase }));
    const upper = phase === 1 || phase === 4;
    const path = `wheel-name-${phase}`;
    ground.push(node("path", { id: path, d: upper ? `M${arc(start, start + 90, 377)}` : `M${arc(start + 90, start, 390, 0)}`, fill: "none" }));
    ground.push(node("text", { class: "wheel-phase", "data-phase": phase }, node("textPath", { href: `#${path}`, startOffset: "50%", "text-anchor": "middle" }, `${phase} ${data.phases[phase - 1]}`)));
  }
  const [tipX, tipY] = place(358, RING_LINE);
  const [upX, upY] = place(353, RING[1] + 5);
  const [downX, downY] = place(353, RING[0] - 5);
  ground.push(node("path", { d: `M${upX} ${upY}L${tipX} ${tipY}L${downX} ${downY}Z`, class: "wheel-tip" }));
  for (const angle of [0, 90, 180, 270]) {
    const [x1, y1] = place(angle, HUB + 8);
    const [x2, y2] = place(angle, FIELD[1]);
    ground.push(node("path", { d: `M${x1} ${y1}L${x2} ${y2}`, class: "wheel-spoke" }));
  }

  const ways = [];
  for (const [family, radius] of Object.entries(LANES)) {
    ways.push(node("circle", { cx: CENTRE, cy: CENTRE, r: radius, class: "wheel-lane", "data-family": family }));
    for (const angle of [0, 90, 180, 270]) {
      const ahead = family === "promoting" ? 5 : -5;
      const [x, y] = place(angle + ahead / 2, radius);
      const [ax, ay] = place(angle - ahead / 2, radius + 8);
      const [bx, by] = place(angle - ahead / 2, radius - 8);
      ways.push(node("path", { d: `M${ax} ${ay}L${x} ${y}L${bx} ${by}`, class: "wheel-way", "data-family": family }));
    }
  }

  const core = [node("circle", { cx: CENTRE, cy: CENTRE, r: HUB, class: "wheel-hub" })];
  const holder = (items, shape, words) => {
    const attributes = { "data-el": "constraint", class: "wheel-sector" };
    if (interactive && items.length) Object.assign(attributes, { role: "button", tabindex: "-1", "data-item": items[0].id, "data-items": items.map((item) => item.id).join(" ") });
    else attributes.role = "img";
    attributes["aria-label"] = words;
    return node("g", attributes, ...shape);
  };
  for (const { name, angle, items } of plan.hub.sectors) {
    const [x1, y1] = place(angle + 60, 38);
    const [x2, y2] = place(angle + 60, HUB);
    core.push(node("path", { d: `M${x1} ${y1}L${x2} ${y2}`, class: "wheel-spoke" }));
    const [x, y] = place(angle, 84);
    const title = name[0].toUpperCase() + name.slice(1);
    core.push(holder(items, [node("circle", { cx: x, cy: y, r: 36, class: "wheel-touch" }), text(x, y - 3, title, { class: "wheel-small" }), text(x, y + 20, items.length ? `■ ${items.length}` : "–", { class: items.length ? "wheel-count" : "wheel-none" })], `Constraints, ${name}: ${items.length}`));
  }
  const all = plan.hub.other;
  core.push(holder(all, [node("circle", { cx: CENTRE, cy: CENTRE, r: 37, class: "wheel-core" }), text(CENTRE, CENTRE - 4, "C ■", { class: "wheel-letter" }), text(CENTRE, CENTRE + 16, all.length ? `+${all.length}` : "limits", { class: "wheel-small" })], all.length ? `C +${all.length} constraints of no kind yet` : "C limits: no constraint without a kind"));

  const marks = [];
  for (const point of data.points.values()) {
    if (point.angle === null) {
      if (plan.used.has("T0")) marks.push(text(458, 30, "T0", { class: "wheel-point" }));
      continue;
    }
    const [x, y] = place(point.angle, RING_LINE);
    const [lx, ly] = place(point.code === "T8" ? 355 : point.code === "T1" ? 2 : point.angle, 472);
    marks.push(text(lx, ly + 6, point.code, { class: "wheel-point" }));
    if (plan.used.has(point.code)) continue;
    const big = point.angle % 90 === 0;
    marks.push(big ? node("path", { d: diamond(x, y, 11), class: "wheel-stop" }) : node("circle", { cx: x, cy: y, r: 5, class: "wheel-stop" }));
  }

  const prompts = plan.empty.map(({ phase, words }) => {
    const [x, y] = place(phase * 90 - 45, 292);
    const lines = wrap(words, 17, 6);
    return node("text", { class: "wheel-prompt", "text-anchor": "middle" }, ...lines.map((line, index) => node("tspan", { x, y: y + 5 + (index - (lines.length - 1) / 2) * 20 }, line)));
  });

  let first = true;
  const button = (ids, words, chosen) => {
    if (!interactive) return { role: "img", "aria-label": words };
    const tabindex = chosen || (first && !selected) ? "0" : "-1";
    first = false;
    return { role: "button", tabindex, "aria-label": words, "aria-pressed": String(chosen), "data-item": ids[0], "data-items": ids.join(" ") };
  };
  const chips = plan.chips.map(({ item, x, y, width, height, ...how }) => {
    const kind = data.kinds.get(item.kind);
    const names = ["wheel-chip"];
    if (item.id === selected) names.push("is-selected");
    if (kind?.family === "blocking" || (how.diamond && !how.dated)) names.push("is-hollow");
    if (item.grade === "D" || (how.diamond && !how.pointed)) names.push("is-dashed");
    if (!kind) names.push("is-waiting");
    const shape = how.diamond
      ? [node("path", { d: diamond(x, y, 17) }), text(x, y + 5, "E", { class: "wheel-mark" })]
      : [
          node("rect", { x: round(x - width / 2), y: round(y - height / 2), width, height, rx: 6 }),
          text(x, round(y + height * 0.21), kind ? `${kind.letter}${kind.glyph}` : "?", { class: "wheel-mark", "font-size": round(height * (kind && kind.glyph.length > 1 ? 0.5 : 0.58)) }),
        ];
    return node("g", { class: names.join(" "), "data-el": item.kind || undefined, ...button([item.id], `${kind ? `${kind.letter} ` : ""}${describe(item, data)}`, item.id === selected) }, ...shape);
  });
  const sums = plan.more.map(({ x, y, items }) =>
    node("g", { class: `wheel-more${items.some((item) => item.id === selected) ? " is-selected" : ""}`, ...button(items.map((item) => item.id), `${items.length} more: ${items.map((item) => data.kinds.get(item.kind)?.name ?? "not classified").join(", ")}`, items.some((item) => item.id === selected)) },
      node("circle", { cx: x, cy: y, r: 17 }), text(x, y + 5, `+${items.length}`, { class: "wheel-mark" })));

  const around = [];
  if (plan.hasJobs) around.push(text(14, 30, "Jobs", { class: "wheel-title", "text-anchor": "start" }));
  if (plan.hasWaiting) around.push(text(986, 30, "Waiting", { class: "wheel-title", "text-anchor": "end" }));
  const card = (title, words, x, anchor) => {
    if (!words) return;
    const lines = wrap(words, 14, 3);
    around.push(text(x, 966 - (lines.length - 1) * 21 - 24, title, { class: "wheel-title", "text-anchor": anchor }));
    lines.forEach((line, index) => around.push(text(x, 966 - (lines.length - 1 - index) * 21, line, { class: "wheel-words", "text-anchor": anchor })));
  };
  card("Hired", data.header?.hired, 14, "start");
  card("Fired", data.header?.fired, 986, "end");

  const below = plan.strip ? drawStrip(plan.strip, { node, text }) : [];
  const height = plan.strip ? 1000 + STRIP_HEIGHT : 1000;
  return node("svg", { viewBox: `0 0 1000 ${height}`, class: "wheel", role: "group", "aria-label": label },
    layer("ground", ...ground), layer("ways", ...ways), layer("core", ...core), layer("prompts", ...prompts), layer("marks", ...marks), layer("around", ...around), layer("strip", ...below), layer("chips", ...chips, ...sums));
};

const diamond = (x, y, half) => `M${x} ${round(y - half)}L${round(x + half)} ${y}L${x} ${round(y + half)}L${round(x - half)} ${y}Z`;

const drawStrip = (marks, { node, text }) => {
  const y = 1044;
  const drawn = [node("path", { d: `M40 ${y}H960`, class: "wheel-scale" })];
  marks.forEach(({ item, x }, index) => {
    const next = marks[index + 1];
    drawn.push(node("path", { d: diamond(x, y, 8), class: "wheel-day" }), text(x, y - 15, item.point, { class: "wheel-point" }));
    if (next && next.x - x > 84) drawn.push(text((x + next.x) / 2, y + 24, gapWords(item.story_date, next.item.story_date), { class: "wheel-small" }));
  });
  const [start, end] = [marks[0], marks.at(-1)];
  drawn.push(text(40, y + 44, start.item.story_date, { class: "wheel-small", "text-anchor": "start" }));
  drawn.push(text(960, y + 44, end.item.story_date, { class: "wheel-small", "text-anchor": "end" }));
  return drawn;
};

// The accessible twin: the same data in phase order. Events stand where they lead to; jobs span the wheel.
export const twinOf = (raw) => {
  const data = prepare(raw);
  const points = [...data.points.keys()];
  const order = [...data.kinds.keys()];
  const within = (a, b) => (a.kind === "event" ? 0 : 1) - (b.kind === "event" ? 0 : 1) || points.indexOf(a.point) - points.indexOf(b.point) || order.indexOf(a.kind) - order.indexOf(b.kind) || byTime(a, b);
  const groups = [1, 2, 3, 4].map((phase) => ({ phase, title: `${phase} ${data.phases[phase - 1]}`, items: data.items.filter((item) => item.kind && item.kind !== "job" && item.phase === phase).sort(within) }));
  const whole = data.items.filter((item) => item.kind && (item.kind === "job" || !item.phase)).sort(within);
  const tray = data.items.filter((item) => !item.kind);
  return [...groups, { phase: 0, title: "Whole wheel", items: whole }, { phase: null, title: "Tray: not classified yet", items: tray }];
};
