"""Claims of small tests, for the tests of the engine."""

from __future__ import annotations

from delegation_guard.assertions.cases import cases
from delegation_guard.assertions.claims import Claim
from delegation_guard.assertions.entail import Pool
from delegation_guard.assertions.errors import Tree
from delegation_guard.assertions.library import Library, language_of
from delegation_guard.assertions.perform import Performer
from delegation_guard.assertions.relations import Order
from delegation_guard.assertions.vocabulary import vocabulary
from delegation_guard.languages.python_config import Collection
from support import subject

PATH = "tests/test_it.py"


def claims_of(text: str, **others: str) -> list[Claim]:
    """The claims that the collected tests of a file execute."""
    library = library_of(text, **others)
    words = vocabulary("python")
    performer = Performer(library, words)
    found = cases(library, words, library.outline(PATH), Collection())
    return [claim for case in found if not case.why for run in performer.perform(case) for claim in run.claims]


def library_of(text: str, **others: str) -> Library:
    files = {PATH: text, **{name.replace("__", "/") + ".py": body for name, body in others.items()}}
    judged = subject(files, files)
    return Library(judged.objects, "head", {})


def order() -> Order:
    language = language_of("x.py")[1]
    return Order(vocabulary("python"), Tree(language.EXCEPTIONS, library_of("")))


def entailed(head: list[Claim], base: list[Claim]) -> bool:
    """Whether the head's claims entail every one of the base's."""
    pool = Pool(head, order())
    return all(pool.entails(claim) for claim in base)


def entails(head: str, base: str) -> bool:
    """The same for two bodies of a test; `f` and `g` are product functions."""
    return entailed(claims_of(body(head)), claims_of(body(base)))


def body(text: str) -> str:
    lines = "".join(f"    {line}\n" for line in text.split("\n"))
    return f"import math\nimport re\nimport pytest\nfrom shop import f, g, Thing\n\n\ndef test_it():\n{lines}"
