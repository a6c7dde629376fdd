"""Compare the corpus of formulas with KaTeX's pictures of the same.

python handouts/tests/compare_with_katex.py KATEX FOLDER: a development command. KATEX
is the folder of npm's package; Chromium has to be installed. Writes contact sheets to
the folder (left KaTeX, right ours), and prints the formulas, the least alike first.
"""

from __future__ import annotations

import html
import subprocess
import sys
from pathlib import Path

import typst
from formula_corpus import FORMULAS
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from handouts.tex import parse
from handouts.tex_to_typst import typst_lines

WIDE, HIGH, SCALE = 640, 150, 2  # of a cell, in CSS pixels
PER_SHEET = 20
PAGE = """<!doctype html><meta charset="utf-8"><link rel="stylesheet" href="{css}">
<script src="{js}"></script><style>body{{margin:0}} .katex{{font-size:20px}}
div{{width:{wide}px;height:{high}px;overflow:hidden;display:flex;align-items:center;
justify-content:center}} .katex-display{{margin:0}}</style>{cells}<script>
document.querySelectorAll("div").forEach(d => katex.render(d.textContent, d,
  {{displayMode: true, throwOnError: false, strict: false}}))</script>"""
OURS = """#set page(width: {wide}pt, height: {high}pt, margin: 0pt)
#set text(size: 20pt)
#show math.equation: set text(font: "New Computer Modern Math")
#show math.equation.where(block: true): set align(center)
"""


def main(katex: Path, folder: Path) -> None:
    """Write the contact sheets, print the measures."""
    folder.mkdir(parents=True, exist_ok=True)
    pairs = list(zip(theirs(katex, folder), ours(folder), strict=True))
    scores = [likeness(*pair) for pair in pairs]
    for score, tex in sorted(zip(scores, FORMULAS, strict=True)):
        print(f"{score:.2f} {tex}")
    for start in range(0, len(pairs), PER_SHEET):
        sheet(pairs, scores, start).save(folder / f"sheet-{start:03d}.png")


def theirs(katex: Path, folder: Path) -> list[Image.Image]:
    """Return KaTeX's pictures, of which Chromium takes one."""
    cells = "".join(f"<div>{html.escape(tex)}</div>" for tex in FORMULAS)
    dist = (katex / "dist").resolve()
    page = PAGE.format(
        css=f"file://{dist}/katex.min.css",
        js=f"file://{dist}/katex.min.js",
        wide=WIDE,
        high=HIGH,
        cells=cells,
    )
    (folder / "katex.html").write_text(page, encoding="utf-8")
    shot = folder / "katex.png"
    options = f"--screenshot={shot} --window-size={WIDE},{HIGH * len(FORMULAS)}"
    options += f" --force-device-scale-factor={SCALE} --virtual-time-budget=20000"
    options += " --headless --no-sandbox --disable-gpu --hide-scrollbars"
    address = f"file://{(folder / 'katex.html').resolve()}"
    subprocess.run(
        ["chromium", *options.split(), address], check=True, capture_output=True
    )
    whole = Image.open(shot).convert("L")
    step = HIGH * SCALE
    return [
        whole.crop((0, n * step, WIDE * SCALE, (n + 1) * step))
        for n in range(len(FORMULAS))
    ]


def ours(folder: Path) -> list[Image.Image]:
    """Return our pictures."""
    pages = "\n#pagebreak()\n".join(
        f"#align(center + horizon)[$ {typst_lines(parse(tex).tree)} $]"
        for tex in FORMULAS
    )
    source = folder / "ours.typ"
    source.write_text(OURS.format(wide=WIDE, high=HIGH) + pages, encoding="utf-8")
    pictures = typst.compile(
        str(source), format="png", ppi=72 * SCALE, ignore_system_fonts=True
    )
    result = []
    for number, content in enumerate(pictures):
        path = folder / f"ours-{number}.png"
        path.write_bytes(content)
        result.append(Image.open(path).convert("L"))
        path.unlink()
    return result


def likeness(one: Image.Image, other: Image.Image) -> float:
    """Return from 0 to 1 how much two formulas look alike, place and size apart."""
    boxes = [ImageChops.invert(picture).getbbox() for picture in (one, other)]
    if None in boxes:
        return 0.0
    size = (400, 80)
    small = [
        ImageChops.invert(picture.crop(box)).resize(size).filter(ImageFilter.BoxBlur(2))
        for picture, box in zip((one, other), boxes, strict=True)
    ]
    apart = sum(ImageChops.difference(*small).histogram()[n] * n for n in range(256))
    ink = sum(sum(p.histogram()[n] * n for n in range(256)) for p in small)
    (a, b), (c, d) = [(x1 - x0, y1 - y0) for x0, y0, x1, y1 in boxes]
    shape = min(a / c, c / a) * min(b / d, d / b)
    return (1 - apart / ink) * shape


def sheet(pairs, scores, start: int) -> Image.Image:
    """Return one contact sheet."""
    some = pairs[start : start + PER_SHEET]
    width = WIDE * SCALE
    step = HIGH * SCALE // 2
    result = Image.new("L", (width, step * len(some)), 255)
    draw = ImageDraw.Draw(result)
    for row, pair in enumerate(some):
        for column, picture in enumerate(pair):
            half = picture.resize((width // 2, step))
            result.paste(half, (column * width // 2, row * step))
        label = f"{start + row}  {scores[start + row]:.2f}"
        draw.text((4, row * step + 2), label, fill=0)
        draw.line([(0, row * step), (width, row * step)], fill=180)
    return result


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
