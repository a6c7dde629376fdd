// Puts a pad to draw on in place of the pictures before this script. Where scripts don't
// run, the pictures stay.
((layers, colors) => {
  const pictures = document.currentScript.previousElementSibling;
  const network = networkOf(layers);
  const GRID = 28, STEP = 10, PEN = 22; // the keyboard's places, and pixels of the pad
  const RING = "#B3006B"; // the color of the keyboard's pen
  const PAUSE = 600; // milliseconds without a stroke before the answer is spoken

  const make = (kind, style, attributes = {}, ...parts) => {
    const element = document.createElement(kind);
    element.style.cssText = style;
    Object.entries(attributes).forEach(([name, value]) => element.setAttribute(name, value));
    element.append(...parts);
    return element;
  };
  const PAPER = "background: white; box-shadow: 0 0 0 1px gray; "; // white in a dark theme, too

  const pad = make("canvas", PAPER + "display: block; touch-action: none; cursor: crosshair; ",
    { width: GRID * STEP, height: GRID * STEP, tabindex: 0, role: "application",
      "aria-label": "Pad to draw a digit on. Arrow keys move the pen, space puts it "
        + "down and lifts it, Delete clears the pad." });
  // Where the keyboard's pen is: a ring, with a dot in it while it is down.
  const tip = make("div", "position: absolute; display: none; box-sizing: border-box; "
    + `width: 22px; height: 22px; border: 2px solid ${RING}; border-radius: 50%; `
    + "outline: 1px solid white; pointer-events: none; translate: -50% -50%");
  const seen = make("canvas", PAPER + "display: block; width: 112px; height: 112px; "
    + "image-rendering: pixelated", { width: SIDE, height: SIDE, role: "img" });
  const clear = make("button", "font: inherit; padding: 2px 12px; margin-top: 8px",
    { type: "button" }, "Clear");
  const rows = Array.from({ length: 10 }, (_, digit) => {
    const bar = make("span", `background: ${colors.train}; height: 0.8em; min-width: 1px`);
    const share = make("span", "");
    const row = make("li", "display: grid; grid-template-columns: 1ch 110px 4ch; "
      + "gap: 8px; align-items: center; margin: 0; list-style: none", {},
    make("span", "", {}, String(digit)), bar, share);
    return { bar, share, row };
  });
  const answer = make("p", "margin: 8px 0 0", { role: "status" });
  const place = make("p", "margin: 4px 0 0", { role: "status" });
  const panel = make("div", "margin: 4px; line-height: 1.35",
    { role: "group", "aria-label": "Draw a digit" },
    make("div", "display: flex; flex-wrap: wrap; gap: 24px; align-items: flex-start", {},
      make("div", "", {}, make("div", "position: relative", {}, pad, tip), clear),
      make("div", "", {}, seen, make("div", "max-width: 112px; margin-top: 4px", {},
        "what the network gets")),
      make("ul", "margin: 0; padding: 0", { "aria-label": "Probabilities" },
        ...rows.map(({ row }) => row))),
    answer, place);

  const pen = pad.getContext("2d", { willReadFrequently: true });
  Object.assign(pen, { lineWidth: PEN, lineCap: "round", lineJoin: "round" });
  let [x, y, down] = [GRID / 2, GRID / 2, false]; // of the keyboard's pen
  let waiting = 0, speech = 0;

  const percent = (share) => share < 0.01 ? "<1%" : share > 0.99 ? ">99%"
    : `${Math.round(100 * share)}%`;
  const read = () => {
    waiting = 0;
    const pixels = pen.getImageData(0, 0, pad.width, pad.height).data;
    const image = center(pixels.filter((_, at) => at % 4 === 3), pad.width); // opacity
    const shares = image && softmax(network(image));
    const order = [...rows.keys()].sort((a, b) => image ? shares[b] - shares[a] : a - b);
    rows.forEach(({ bar, share, row }, digit) => {
      bar.style.width = `${image ? 100 * shares[digit] : 0}%`;
      share.textContent = image ? percent(shares[digit]) : "";
      row.style.fontWeight = image && digit === order[0] ? "bold" : "normal";
    });
    const view = seen.getContext("2d"), shown = view.createImageData(SIDE, SIDE);
    shown.data.forEach((_, at) => {
      shown.data[at] = at % 4 === 3 ? 255 * (image ? image[(at - 3) / 4] : 0) : 0;
    });
    view.putImageData(shown, 0, 0);
    const words = image ? order.slice(0, 2).map((digit) => `${digit}, ${percent(shares[digit])}`)
      : [];
    seen.setAttribute("aria-label", image ? "Your digit as 28 by 28 pixels, centered"
      : "An empty picture");
    clearTimeout(speech);
    speech = setTimeout(() => {
      answer.textContent = image ? `Most likely ${words[0]}; next ${words[1]}.`
        : "Draw a digit from 0 to 9 with mouse, finger or pen; or by keyboard: "
          + "arrow keys move the pen, space puts it down or lifts it, Delete clears.";
    }, image ? PAUSE : 0);
  };
  const line = (from, to) => {
    pen.beginPath();
    pen.moveTo(...from);
    pen.lineTo(...to);
    pen.stroke();
    waiting ||= requestAnimationFrame(read);
  };

  // Mouse, finger, pen.
  let last = null;
  const at = (event) => {
    const box = pad.getBoundingClientRect();
    return [(event.clientX - box.x) * pad.width / box.width,
      (event.clientY - box.y) * pad.height / box.height];
  };
  pad.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    pad.setPointerCapture(event.pointerId);
    hideTip();
    last = at(event);
    line(last, last);
  });
  pad.addEventListener("pointermove", (event) => {
    if (!last) return;
    const passed = event.getCoalescedEvents?.() ?? [];
    for (const point of passed.length ? passed : [event]) {
      const next = at(point);
      line(last, next);
      last = next;
    }
  });
  ["pointerup", "pointercancel"].forEach((end) => {
    pad.addEventListener(end, () => { last = null; });
  });

  // Keyboard.
  const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1],
    ArrowDown: [0, 1], Home: [-1, -1], PageUp: [1, -1], End: [-1, 1], PageDown: [1, 1] };
  const middle = () => [(x + 0.5) * STEP, (y + 0.5) * STEP];
  const showTip = () => {
    tip.style.display = "block";
    [tip.style.left, tip.style.top] = middle().map((pixels) => `${pixels}px`);
    tip.style.background = down ? `radial-gradient(#FFF 0 3px, ${RING} 4px)` : "none";
    place.textContent = `Pen ${down ? "down" : "up"}, column ${x + 1}, row ${y + 1} of ${GRID}.`;
  };
  const hideTip = () => {
    tip.style.display = "none";
    place.textContent = "";
  };
  const wipe = () => {
    pen.clearRect(0, 0, pad.width, pad.height);
    down = false;
    read();
  };
  const press = (key) => {
    const before = middle();
    if (MOVES[key]) {
      [x, y] = [x + MOVES[key][0], y + MOVES[key][1]].map(
        (to) => Math.min(Math.max(to, 0), GRID - 1));
    } else if (key === " ") down = !down;
    else if (key === "Delete" || key === "Backspace") wipe();
    else return false;
    if (down) line(before, middle());
    showTip();
    return true;
  };
  // JupyterLab listens to the document, so only the window is asked before it. Shortcuts
  // with Shift or Ctrl go on to work.
  window.addEventListener("keydown", (event) => {
    const modified = event.ctrlKey || event.metaKey || event.altKey || event.shiftKey;
    if (modified || !panel.contains(event.target)) return;
    event.stopPropagation();
    if (event.target === pad && press(event.key)) event.preventDefault();
  }, true);
  pad.addEventListener("focus", () => {
    if (pad.matches(":focus-visible")) showTip();
  });
  pad.addEventListener("blur", hideTip);
  clear.addEventListener("click", wipe);

  read();
  pictures.replaceWith(panel);
})
