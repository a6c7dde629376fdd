// Turns the frames before this script into one picture that sliders change. Where
// scripts don't run, the frames stay side by side.
(sliders) => {
  const frames = document.currentScript.previousElementSibling;
  const pictures = [...frames.querySelectorAll("img")];
  const words = pictures.map((picture) => picture.alt);
  const panel = document.createElement("div");
  panel.style.cssText = "display: grid; justify-content: start; align-items: center; "
    + "grid-template-columns: max-content 15em max-content; gap: 4px 0.8em; margin: 4px";

  const controls = Object.entries(sliders).map(([name, values]) => {
    const label = document.createElement("label");
    label.style.display = "contents";
    const input = document.createElement("input");
    Object.assign(input, { type: "range", min: 0, max: values.length - 1, value: 0 });
    input.setAttribute("aria-label", name);
    const shown = document.createElement("span"); // spoken with the slider's value
    shown.setAttribute("aria-hidden", "true");
    label.append(name, input, shown);
    panel.append(label);
    return { name, values, input, shown };
  });

  const update = () => {
    const chosen = controls.map(({ values, input }) => values[input.valueAsNumber]);
    const position = controls.reduce(
      (sum, { values, input }) => sum * values.length + input.valueAsNumber, 0);
    pictures.forEach((picture, at) => {
      picture.style.display = at === position ? "" : "none";
    });
    const setting = controls.map(({ name }, at) => `${name} ${chosen[at]}`);
    const sentence = words[position].slice(`${setting.join(", ")}: `.length);
    controls.forEach(({ input, shown }, at) => {
      shown.textContent = chosen[at];
      input.setAttribute("aria-valuetext", `${chosen[at]}: ${sentence}`);
    });
  };
  panel.addEventListener("input", update);
  // Arrow keys, Home and End move the slider and don't walk through JupyterLab's cells;
  // Shift+Enter and Ctrl+S go on to work. JupyterLab listens to the document, so only the
  // window is asked before it.
  window.addEventListener("keydown", (event) => {
    if (!panel.contains(event.target)) return;
    const modified = event.ctrlKey || event.metaKey || event.altKey || event.shiftKey;
    event.target.toggleAttribute("data-lm-suppress-shortcuts", !modified);
  }, true);
  update();
  frames.before(panel);
}
