"""What was done to a subject before it is checked: the same preparation, less of it, or the result tampered with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from delegation_guard.assertions.canon import truth
from delegation_guard.languages.outline import NULL, Term, walk

if TYPE_CHECKING:
    from delegation_guard.assertions.claims import Claim, Effect


def looped(head: Claim, base: Claim) -> bool:
    """Whether the head's claim is made at least as often: every loop around it is around the base's too."""
    return all(loop in base.loops or never_empty(loop) for loop in head.loops)


def never_empty(loop: Term) -> bool:
    return truth(loop) is True


def done(head: Claim, base: Claim) -> bool:
    """Whether everything the base did to its subject on its own lines was done on the head too."""
    return not missing(head, base) and spoiled(head, base) is None


def spoiled(head: Claim, base: Claim) -> Effect | None:
    """What the head does to the result itself before it checks it, and the base did not: sorting, overwriting."""
    had = {effect.term for effect in base.history}
    whole = Term("pair", None, (head.subject, head.expected or NULL))
    for effect in head.history:
        term = effect.term
        if not effect.required or term in had or not effect.used & head.used:
            continue
        callee = term.args[0]
        if term.op != "call":
            continue
        if callee.op == "attr" and callee.value in {"sort", "reverse"} and result_of(callee.args[0], whole):
            return effect
        if callee.op == "name" and callee.value in {"set index", "set attr"} and result_of(term.args[1], whole):
            owner, item = term.args[1], term.args[2]
            made = (
                Term("index", None, (owner, item))
                if callee.value == "set index"
                else Term("attr", item.value, (owner,))
            )
            if any(part == made for part in walk(whole)):
                return effect
    return None


def result_of(term: Term, subject: Term) -> bool:
    """Whether a term is what the subject got from a call, rather than an object it set up."""
    inside = any(part == term for part in walk(subject))
    return inside and (term.op in {"call", "await"}) and not made_here(term)


def made_here(term: Term) -> bool:
    name = str(term.args[0].value or "").rpartition(".")[2] if term.op == "call" else ""
    return name[:1].isupper()


def missing(head: Claim, base: Claim) -> list[Term]:
    """What the base did to the claim's subject before, and the head did not."""
    needed = [effect.term for effect in base.history if effect.required and effect.used & base.used]
    if not needed:
        return []
    have = [loose(effect.term) for effect in head.history]
    lost = []
    for term in needed:
        key = loose(term)
        if key in have:
            have.remove(key)
        elif not pure(term):
            lost.append(term)
    return lost


def loose(term: Term) -> Term:
    """A call without the names of its keywords, so that passing by name or by place is the same."""
    if term.op == "await":
        return loose(term.args[0])
    return (
        Term("call", None, (term.args[0], *sorted(term.args[1:], key=repr)))
        if term.op == "call" and term.names
        else term
    )


def has_names(term: Term) -> bool:
    return any(part.names for part in walk(term))


def unnamed(term: Term) -> Term:
    """A term with its keyword arguments passed by place, in the order of their names' first use or by name.

    A call that passes some by place and some by name on the two sides is the same when the values are.
    """
    if not term.args:
        return term
    args = tuple([unnamed(arg) for arg in term.args])
    if term.op != "call":
        return Term(term.op, term.value, args, term.names)
    return Term("call", None, (args[0], *sorted(args[1:], key=repr)))


def pure(term: Term) -> bool:
    """Calls that only show something."""
    return term.op == "call" and term.args[0].op == "name" and term.args[0].value in {"print", "repr", "str", "len"}
