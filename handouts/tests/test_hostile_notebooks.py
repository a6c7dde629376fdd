"""Whatever is in a notebook, it converts, or one line says why it doesn't."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import hostile_inputs
import pytest
from handout_pdfs import text_of

from handouts import confined as confinement
from handouts.confined import Exhausted, Stopped, confined
from handouts.handout import Printed, Source, printed
from handouts.publish import publish
from handouts.reading import ReadingError, notebook_from
from handouts.settings import Settings

LENIENT = Settings()


def converted(content: bytes, folder: Path | None = None) -> Printed:
    source = Source(notebook_from(content), "any", folder)
    return confined(printed, source, "student", "a4", LENIENT, seconds=60)


@pytest.mark.parametrize("name", hostile_inputs.CONVERTED)
def test_it_converts(name):
    result = converted(hostile_inputs.CONVERTED[name]())
    assert result.pdf.startswith(b"%PDF")
    text = text_of(result.pdf)
    assert "root:" not in text and "panicked" not in text


@pytest.mark.parametrize("name", hostile_inputs.REFUSED)
def test_it_is_refused_in_one_line(name, tmp_path, capsys):
    make, said = hostile_inputs.REFUSED[name]
    path = tmp_path / "odd.ipynb"
    path.write_bytes(make())
    settings = replace(LENIENT, exports=tmp_path / "exports")
    assert publish([path], settings, ("student",), "a4") == 1
    first, *_ = lines = capsys.readouterr().err.strip().split("\n")
    assert said in first
    assert "odd.ipynb: " in first and ";" in first
    assert len(lines) == 2
    assert not list(tmp_path.rglob("*.pdf"))


@pytest.mark.parametrize(
    "name", ["tags a text", "source null", "metadata a list", "no kind of cell"]
)
def test_strict_refuses_what_breaks_the_format(name):
    with pytest.raises(ReadingError, match="save it again"):
        notebook_from(hostile_inputs.CONVERTED[name](), strict=True)


@pytest.mark.drill(
    "a notebook takes for ever to print",
    "it is given up, others are printed",
)
def test_time_is_limited_and_others_go_on(tmp_path, monkeypatch, capsys):
    paths = [tmp_path / "endless.ipynb", tmp_path / "short.ipynb"]
    for path in paths:
        path.write_bytes(hostile_inputs.PLAIN)
    real = confinement._Child.call

    def call(self, module, name, arguments, seconds):
        if arguments and arguments[0].name == "endless":
            return real(self, "time", "sleep", (60,), 0.5)
        return real(self, module, name, arguments, seconds)

    monkeypatch.setattr(confinement._Child, "call", call)
    settings = replace(LENIENT, exports=tmp_path / "exports")
    begin = time.monotonic()
    assert publish(paths, settings, ("student",), "a4") == 1
    assert time.monotonic() - begin < 30
    assert "endless: it takes more than 0.5 seconds" in capsys.readouterr().err
    assert [path.name for path in tmp_path.rglob("*.pdf")] == ["short.pdf"]
    assert not list(tmp_path.rglob(".*.pdf*"))


@pytest.mark.drill("pandoc or Typst crashes", "it is an error of that notebook")
def test_a_crash_is_an_error_of_its_notebook():
    with pytest.raises(Exhausted, match="breaks down"):
        confinement_call("os", "abort")
    assert converted(hostile_inputs.PLAIN).pdf


@pytest.mark.drill("a notebook needs too much memory to print", "it is refused")
def test_memory_is_limited():
    with pytest.raises(Exhausted):
        confinement_call("builtins", "bytearray", 8 * confinement.MEMORY)
    assert converted(hostile_inputs.PLAIN).pdf


def confinement_call(module: str, name: str, *arguments: object) -> object:
    function = SimpleNamespace(__module__=module, __name__=name)
    return confined(function, *arguments, seconds=30)


def test_pictures_beside_the_notebook_only(tmp_path):
    inside = tmp_path / "inside"
    inside.mkdir()
    for folder, shade in ((tmp_path, 1), (inside, 2)):
        (folder / "a.png").write_bytes(
            hostile_inputs.base64.b64decode(hostile_inputs.sample.png(shade=shade))
        )
    (inside / "link.png").symlink_to(tmp_path / "a.png")
    for address, found in (
        ("a.png", True),
        ("./a.png", True),
        ("../a.png", False),
        ("link.png", False),
        (str(inside / "a.png"), True),
        (str(tmp_path / "a.png"), False),
    ):
        result = converted(
            hostile_inputs.raw(hostile_inputs.says(f"![x]({address})")), inside
        )
        lost = any("picture" in kind for kind in +result.losses)
        assert lost is not found, address


def test_after_the_stop_nothing_is_begun(monkeypatch):
    monkeypatch.setattr(confinement, "_stopped", threading.Event())
    monkeypatch.setattr(confinement, "_own", threading.local())
    waiting = threading.Timer(0.5, confinement.stop)
    waiting.start()
    with pytest.raises(Stopped):
        confined(time.sleep, 30)
    with pytest.raises(Stopped):
        confined(time.sleep, 0)
