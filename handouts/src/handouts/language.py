"""In which language a notebook is written, and in which its code."""

from __future__ import annotations

import re
from collections import Counter

from nbformat import NotebookNode

__all__ = ["code_language", "spoken_language"]

# Frequent words that tell these languages apart.
WORDS = {
    "en": "the of and is are this that with for we you from",
    "de": "der die das und ist ein eine nicht mit wir auf dies den von",
    "fr": "le la les des est une et dans pour nous que avec qui sur",
    "es": "el los las una es y para con por que del como se en",
    "it": "il gli della di che una per con sono nel questo è non",
    "pt": "o os uma que não para com é do da em como dos na",
    "nl": "de het een van en is niet met voor dat wij zijn op",
    "pl": "jest nie się na w z że jak dla oraz przez to",
    "sv": "och är det som en att på för med inte av vi",
    "tr": "ve bir bu için ile olarak da de çok gibi",
}
LANGUAGE_OF: dict[str, list[str]] = {
    word: [] for words in WORDS.values() for word in words.split()
}
for _language, _words in WORDS.items():
    for _word in _words.split():
        LANGUAGE_OF[_word].append(_language)
# By script; Japanese before Chinese, because it uses both.
SCRIPTS = {
    "ja": r"[\u3040-\u30ff]",
    "ko": r"[\uac00-\ud7af]",
    "zh": r"[\u4e00-\u9fff]",
    "ru": r"[\u0400-\u04ff]",
    "el": r"[\u0370-\u03ff]{3,}",
    "ar": r"[\u0600-\u06ff]",
    "he": r"[\u0590-\u05ff]",
    "hi": r"[\u0900-\u097f]",
}
NOT_PROSE = re.compile(r"```.*?```|`[^`]*`|\$[^$]*\$|<[^>]*>|https?:\S+", re.DOTALL)
TAG = re.compile(r"([a-z]{2,3})(?:[-_]([a-z]{2}))?", re.IGNORECASE)
# The names that Typst's highlighter knows, where a kernel says something else.
CODE = {
    "ipython": "python", "ipython2": "python", "ipython3": "python", "c++": "cpp",
    "c++11": "cpp", "c++14": "cpp", "c++17": "cpp", "c#": "cs", "csharp": "cs",
    "f#": "fs", "fsharp": "fs", "sos": "python", "sagemath": "python", "sage": "python",
}  # fmt: skip


def code_language(notebook: NotebookNode) -> str:
    """Return the name of the language of a notebook's code, as Typst knows it."""
    about = notebook.metadata
    for key, name in (("language_info", "name"), ("kernelspec", "language")):
        found = about.get(key)
        language = found.get(name) if isinstance(found, dict) else None
        if isinstance(language, str) and language:
            return CODE.get(language.lower(), language.lower())
    return "python"


def spoken_language(notebook: NotebookNode, stated: str = "") -> str:
    """Return the language of a notebook's text, as "de" or "pt-br".

    Args:
        notebook: its metadata may state the language; else it is told from its words.
        stated: what the project says; its notebooks may say something else.
    """
    for given in (
        notebook.metadata.get("lang"),
        notebook.metadata.get("language"),
        stated,
    ):
        if isinstance(given, str) and (found := TAG.fullmatch(given.strip())):
            return "-".join(part.lower() for part in found.groups() if part)
    return _guessed(
        "\n".join(
            cell.source[:20_000]
            for cell in notebook.cells
            if cell.cell_type == "markdown"
        )[:100_000]
    )


def _guessed(text: str) -> str:
    text = NOT_PROSE.sub(" ", text)
    letters = len(re.findall(r"[^\W\d_]", text)) or 1
    for language, script in SCRIPTS.items():
        if sum(map(len, re.findall(script, text))) > 0.2 * letters:
            return language
    votes: Counter[str] = Counter()
    for word in re.findall(r"\w+", text.lower()):
        for language in LANGUAGE_OF.get(word, ()):
            votes[language] += 1
    best = max(votes, key=lambda language: votes[language], default="en")
    return best if votes[best] > votes["en"] else "en"
