// Beside each weight its share of all weights, while somebody types.
for (const form of document.querySelectorAll("[data-weights]")) {
  const fields = [...form.querySelectorAll("input[type=number]")];
  const show = () => {
    const total = fields.reduce((sum, field) => sum + Math.max(Number(field.value) || 0, 0), 0);
    for (const field of fields) {
      const share = field.parentElement.querySelector("[data-share]");
      share.textContent = total ? `${Math.round((100 * Math.max(Number(field.value) || 0, 0)) / total)} %` : "";
    }
  };
  form.addEventListener("input", show);
  show();
}
