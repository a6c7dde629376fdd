"""What the first page shows to the person before it: what is done, and the machine."""

from collections.abc import Iterable, Mapping
from urllib.parse import quote

from IPython.display import display

from lessons_lib import doctor
from lessons_lib.desk.contents import Lesson, contents
from lessons_lib.desk.folder import desk_names, read_originals
from lessons_lib.desk.progress import DONE, read_progress
from lessons_lib.paths import work_folder
from lessons_lib.runtime import live

__all__ = ["machine", "progress_table", "show_machine", "show_progress"]

_UNATTENDED = "Run this cell in JupyterLab to see {}."


def show_progress() -> None:
    """Show which exercises of which lesson are done, where a person is watching."""
    if not live():
        print(_UNATTENDED.format("what you have done"))
        return
    files = desk_names(work_folder(), read_originals()[0])
    _display(progress_table(contents(), files, read_progress()))


def progress_table(
    lessons: Iterable[Lesson],
    files: Mapping[str, str],
    progress: Mapping[str, Mapping[str, str]],
) -> str:
    """Say in a table which exercises are done and which is next.

    Args:
        lessons: the lessons in order.
        files: stem of a lesson -> its file on the desk.
        progress: module of the checks -> check -> verdict.

    Returns:
        Markdown.
    """
    lines = ["| lesson | done | next |", "| --- | --- | --- |"]
    for lesson in lessons:
        verdicts = progress.get(lesson.checks, {})
        open_ones = [
            number
            for number, check in enumerate(lesson.exercises, 1)
            if verdicts.get(check) != DONE
        ]
        count = len(lesson.exercises)
        done = [str(n) for n in range(1, count + 1) if n not in open_ones]
        which = f" (exercise{'s' * (len(done) > 1)} {_listed(done)})" if done else ""
        if open_ones:
            tried = " (tried)" * (lesson.exercises[open_ones[0] - 1] in verdicts)
            following = f"exercise {open_ones[0]}{tried}"
        else:
            following, which = "all done", ""
        link = f"[{lesson.number} {lesson.title}]({quote(files[lesson.stem])})"
        lines.append(f"| {link} | {len(done)} of {count}{which} | {following} |")
    return "\n".join(lines)


def show_machine() -> None:
    """Show whether this machine has what the lessons need, where a person is watching.

    What the doctor finds, in short: only what is not in order.
    """
    if not live():
        print(_UNATTENDED.format("whether this machine is in order"))
        return
    _display(machine(doctor.examine()))


def machine(findings: Iterable[doctor.Finding]) -> str:
    """Sum up what the doctor found.

    Args:
        findings: all of them.

    Returns:
        Markdown: one sentence if everything is in order, else a list of the rest.
    """
    found = list(findings)
    problems = [f.text for f in found if f.verdict == "PROBLEM"]
    notes = [f.text for f in found if f.verdict == "NOTE"]
    count = len(found) - len(problems) - len(notes)
    if not problems:
        lines = [f"**In order.** {count} things were looked at."]
    else:
        some = "thing is" if len(problems) == 1 else "things are"
        lines = [f"**{len(problems)} {some} missing:**", ""]
        lines += [f"- {text}" for text in problems]
    if notes:
        lines += ["", "Good to know:", "", *(f"- {text}" for text in notes)]
    return "\n".join(lines)


def _display(markdown: str) -> None:
    display({"text/plain": markdown, "text/markdown": markdown}, raw=True)


def _listed(words: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))
