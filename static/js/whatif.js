// Beside each slider its value at once; the server answers with the order (htmx). Double click: today's weight.
for (const form of document.querySelectorAll("[data-whatif]")) {
  const sliders = [...form.querySelectorAll(".slider")];
  const show = () => {
    for (const slider of sliders) {
      const field = slider.querySelector("input[type=range]");
      slider.querySelector("output").textContent = field.value;
      slider.toggleAttribute("data-off", slider.querySelector("[name=off]").checked);
      slider.toggleAttribute("data-moved", Number(field.value) !== Number(field.dataset.today));
    }
  };
  form.querySelector("[data-without-script]").hidden = true;
  form.addEventListener("input", show);
  form.addEventListener("dblclick", (event) => {
    if (event.target.type !== "range") return;
    event.target.value = event.target.dataset.today;
    event.target.dispatchEvent(new Event("input", { bubbles: true }));
  });
  show();
}
