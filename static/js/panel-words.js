// Words written beside the canvas stay until the server has them: closed, or drawn anew around another form, the panel
// brings them again with the form they were written in.
const FORM = "#cv-panel-body form[data-guard]";
const typed = new Map(); // address of a form → what was written in it, by field

const isVersion = (name) => name.endsWith("version");

document.addEventListener("input", ({ target }) => {
  const form = target.closest(FORM);
  if (!form) return;
  const address = form.getAttribute("action");
  const version = form.querySelector("[name$=version]"); // over which one writes: a newer is not covered unseen
  if (!typed.has(address)) typed.set(address, new Map(version ? [[version.name, version.value]] : []));
  typed.get(address).set(target.name, target.value);
});

// What was taken is let go, but not what was typed on meanwhile; whoever was refused has been told of a newer version.
document.addEventListener("htmx:beforeSwap", ({ detail: { requestConfig: { verb, path, formData }, xhr } }) => {
  const words = verb === "post" && typed.get(path);
  if (!words) return;
  for (const [name, value] of words) {
    if (isVersion(name) || (xhr.status < 400 && formData.get(name) === value)) words.delete(name);
  }
  if (!words.size) typed.delete(path);
});

const unfold = (field) => {
  for (let fold = field.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
};
const fill = (field, value) => {
  if (field.type === "radio" ? field.checked === (field.value === value) : field.value === value) return;
  if (field.type === "radio") field.checked = field.value === value;
  else field.value = value;
  if (!isVersion(field.name)) unfold(field);
  field.dispatchEvent(new Event("input", { bubbles: true }));
};
document.addEventListener("htmx:afterSwap", () => {
  for (const form of document.querySelectorAll(FORM)) {
    const words = typed.get(form.getAttribute("action")) ?? new Map();
    for (const field of form.elements) if (words.has(field.name)) fill(field, words.get(field.name));
  }
});
