// Several rows pasted into [data-paste-table="<form id>"] are a table: that form shows them before anything is written.
document.addEventListener("paste", (event) => {
  const field = event.target.closest?.("[data-paste-table]");
  const text = event.clipboardData?.getData("text/plain") ?? "";
  if (!field || !/\t|\n.*\S/.test(text.trim())) return;
  event.preventDefault();
  const form = document.getElementById(field.dataset.pasteTable);
  form.elements.text.value = text;
  form.requestSubmit();
});
