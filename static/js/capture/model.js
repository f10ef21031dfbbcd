// What follows from items and the study's vocabulary alone. Pure: it knows neither page nor network.
const BLANK = { pk: null, kind: "", note: "", verbatim: "", quote: "", at_ms: null, phase: null, substage: "", point: "", story_date: null, story_precision: "", intensity: null, grade: "", epistemic: "stated", dimensions: [], detail: {}, deleted: false, version: 0, seq: 0 };
const NEW = 1e12; // what the server does not know yet comes after what it numbered

export const withLookups = (given) => ({
  ...given,
  kinds: new Map(given.vocabulary.kinds.map((kind) => [kind.code, kind])),
  byLetter: new Map(given.vocabulary.kinds.map((kind) => [kind.letter, kind.code])),
  points: new Map(given.vocabulary.points.map((point) => [point.code, point])),
});

// --- one item -----------------------------------------------------------------------------------------------------------
export const blank = (id, { me, user }, place) => ({ ...BLANK, by: me, by_id: user, id, pk: NEW + place });
export const read = (item, field) => (field.startsWith("detail.") ? item.detail?.[field.slice(7)] ?? "" : item[field]);
export const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
export const only = (fields, wanted) => Object.fromEntries(Object.entries(fields).filter(([field, value]) => wanted(field, value)));

export const withFields = (item, fields) => {
  const next = { ...item, detail: { ...item.detail } };
  for (const [field, value] of Object.entries(fields)) {
    if (field.startsWith("detail.")) next.detail[field.slice(7)] = value;
    else next[field] = value;
  }
  return next;
};

export const inTime = (a, b) => (a.at_ms ?? Infinity) - (b.at_ms ?? Infinity) || (a.pk ?? Infinity) - (b.pk ?? Infinity);

// --- what a kind and a point bring along ----------------------------------------------------------------------------------
export const usualPhase = (code, { kinds }, phaseNow) => {
  const usual = kinds.get(code)?.phases ?? [];
  if (code === "job") return null;
  return usual.includes(phaseNow) || code === "event" ? phaseNow ?? usual[0] : usual[0] ?? null;
};

// A kind brings its usual phase, a point the phase it leads to; both only where nobody chose otherwise.
export const consequences = (item, fields, given, phaseNow) => {
  if ("phase" in fields) return {};
  if (fields.point) return { phase: given.points.get(fields.point).to || item.phase };
  return fields.kind && item.phase === null ? { phase: usualPhase(fields.kind, given, phaseNow) } : {};
};

// --- the line that is being typed -------------------------------------------------------------------------------------------
export const emptyDraft = () => ({ kind: "", phase: null, point: "", words: false, intensity: null, at_ms: undefined });

const phaseOf = (draft, given, phaseNow) => {
  if (draft.phase !== null) return draft.phase;
  if (draft.point) return given.points.get(draft.point).to || null;
  return draft.kind ? usualPhase(draft.kind, given, phaseNow) : null;
};

// The fields of the item that a line becomes.
export const fieldsOf = (draft, words, given, phaseNow) => {
  const phase = phaseOf(draft, given, phaseNow);
  return {
    [draft.words ? "verbatim" : "note"]: words,
    at_ms: draft.at_ms ?? null,
    ...(draft.kind && { kind: draft.kind }),
    ...(phase && { phase }),
    ...(draft.point && draft.kind === "event" && { point: draft.point }),
    ...(draft.intensity !== null && { intensity: draft.intensity }),
  };
};

export const shifted = (intensity, by) => (intensity === null ? (by > 0 ? 2 : 1) : Math.min(4, Math.max(0, intensity + by)));

// --- what to ask next ---------------------------------------------------------------------------------------------------------
export const countKinds = (items) => {
  const found = new Map();
  for (const item of items) found.set(item.kind, (found.get(item.kind) ?? 0) + 1);
  return found;
};

// An element that was neither captured nor asked about, if one is left: first one of this phase.
export const nextQuestion = ({ vocabulary, prompts }, { found, coverage, asked, phaseNow }) => {
  const open = vocabulary.kinds.filter((kind) => !found.has(kind.code) && !coverage.has(kind.code));
  const near = phaseNow ? open.filter((kind) => kind.phases.includes(phaseNow) || !kind.phases.length) : [];
  const kind = near[0] ?? open[0];
  if (!kind) return null;
  const about = prompts.filter((prompt) => prompt.element === kind.code && !asked.has(prompt.id));
  const prompt = about.find((each) => each.phase === phaseNow) ?? about[0];
  return { kind, prompt, words: prompt?.text ?? kind.question };
};
