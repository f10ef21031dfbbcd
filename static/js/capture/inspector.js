// The form of one item: made from the vocabulary, filled from the item, saved by itself while one types.
import { read as valueOf } from "./model.js";
import { clock, readClock } from "./times.js";

const NUMBERS = new Set(["phase", "intensity"]);

export const labelOf = (field, vocabulary) => {
  const known = { note: "Note", verbatim: "Their words", kind: "Element", phase: "Phase", substage: "Stage of use", point: "Point", at_ms: "Time", story_date: "Date in the story", story_precision: "How exact", intensity: "Intensity", grade: "Evidence", epistemic: "Source", dimensions: "Dimensions", deleted: "Deleted" };
  if (known[field]) return known[field];
  const name = field.replace("detail.", "");
  return vocabulary.kinds.flatMap((kind) => kind.attributes).find((each) => each.name === name)?.label ?? name;
};

// `hooks`: edit(id, fields), remove(id), leave(), settle(id, field, mine?), readonly.
export const createInspector = (root, { vocabulary, phases, edit, remove, leave, settle, readonly }) => {
  let shown = "";
  let item = null;
  let timer = 0;
  let late = null;
  // What each field held when the person began to change it: the server compares with this, not with what came later
  let seen = {};

  const make = (name, attributes = {}, ...children) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (value === false || value === undefined) continue;
      if (key in made && key !== "list" && key !== "form") made[key] = value;
      else made.setAttribute(key, value);
    }
    made.append(...children);
    return made;
  };
  const labelled = (label, control, className = "") => make("label", { className: `field ${className}` }, make("span", {}, label), control);

  const select = (field, choices, empty = "–") =>
    make("select", { className: "form-select", name: field }, ...(empty === null ? [] : [make("option", { value: "" }, empty)]), ...choices.map(([value, label]) => make("option", { value: String(value) }, label)));
  const textarea = (field, rows) => make("textarea", { className: "form-control", name: field, rows, maxLength: 10000 });

  const flush = () => {
    clearTimeout(timer);
    if (!late) return;
    const { id, fields } = late;
    const base = Object.fromEntries(Object.keys(fields).map((field) => [field, seen[field]]));
    late = null;
    Object.assign(seen, fields);
    edit(id, fields, base);
  };

  const read = (control) => {
    const field = control.name;
    if (field === "dimensions") return [...root.querySelectorAll("[name=dimensions]:checked")].map((each) => each.value);
    if (field === "at_ms") return readClock(control.value);
    if (field === "story_date") return control.value || null;
    if (NUMBERS.has(field)) return control.value === "" ? null : Number(control.value);
    return control.value;
  };

  root.addEventListener("input", (event) => {
    const { target } = event;
    if (!item || !target.name || target.type === "checkbox" || target.tagName === "SELECT") return;
    const value = read(target);
    target.setAttribute("aria-invalid", String(value === undefined));
    if (value === undefined) return;
    if (late && late.id !== item.id) flush();
    late = { id: item.id, fields: { ...late?.fields, [target.name]: value } };
    clearTimeout(timer);
    timer = setTimeout(flush, 500);
  });
  root.addEventListener("change", (event) => {
    const { target } = event;
    if (!item || !target.name) return;
    if (target.tagName !== "SELECT" && target.type !== "checkbox") { flush(); return; }
    flush();
    edit(item.id, { [target.name]: read(target) });
  });
  root.addEventListener("focusout", flush);
  addEventListener("pagehide", flush);
  document.addEventListener("visibilitychange", flush);
  root.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    flush();
    leave(item?.id);
  });

  const attributeField = (attribute) => {
    const field = `detail.${attribute.name}`;
    if (attribute.choices.length) return labelled(attribute.label, select(field, attribute.choices));
    return labelled(attribute.label, make("input", { className: "form-control", name: field, maxLength: 500, autocomplete: "off", inputMode: attribute.number ? "numeric" : "text" }));
  };

  const build = () => {
    const kind = vocabulary.kinds.find((each) => each.code === item.kind);
    const fields = make("fieldset", { disabled: readonly, className: "inspector-fields" }, make("legend", { className: "visually-hidden" }, "Fields of the selected item"));
    const row = (...controls) => fields.append(make("div", { className: "field-row" }, ...controls));
    fields.append(labelled("Note, in your words", textarea("note", 2), "field-words"));
    fields.append(labelled("Their words", textarea("verbatim", 2), "field-words field-quote"));
    row(labelled("Element", select("kind", vocabulary.kinds.map((each) => [each.code, `${each.letter} ${each.name}`]), "Not classified")),
      item.kind === "event"
        ? labelled("Point on the ring", select("point", vocabulary.points.map((each) => [each.code, `${each.code} ${each.name}`]), "No point yet"))
        : labelled("Phase", select("phase", phases.map((label, index) => [index + 1, `${index + 1} ${label}`]))));
    if (item.kind === "event") row(labelled("Phase", select("phase", phases.map((label, index) => [index + 1, `${index + 1} ${label}`]))));
    if (item.phase === 4) row(labelled("Stage of use", select("substage", vocabulary.substages)));
    row(labelled("Intensity", select("intensity", [[0, "0 none"], [1, "1"], [2, "2"], [3, "3"], [4, "4 strongest"]])), labelled("Evidence", select("grade", vocabulary.grades)));
    fields.append(make("p", { className: "lint", hidden: item.grade !== "D" }, "Hypothetical: does not count in scores."));
    if (kind?.attributes.length) fields.append(make("div", { className: "field-grid" }, ...kind.attributes.map(attributeField)));
    fields.append(make("fieldset", { className: "field-dimensions" }, make("legend", {}, "Dimensions"), ...vocabulary.dimensions.map(([value, label]) => make("label", {}, make("input", { type: "checkbox", className: "form-check-input", name: "dimensions", value }), ` ${label}`))));
    row(labelled("Time", make("input", { className: "form-control time", name: "at_ms", placeholder: "m:ss", autocomplete: "off" })), labelled("Source", select("epistemic", vocabulary.epistemic, null)));
    row(labelled("Date in the story", make("input", { className: "form-control", type: "date", name: "story_date" })), labelled("How exact", select("story_precision", vocabulary.precisions)));
    const foot = make("p", { className: "inspector-foot hint" }, make("span", { "data-by": "" }));
    if (!readonly) {
      const away = make("button", { type: "button", className: "btn btn-quiet btn-sm" }, "Delete");
      away.addEventListener("click", () => remove(item.id));
      foot.append(away);
    }
    const quote = make("p", { className: "inspector-quote", "data-quote": "" });
    root.replaceChildren(make("h2", { "data-title": "" }), make("div", { "data-clashes": "" }), quote, fields, foot);
    const back = make("button", { type: "button", className: "btn btn-quiet btn-sm inspector-back", "aria-label": "Close the item" }, "Close");
    back.addEventListener("click", () => leave());
    root.firstChild.after(back);
  };

  const fill = () => {
    for (const control of root.querySelectorAll("[name]")) {
      // What is being typed is the person's; everything else follows the item
      if (late?.id === item.id && control.name in late.fields) continue;
      seen[control.name] = valueOf(item, control.name) ?? "";
      if (control.name === "at_ms" || control.name === "story_date") seen[control.name] = item[control.name];
      if (control === document.activeElement && control.value === seen[control.name]) continue;
      if (control.name === "dimensions") control.checked = item.dimensions.includes(control.value);
      else if (control.name === "at_ms") control.value = item.at_ms === null ? "" : clock(item.at_ms);
      else control.value = valueOf(item, control.name) ?? "";
    }
  };

  const clash = (field, theirs, mine) => {
    const words = (value) => (field === "deleted" ? (value ? "deleted" : "kept") : Array.isArray(value) ? value.join(", ") : String(value ?? "") || "nothing");
    const box = make("div", { className: "conflict", role: "group", "aria-label": `Two versions of ${labelOf(field, vocabulary)}` });
    if (field === "deleted") {
      box.append(make("p", {}, theirs ? "Somebody deleted this item while you changed it. Your change is kept." : "Somebody changed this item before you deleted it."));
    } else {
      box.append(make("p", {}, make("strong", {}, labelOf(field, vocabulary)), " was changed by somebody else meanwhile. Theirs: ", make("q", {}, words(theirs)), ". Yours: ", make("q", {}, words(mine)), "."));
    }
    const button = (label, taken) => {
      const made = make("button", { type: "button", className: "btn btn-secondary btn-sm" }, label);
      made.addEventListener("click", () => settle(item.id, field, taken));
      return made;
    };
    const [take, keep] = field === "deleted" ? (theirs ? ["Bring it back", "Leave it deleted"] : ["Delete anyway", "Keep it"]) : ["Take mine", "Keep theirs"];
    box.append(make("p", {}, button(take, true), " ", button(keep, false)));
    return box;
  };

  return {
    flush,
    // `clashes`: [[field, mine]]; `errors`: {field: sentence}.
    show(next, { clashes = [], errors = {} } = {}) {
      if (!next) {
        flush();
        item = null;
        shown = "";
        root.hidden = true;
        root.replaceChildren();
        return;
      }
      if (item && item.id !== next.id) flush();
      const shape = `${next.id} ${next.kind} ${next.phase === 4} ${next.grade === "D"}`;
      const focused = shape !== shown && root.contains(document.activeElement) ? document.activeElement.name : "";
      item = next;
      if (shape !== shown) {
        build();
        if (!shown.startsWith(next.id)) seen = {};
        shown = shape;
        if (focused) root.querySelector(`[name="${focused}"]`)?.focus();
      }
      root.hidden = false;
      fill();
      const kind = vocabulary.kinds.find((each) => each.code === item.kind);
      root.dataset.el = item.kind;
      root.querySelector("[data-title]").textContent = kind ? `${kind.glyph} ${kind.name}` : "? Not classified";
      root.querySelector("[data-by]").textContent = item.by ? `Captured by ${item.by}` : "";
      root.querySelector("[data-quote]").textContent = item.quote;
      const box = root.querySelector("[data-clashes]");
      const state = JSON.stringify([clashes, errors, clashes.map(([field]) => valueOf(item, field))]);
      if (box.dataset.state !== state) {
        box.dataset.state = state;
        box.replaceChildren(...clashes.map(([field, mine]) => clash(field, valueOf(item, field), mine)), ...Object.entries(errors).map(([field, why]) => make("p", { className: "lint" }, `Not saved. ${labelOf(field, vocabulary)}: ${why}`)));
      }
    },
    focus() { root.querySelector("[name=note]")?.focus(); },
  };
};
