// Files dropped on or chosen in [data-drop] are sent one by one: a slow or broken one takes no other with it.
const form = document.querySelector("[data-drop]");
const input = form?.querySelector("input[type=file]");
const status = form?.querySelector("[data-drop-status]");
const send = form?.querySelector("[data-drop-send]");

const tooLarge = (file) => {
  const limit = Number(form.dataset.maxBytes);
  if (file.size <= limit) return "";
  return `“${file.name}” is ${Math.round(file.size / 1048576)} MB; at most ${Math.floor(limit / 1048576)} MB can be uploaded. Is it the recording instead of its transcript?`;
};

// A fault that has a cause comes as words, any other as a page of its own.
const reason = async (response) => {
  if (response?.headers.get("Content-Type")?.startsWith("text/plain")) return response.text();
  return `${response ? `the server answered ${response.status}` : "the connection broke"}. Choose it again.`;
};

const post = async (file) => {
  const body = new FormData(form);
  body.delete("files");
  body.append("files", file);
  const response = await fetch(form.action, { method: "POST", body, headers: { "HX-Request": "true", "X-One-Of-Many": "yes" } }).catch(() => null);
  if (!response?.ok && response?.status !== 422) throw new Error(await reason(response));
  return new DOMParser().parseFromString(await response.text(), "text/html").getElementById("drafts");
};

const refusals = (drafts) => [...drafts.querySelectorAll("[role=alert] p")].map((line) => line.textContent);

const show = (drafts, refused) => {
  drafts.querySelector("[role=alert]")?.remove();
  if (refused.length) {
    const box = document.createElement("section");
    box.className = "conflict mb-3";
    box.setAttribute("role", "alert");
    box.append(...refused.map((why) => Object.assign(document.createElement("p"), { className: "mb-1", textContent: why })));
    drafts.prepend(box);
  }
  document.getElementById("drafts").replaceWith(drafts);
};

const read = async (files) => {
  const refused = [];
  let latest = document.getElementById("drafts").cloneNode(true);
  send.disabled = true;
  for (const [index, file] of files.entries()) {
    status.textContent = `Reading ${index + 1} of ${files.length}: ${file.name}`;
    const why = tooLarge(file);
    if (why) {
      refused.push(why);
      continue;
    }
    try {
      latest = await post(file);
      refused.push(...refusals(latest));
    } catch (error) {
      refused.push(`“${file.name}” did not arrive: ${error.message}`);
    }
  }
  send.disabled = false;
  status.textContent = `${files.length - refused.length} of ${files.length} ${files.length === 1 ? "file" : "files"} read.`;
  show(latest, refused);
  const first = document.querySelector("#drafts [data-row-link]");
  if (!refused.length && files.length === 1 && first) location.assign([...document.querySelectorAll("#drafts [data-row-link]")].find((link) => link.textContent === files[0].name)?.href ?? first.href);
  else (document.querySelector("#drafts button, #drafts a") ?? input).focus();
  form.reset();
};

if (form) {
  form.addEventListener("submit", (event) => {
    if (!input.files.length) return;
    event.preventDefault();
    read([...input.files]);
  });
  for (const name of ["dragover", "dragleave", "drop"]) {
    form.addEventListener(name, (event) => {
      event.preventDefault();
      form.classList.toggle("is-over", name === "dragover");
    });
  }
  form.addEventListener("drop", (event) => {
    const files = [...event.dataTransfer.files];
    if (files.length) read(files);
  });
}

// On the preview: writing into a choice's field picks that choice.
document.addEventListener("input", (event) => {
  const choice = event.target.closest(".target")?.querySelector("input[type=radio]");
  if (choice && event.target !== choice) choice.checked = true;
});
