"""Guards over exercises, checks, hints, solutions and the quiz."""

import ast
import re
from collections.abc import Iterator

from nbformat import NotebookNode

from handouts.editions import tags_of

from .cells import (
    Problem,
    bound_names,
    code_cells,
    global_uses,
    has_checked_quiz,
    is_solution,
    numbered,
    parse,
    role,
    stdout,
    text_cells,
)

__all__ = [
    "answers_are_folded",
    "checks_speak_as_they_should",
    "exercises_are_complete",
    "nothing_needs_an_answer",
    "quiz_is_checked",
    "solutions_have_their_own_names",
    "tags_fit_their_cells",
]

_EXERCISES = range(5, 8)
_QUESTIONS = range(4, 7)
KIND = {  # tag -> the kind of cell it belongs on
    "exercise": "code",
    "check": "code",
    "claim": "code",
    "explore": "code",
    "nbval-ignore-output": "code",
    "hint": "markdown",
    "plumbing": "code",
    "quiz": "code or markdown",
    "solution": "code or markdown",
}
_HEAD = r"\*\*Exercise {} \(difficulty [123] of 3, [1-9]\d* minutes?\)[.:]"
_HARDEST = re.compile(r"\*\*Exercise \d+ \(difficulty 3")
_FOLDED = re.compile(
    r"\s*<details>\s*<summary>[^<\n]+</summary>\n\n.*\n\n</details>\s*", re.DOTALL
)
_QUIZ = [
    ("markdown", "quiz"),
    ("code", "quiz"),
    ("code", "check"),
    ("code", "solution"),
]
_QUESTION = re.compile(r"^\*\*(?:Question )?\d+\.", re.MULTILINE)
_SOLUTION_NAME = re.compile(r"solution_|Solution[A-Z]")
_DEFINITION = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def tags_fit_their_cells(notebook: NotebookNode) -> Iterator[Problem]:
    """Each tag stands on the kind of cell that it is made for."""
    for number, cell in numbered(notebook):
        for tag in sorted(tags_of(cell) & KIND.keys()):
            if cell.cell_type not in KIND[tag]:
                yield number, f"tag {tag!r} belongs on a {KIND[tag]} cell."


def exercises_are_complete(notebook: NotebookNode) -> Iterator[Problem]:
    """Each exercise has head, stub, check, hint and solution, in this order."""
    count = 0
    for number, cell in numbered(notebook):
        before = notebook.cells[number - 2] if number > 1 else None
        if role(cell) == "check" and (
            not before or role(before) not in ("exercise", "quiz")
        ):
            yield (
                number,
                "a check without its exercise. Put the exercise just above it.",
            )
        if role(cell) != "exercise":
            continue
        count += 1
        if not re.search(_HEAD.format(count), _what_leads_to(notebook, number)):
            yield (
                number,
                f"the text above doesn't say '**Exercise {count} (difficulty 1 of 3, "
                "5 minutes).**'. Say it, with a difficulty of 1 to 3.",
            )
        yield from _what_follows(notebook, number, count)
    if has_checked_quiz(notebook):
        if count not in _EXERCISES:
            yield 0, f"{count} exercises. A lesson has five to seven."
        if not any(_HARDEST.search(cell.source) for _, cell in text_cells(notebook)):
            yield (
                0,
                "no exercise of difficulty 3. A lesson has one that builds.",
            )


def _what_leads_to(notebook: NotebookNode, number: int) -> str:
    """Return the text between an exercise and the exercise or answer before it."""
    texts: list[str] = []
    for cell in reversed(notebook.cells[: number - 1]):
        if role(cell) in ("exercise", "check", "hint", "solution"):
            break
        if cell.cell_type == "markdown":
            texts.append(cell.source)
    return "\n".join(texts)


def _what_follows(notebook: NotebookNode, number: int, count: int) -> Iterator[Problem]:
    roles = "".join(f"{role(cell)} " for cell in notebook.cells[number:])
    block = re.match(r"check (?:hint )+(?:solution )+", roles)
    if not block:
        yield (
            number,
            f"followed by {', '.join(roles.split()[:3])}. An exercise needs, in this "
            "order, a check, at least one hint and at least one solution.",
        )
        return
    following = notebook.cells[number : number + len(block[0].split())]
    solution = next((cell for cell in following if is_solution(cell)), None)
    first_line = f"# Solution of exercise {count}"
    if not solution or not solution.source.startswith(first_line):
        yield number, f"no solution in code begins with the comment {first_line!r}."


def checks_speak_as_they_should(notebook: NotebookNode) -> Iterator[Problem]:
    """The stored checks say 'Not tried yet', the stored solutions are right."""
    for number, cell in code_cells(notebook):
        printed = stdout(cell)
        if role(cell) == "check" and not printed.startswith("Not tried yet:"):
            yield (
                number,
                f"the check's stored output begins {printed[:40]!r}, expected 'Not "
                "tried yet:'. Put the three dots back and run the notebook.",
            )
        if is_solution(cell) and ("Right:" not in printed or "Not yet:" in printed):
            yield (
                number,
                f"the solution's stored output is {printed[:60]!r}. It must pass its "
                "check ('Right:') and fail none ('Not yet:').",
            )


def answers_are_folded(notebook: NotebookNode) -> Iterator[Problem]:
    """Hints and answers are folded as a whole, and no other output is."""
    for number, cell in text_cells(notebook):
        if role(cell) not in ("hint", "solution"):
            continue
        if cell.source.count("<details") != 1 or not _FOLDED.fullmatch(cell.source):
            yield (
                number,
                f"a {role(cell)} that isn't folded as a whole. Write '<details>"
                "<summary>Hint</summary>', an empty line, the text, an empty line, "
                "'</details>'.",
            )
    for number, cell in code_cells(notebook):
        jupyter = cell.metadata.get("jupyter", {})
        output_hidden = jupyter.get("outputs_hidden")
        if is_solution(cell) and not (jupyter.get("source_hidden") and output_hidden):
            yield (
                number,
                "the solution isn't folded. Set metadata.jupyter.source_hidden and "
                "outputs_hidden to true.",
            )
        elif output_hidden and not is_solution(cell):
            yield number, "a folded output, but no solution. Unfold it."


def solutions_have_their_own_names(notebook: NotebookNode) -> Iterator[Problem]:
    """Solutions define solution_... or Solution..., and leave the learner's names."""
    for number, cell in code_cells(notebook):
        for statement in parse(cell).body if is_solution(cell) else ():
            name = getattr(statement, "name", "")
            if isinstance(statement, _DEFINITION) and not _SOLUTION_NAME.match(name):
                yield (
                    number,
                    f"the solution defines {name}. Call it solution_{name} "
                    f"(or Solution{name}, if it is a class).",
                )


def nothing_needs_an_answer(notebook: NotebookNode) -> Iterator[Problem]:
    """No later cell reads what an exercise or a solution defines or changes."""
    answers: dict[str, str] = {}  # name -> the cell that leaves it to the learner
    for number, cell in code_cells(notebook):
        body = parse(cell).body
        pending = set() if role(cell) in ("check", "solution") else set(answers)
        for statement in body:
            bound = bound_names(statement)
            # A loop sets its variables before it uses them.
            own = bound if isinstance(statement, ast.For | ast.With) else set()
            for name in sorted(pending & global_uses(statement) - own):
                yield (
                    number,
                    f"uses {name}, which {answers[name]} sets. Let a cell that is "
                    "neither exercise nor solution set it, under another name.",
                )
            pending -= bound
        imports = ast.Import | ast.ImportFrom
        bound = set().union(
            *(bound_names(s) for s in body if not isinstance(s, imports))
        )
        if role(cell) in ("exercise", "quiz", "solution"):
            answers |= dict.fromkeys(bound, f"the {role(cell)} in cell {number}")
        elif role(cell) != "check":
            answers = {
                name: where for name, where in answers.items() if name not in bound
            }


def quiz_is_checked(notebook: NotebookNode) -> Iterator[Problem]:
    """Four to six questions in one cell, answered, checked and solved below."""
    if not has_checked_quiz(notebook):
        return
    quiz = [number for number, cell in numbered(notebook) if role(cell) == "quiz"]
    cells = notebook.cells[quiz[0] - 1 : quiz[0] + 3]
    shape = [(cell.cell_type, role(cell)) for cell in cells]
    if shape != _QUIZ:
        yield (
            quiz[0],
            "a quiz needs, in this order, one text cell with all questions (quiz), "
            "code for the answers (quiz), a check and a solution in code.",
        )
        return
    questions = _QUESTION.findall(cells[0].source)
    if len(questions) not in _QUESTIONS:
        yield quiz[0], f"{len(questions)} questions. A quiz has four to six."
    if not cells[3].source.startswith("# Answers to the quiz"):
        yield quiz[0] + 3, "doesn't begin with '# Answers to the quiz'. Write it."
