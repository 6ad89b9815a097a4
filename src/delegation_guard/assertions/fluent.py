"""Assertions chained onto their subject (`expect(x).not.toBe(y)`), link by link, by the frameworks' words."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from delegation_guard.assertions.callbacks import UNAWAITED, UNKNOWN_ERROR, Caller
from delegation_guard.assertions.canon import canon
from delegation_guard.assertions.claims import Bare, asserted, claims, deny, name_of
from delegation_guard.assertions.refine import refined
from delegation_guard.languages.framework import Check, Raising
from delegation_guard.languages.outline import LITERALS, NULL, Term, call, positional, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from delegation_guard.assertions.claims import Origin
    from delegation_guard.assertions.frame import Frame, Value


class Link(NamedTuple):
    """One step of a chain: its word, its arguments (None = it is not called)."""

    word: str
    args: tuple[Term, ...] | None


class Fluent(Caller):
    """Adds chained assertions to a run."""

    bound: dict[str, int] = {}
    """How much had been done when a variable got its value."""

    def put_in(self, term: Term, frame: Frame) -> Term:
        if term.op in {"call", "attr"} and self.words.starts:
            chain = self.chain(term, frame)
            if chain is not None:
                return self.follow_chain(*chain, frame)
        made = super().put_in(term, frame)
        if made.op == "await" and (made.args[0].op == "caught" or self.asks(made.args[0])):
            return made.args[0]
        if made.op in {"attr", "sym"} and self.words.respelt:
            return self.respelt(made)
        if made.op == "dict":
            return self.named_doubles(made)
        return made

    def carry_out(self, name: str, term: Term, frame: Frame) -> Term:
        rule = self.words.raising.get(name)
        if rule is not None and rule.text:
            args = positional(term)
            return self.demanded_of(rule, args[0] if args else NULL, args[1:], False, frame)
        if self.words.starts and name in self.words.checks and not self.followed_here(term, frame):
            given = tuple([self.put_in(arg, frame) for arg in term.args[1:]])
            made, used = Term("call", None, (term.args[0], *given), term.names), frozenset(self.used)
            for bare in asserted(made, self.words.checks[name], self.words):
                self.emit(bare, self.here(frame), used)
            return NULL
        if name in self.words.counted or (self.words.starts and name in self.words.neutral):
            self.counted = self.counted or name in self.words.counted
            return NULL
        return super().carry_out(name, term, frame)

    def emit(self, bare: Bare, origin: Origin, used: frozenset[Term]) -> None:
        for part in refined(bare, self.words) if self.words.starts else (bare,):
            super().emit(part, origin, used)

    def respelt(self, made: Term) -> Term:
        owner, dot, name = str(made.value).rpartition(".")
        for word, plain in self.words.respelt.items():
            if name.startswith(word):
                return made._replace(value=owner + dot + plain + name.removeprefix(word))
        return made

    def asks(self, made: Term) -> bool:
        """Whether a call looks for something, so that waiting for it makes no other claim."""
        callee = made.args[0] if made.op == "call" else made
        name = str(callee.value).rpartition(".")[2] if callee.op in {"attr", "sym"} else ""
        return name.startswith(tuple(self.words.respelt.values()) or "\0")

    # -- the chain

    def chain(self, term: Term, frame: Frame) -> tuple[Term, list[Link]] | None:
        """The subject of a chain and its links; None for any other expression."""
        links: list[Link] = []
        while True:
            if term.op == "call" and term.args[0].op == "attr":
                links.insert(0, Link(str(term.args[0].value), positional(term)))
                term = term.args[0].args[0]
            elif term.op == "attr":
                if str(term.value) in self.words.begins:
                    return term.args[0], links
                links.insert(0, Link(str(term.value), None))
                term = term.args[0]
            elif term.op == "call" and term.args[0] == Term("name", "len") and len(term.args) == 2:
                links.insert(0, Link("length", None))
                term = term.args[1]
            else:
                break
        spoken = next((place for place, link in enumerate(links) if link.word in self.words.spoken), -1)
        if spoken >= 0:
            return self.rebuilt(term, links[:spoken]), links[spoken:]
        if term.op == "call" and self.callee(term, frame) in self.words.neutral:
            return NULL, []
        if not links or term.op != "call":
            return None
        if any(link.word in self.words.answered and link.args for link in links):
            asked = [link for link in links if link.word not in self.words.answered]
            return self.rebuilt(term, asked), [link for link in links if link.word in self.words.answered]
        if self.callee(term, frame) in self.words.starts:
            return (positional(term)[0] if positional(term) else NULL), links
        if any(link.word in self.words.matchers and link.args is not None for link in links):
            made = self.put_in(term, frame)
            if made.op == "call" and name_of(made.args[0]) in self.words.starts and positional(made):
                return positional(made)[0], links
        return None

    def rebuilt(self, term: Term, links: list[Link]) -> Term:
        for link in links:
            term = Term("attr", link.word, (term,))
            term = term if link.args is None else call(term, *link.args)
        return term

    def follow_chain(self, subject: Term, links: list[Link], frame: Frame) -> Term:
        """Emit what each link of a chain says."""
        words, negated, rejected, guards = self.words, False, False, self.guards
        self.required = False
        if any(link.word in words.awaits | words.rejects | words.promised for link in links) and not self.awaited:
            self.guards = (*guards, UNAWAITED)
        raising = any(
            isinstance(words.matchers.get(link.word), Raising) or link.word in words.rejects for link in links
        )
        about = subject if raising else self.put_in(subject, frame)
        for link in links:
            if link.word in words.denials:
                negated = not negated
            elif link.word in words.awaits:
                about = canon(Term("await", None, (about,)))
            elif link.word in words.rejects and not isinstance(words.matchers.get(link.word), Raising):
                rejected = True
            elif link.word in words.lengths and link.args is None:
                about = call(Term("name", "len"), about)
            else:
                about = self.said(about, link, negated, rejected, frame)
        self.guards = guards
        return NULL

    def said(self, about: Term, link: Link, negated: bool, rejected: bool, frame: Frame) -> Term:
        """Emit what one link says; the subject of the links after it."""
        word, args = link.word, link.args
        if word in self.words.spoken and args and args[0].op == "str":
            parts = str(args[0].value).split(".")
            negated = negated != (parts[0] in self.words.denials)
            word, args = " ".join(part for part in parts if part not in self.words.denials), args[1:]
        elif args is None:
            word = f".{word}"
        if word in self.words.answered:
            self.say(list(self.answer(about, args or (), frame)), False, frame)
            return about
        rule = self.words.matchers.get(word)
        if isinstance(rule, Raising):
            self.demanded_of(rule, about, args or (), negated, frame)
            return about
        given = tuple([self.at_its_time(self.put_in(arg, frame), arg, about) for arg in args or ()])
        if rejected:
            body = self.raised(about, frame)
            self.say([Bare("raises", body, UNKNOWN_ERROR)], False, frame)
            about = Term("caught", None, (body,))
        if rule is None:
            if args is not None and link.word not in self.words.fillers:
                self.say([Bare(f"matcher {word}", about, Term("tuple", None, given))], negated, frame)
            return about
        bares = list(self.bares(rule, about, word, given))
        self.say(bares, negated, frame)
        moved = rule.relation == "member" and given and given[0].op == "str"
        return canon(Term("attr", given[0].value, (about,))) if moved else about

    def at_its_time(self, value: Term, written: Term, about: Term) -> Term:
        """What a variable was given before something was done is not what the same expression gives now."""
        since = self.bound.get(str(written.value)) if written.op == "name" else None
        if since is None or value != about or not any(effect.required for effect in self.run.effects[since:]):
            return value
        return Term("before", None, (value,))

    def answer(self, about: Term, args: tuple[Term, ...], frame: Frame) -> Iterator[Bare]:
        """`.expect(200, body)`, `.expect("Header", value)`: the status, a header or the body of an answer."""
        given = []
        for arg in args:
            closure = self.callback(arg, frame)
            if closure is not None:
                self.invoke(closure, (Term("answer", None, (about,)),), frame)
            elif arg != Term("name", "done"):
                given.append(self.put_in(arg, frame))
        if given and given[0].op == "num":
            yield Bare("eq", Term("attr", "status", (about,)), given[0])
            given = given[1:]
            yield from [Bare("text of answer", about, part) for part in given]
        elif len(given) > 1:
            yield Bare("answers", Term("index", None, (about, given[0])), given[1])
        else:
            yield from [Bare("text of answer", about, part) for part in given]

    def bares(self, rule: Check, about: Term, word: str, given: tuple[Term, ...]) -> Iterator[Bare]:
        if rule.view:
            about = canon(call(Term("name", rule.view), about))
        if rule.relation == "truthy":
            yield from (deny(bare) if rule.negated else bare for bare in claims(about, self.words))
            return
        if rule.relation == "member":
            yield Bare("member", about, given[0] if len(given) == 1 else Term("tuple", None, given[:2]))
            return
        yield from asserted(call(Term("attr", word, (about,)), *given), rule, self.words)

    def say(self, bares: list[Bare], negated: bool, frame: Frame) -> None:
        used = frozenset(self.used)
        if negated and len(bares) > 1:
            bares = [Bare("truthy", Term("and", None, tuple(bare.subject for bare in bares)))]
        for bare in bares:
            for part in refined(deny(bare) if negated else bare, self.words):
                super().emit(part, self.here(frame), used)

    # -- errors

    def raised(self, subject: Term, frame: Frame) -> Term:
        """What must fail: the calls that a function makes, or the promise that is at hand."""
        closure = self.callback(subject, frame)
        count, swallowed = len(self.run.calls), self.swallowed
        self.swallowed = swallowed or "raises"
        self.awaited = True
        value = self.invoke(closure, (), frame) if closure is not None else self.put_in(subject, frame)
        self.swallowed = swallowed
        made = outermost([term for term, _ in self.run.calls[count:]])
        while value.op == "await":
            value = value.args[0]
        return Term("body", "raises", tuple(made) or (value,))

    def demanded_of(self, rule: Raising, subject: Term, args: tuple[Term, ...], negated: bool, frame: Frame) -> Term:
        """Emit that something fails, and what is said of the error; the error."""
        waited = self.awaited
        body = self.raised(subject, frame)
        self.awaited = waited
        guards = self.guards
        negated = negated != (rule.relation == "passes")
        if rule.promised and not waited:
            self.guards = (*guards, UNAWAITED)
        error = Term("caught", None, (body,))
        given = [self.put_in(arg, frame) for arg in args]
        bares = [bare for place, arg in enumerate(given) for bare in self.of_error(rule, error, arg, place)]
        if not any(bare.relation == "raises" for bare in bares):
            bares.insert(0, Bare("raises", body, UNKNOWN_ERROR))
        if negated:
            bares = [Bare("raises", body, UNKNOWN_ERROR if len(bares) == 1 else Term("tuple", None, tuple(given)))]
        self.say(bares, negated, frame)
        self.guards = guards
        return error

    def of_error(self, rule: Raising, error: Term, arg: Term, place: int) -> Iterator[Bare]:
        message = Term("attr", "message", (error,))
        if arg.op == "regex":
            yield Bare("match", message, arg.args[0])
        elif arg.op in {"str", "format"}:
            if rule.text in {"in", "eq"}:
                yield Bare(rule.text, message, arg)
        elif arg.op == "dict":
            for key, value in zip(arg.args[::2], arg.args[1::2], strict=True):
                if key.value == "instanceOf":
                    yield Bare("raises", error.args[0], value)
                else:
                    what = Term("attr", key.value, (error,))
                    yield Bare("match", what, value.args[0]) if value.op == "regex" else Bare("eq", what, value)
        elif arg.op in {"sym", "name", "attr"} and place == 0:
            yield Bare("raises", error.args[0], arg)
        elif arg.op == "call" and place == 0:
            yield Bare("raises", error.args[0], UNKNOWN_ERROR if arg.args[0].value == "Error" else arg.args[0])
            yield from [Bare("eq", message, part) for part in positional(arg)[:1]]
        elif arg.op in {"lambda", "def"}:
            yield Bare("satisfies", error, arg)

    # -- doubles

    def bind(self, target: Term, value: Value, frame: Frame) -> None:
        if self.words.starts and target.op == "name":
            self.bound = {**self.bound, str(target.value): len(self.run.effects)}
        if self.words.starts and target.op in {"name", "attr"} and self.doubled(value.term):
            value = value._replace(term=double(target.value, value.term))
        if self.words.starts and target.op == "name" and value.term.op in LITERALS:
            value = value._replace(used=frozenset())  # plain data, wherever it was taken from
        super().bind(target, value, frame)

    def doubled(self, term: Term) -> bool:
        """Whether a value is a test double just made: `jest.fn().mockReturnValue(1)`."""
        while term.op == "call" and term.args[0].op == "attr" and name_of(term.args[0]) not in self.words.doubles:
            term = term.args[0].args[0]
        return term.op == "call" and name_of(term.args[0]) in self.words.doubles

    def named_doubles(self, made: Term) -> Term:
        """An object whose members that are doubles are known by the member's name."""
        if not any(self.doubled(value) for value in made.args[1::2]):
            return made
        parts = [
            part if not place % 2 or not self.doubled(part) else double(made.args[place - 1].value, part)
            for place, part in enumerate(made.args)
        ]
        return Term("dict", None, tuple(parts))


def double(name: object, made: Term) -> Term:
    """A test double by its name and the plain values it gives; the code behind it is not what is checked."""
    return Term("double", name, (without_code(made),))


def without_code(term: Term) -> Term:
    args = tuple(without_code(arg) for arg in term.args if arg.op not in {"lambda", "def"})
    return term if not term.args or term.names else Term(term.op, term.value, args)


def outermost(made: list[Term]) -> list[Term]:
    """The calls that are not part of a later call."""
    kept: list[Term] = []
    for term in made:
        inside = set(walk(term))
        kept = [other for other in kept if other not in inside]
        kept.append(term)
    return kept


__all__ = ["Fluent", "outermost"]
