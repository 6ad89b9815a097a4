"""Which commands a shell text runs, and whether the failure of each still fails the whole."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from delegation_guard.languages.config.shell_words import Word, shell_words, unquoted

_TESTS = frozenset(("[", "[[", "test", "((", "command", "which", "type", "hash", "grep", "false", "exists"))
_NOTHING = frozenset(("true", ":", "echo", "printf", "exit", "return"))
_CAPTURE = re.compile(r"^(\w+)=\"?\$(?:\?|\{?PIPESTATUS.*|LASTEXITCODE)\"?$|^(\w+)=(?!0$|''$|\"\"$).+$")
_LEAVES = frozenset(("exit", "return", "false", "kill", "die", "fail", "throw", "abort"))
_DEEPEST, _MOST_ALTERNATIVES, _MOST_LOOKED_AT = 40, 40, 200


@dataclass(frozen=True, slots=True)
class Command:
    """One simple command. `words` have no quotes; `text` is as written.

    `masks`: why its failure does not count, each as a clause; empty when it does. `conditions`: under which
    conditions it runs. Loops and functions are taken to run once.
    """

    words: tuple[str, ...]
    line: int
    text: str
    masks: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    retried: bool = False


@dataclass
class Settings:
    """How the shell that reads a text was started, as far as failures depend on it."""

    errexit: bool = False
    pipefail: bool = False


@dataclass
class _Item:
    """A command, or a list of items in brackets or of a compound; `ends` is the operator that follows."""

    kind: str
    words: tuple[Word, ...] = ()
    parts: list[list[_Item]] = field(default_factory=list)
    ends: str = ";"
    negated: bool = False
    line: int = 0


def commands(text: str, line: int = 1, errexit: bool = False, pipefail: bool = False) -> tuple[Command, ...]:
    """The simple commands of a text in order. Never fails: what is not understood is taken as plain words."""
    try:
        items = _Parser(shell_words(text, line)).items(())
    except RecursionError:
        return ()
    walk = _Walk(Settings(errexit, pipefail), text)
    walk.run_all(items, (), ())
    return tuple(walk.found)


class _Parser:
    def __init__(self, words: list[Word]) -> None:
        self.words = words
        self.at = 0
        self.depth = 0

    def peek(self) -> str:
        return self.words[self.at].text if self.at < len(self.words) else ""

    def items(self, stops: tuple[str, ...]) -> list[_Item]:
        """Items up to one of the closing words, which is not taken."""
        found: list[_Item] = []
        self.depth += 1
        while self.at < len(self.words) and self.depth < _DEEPEST:
            text = self.peek()
            if text in stops:
                break
            if self.words[self.at].kind == "operator" and text != "(":
                if found:
                    found[-1].ends = text if found[-1].ends == "" or text not in ("\n",) else found[-1].ends
                self.at += 1
                continue
            found.append(self.item())
        self.depth -= 1
        return found

    def item(self) -> _Item:
        line, negated = self.words[self.at].line, False
        while self.peek() == "!":
            negated, self.at = not negated, self.at + 1
        text = self.peek()
        if text in ("(", "{"):
            self.at += 1
            inner = self.items((")" if text == "(" else "}",))
            self.at += 1
            found = _Item("group", parts=[inner])
        elif text in ("if", "while", "until", "for", "case"):
            found = self.compound(text)
        else:
            found = self.simple()
        found.negated, found.line, found.ends = negated, line, ""
        return found

    def compound(self, text: str) -> _Item:
        self.at += 1
        if text == "if":
            return self.conditional()
        if text == "case":
            inner = self.items(("esac",))
            self.at += 1
            return _Item("case", parts=[inner])
        head = self.items(("do",)) if text != "for" else []
        while text == "for" and self.at < len(self.words) and self.peek() != "do":
            self.at += 1
        self.at += 1
        body = self.items(("done",))
        self.at += 1
        return _Item(text, parts=[head, body])

    def conditional(self) -> _Item:
        condition = self.items(("then",))
        self.at += 1
        body = self.items(("else", "elif", "fi"))
        other: list[_Item] = []
        if self.peek() == "elif":
            self.at += 1
            other = [self.conditional()]
            return _Item("if", parts=[condition, body, other])
        if self.peek() == "else":
            self.at += 1
            other = self.items(("fi",))
        self.at += 1
        return _Item("if", parts=[condition, body, other])

    def simple(self) -> _Item:
        start = self.at
        while self.at < len(self.words) and self.words[self.at].kind == "word":
            self.at += 1
        if self.at == start:
            self.at += 1
            return _Item("simple", tuple(self.words[start : start + 1]))
        words = tuple(self.words[start : self.at])
        if self.peek() == "(" and len(words) == 1:  # a function: its body is taken to run
            self.at += 2
            while self.peek() == "\n":
                self.at += 1
            return _Item("simple")
        return _Item("simple", words)


class _Walk:
    def __init__(self, settings: Settings, text: str) -> None:
        self.settings = settings
        self.text = text
        self.found: list[Command] = []
        self.left = ""

    def run_all(
        self, items: list[_Item], masks: tuple[str, ...], conditions: tuple[str, ...], retried: bool = False
    ) -> None:
        index = 0
        while index < len(items):
            chain = [items[index]]
            while chain[-1].ends in ("&&", "||", "|", "|&") and index + 1 < len(items):
                index += 1
                chain.append(items[index])
            index += 1
            rest = items[index : index + _MOST_LOOKED_AT]
            outer = (*masks, *self.afterwards(chain[-1], rest))
            self.chain(chain, rest, outer, conditions, retried)

    def afterwards(self, last: _Item, rest: list[_Item]) -> tuple[str, ...]:
        """What makes the commands that follow hide the status of a chain."""
        if self.left:
            return (self.left,)
        if last.ends == "&":
            waits = any(item.words and item.words[0].text == "wait" for item in rest)
            return () if waits else ("it runs in the background",)
        following = [item for item in rest if item.kind != "simple" or item.words]
        if not following or captured(following):
            return ()
        first = tuple(word.text for word in following[0].words)
        if (
            last.ends == ";"
            and first[:1]
            and first[0] in ("true", ":")
            or (last.ends == ";" and first == ("exit", "0"))
        ):
            return (f"`; {' '.join(first)}` follows it",)
        if not self.settings.errexit:
            return ("only the last command's result counts",)
        return ()

    def chain(
        self, chain: list[_Item], rest: list[_Item], masks: tuple[str, ...], conditions: tuple[str, ...], retried: bool
    ) -> None:
        """Commands joined by `&&`, `||` and `|`."""
        conditional = conditions
        for index, item in enumerate(chain):
            own, again = masks, retried
            later = chain[index + 1 : index + 2]
            if item.ends in ("|", "|&") and not self.settings.pipefail:
                own = (*own, "it is piped into another command without pipefail")
            handler = next((at for at in range(index, len(chain)) if chain[at].ends == "||"), None)
            if handler is not None and handler + 1 < len(chain):
                alternative = chain[handler + 1 : handler + 1 + _MOST_ALTERNATIVES]
                same = _same_tool(item, alternative)
                if same:
                    again = True
                elif not _fails(alternative, rest):
                    own = (*own, f"`|| {_shown(alternative[:3])}` follows it")
            if index and chain[index - 1].ends in ("&&", "||"):
                conditional = (*conditional, *_condition(chain[index - 1], chain[index - 1].ends))
            if item.ends == "&&" and later and later[0].words and later[0].words[0].text == "break":
                again = True
            self.visit(item, rest, own, conditional, again)

    def visit(
        self, item: _Item, rest: list[_Item], masks: tuple[str, ...], conditions: tuple[str, ...], again: bool
    ) -> None:
        if item.negated:
            masks = (*masks, "`!` turns its result around")
        if item.kind == "simple":
            self.simple(item, masks, conditions, again)
        elif item.kind == "if":
            test, body, other = item.parts
            handled = other if not item.negated and not _negated(test) else body
            swallowed = () if _fails(handled, rest) else ("its result only decides a branch",)
            inner = tuple(mask for mask in masks if not mask.startswith("`!`"))
            for question in test:
                question.negated = False
            self.run_all(test, (*inner, *swallowed), conditions, again)
            asked = " ".join(_shown([part]) for part in test)
            self.run_all(body, inner, (*conditions, asked), again)
            self.run_all(other, inner, (*conditions, f"not ({asked})"), again)
        elif item.kind in ("while", "until"):
            self.run_all(item.parts[0], masks, conditions, True)
            self.run_all(item.parts[1], masks, conditions, again)
        elif item.kind == "for":
            self.run_all(item.parts[1], masks, conditions, again)
        else:
            for part in item.parts:
                self.run_all(part, masks, conditions, again)

    def simple(self, item: _Item, masks: tuple[str, ...], conditions: tuple[str, ...], again: bool) -> None:
        texts = [word.text for word in item.words]
        if not texts:
            return
        inner = re.match(r"^\w+=\"?\$\(([\s\S]*)\)\"?$", texts[0]) if len(texts) == 1 else None
        if inner:
            found = commands(inner[1], item.line, self.settings.errexit, self.settings.pipefail)
            self.found += [
                replace(one, masks=(*one.masks, *masks), conditions=(*one.conditions, *conditions)) for one in found
            ]
            return
        words = tuple(unquoted(text) for text in texts)
        if words[0] == "set":
            self.set(words[1:])
        elif words[0] == "trap" and len(words) > 2 and re.search(r"exit\s+0|^true$|^:$", words[1]):
            self.left = "a trap ends the script with success"
            self.found = [replace(one, masks=(*one.masks, self.left)) for one in self.found]
        elif words[:2] == ("exit", "0") and not conditions and not self.left:
            self.found.append(Command(words, item.line, " ".join(texts), masks, conditions))
            self.left = "`exit 0` before it ends the script"
            return
        self.found.append(Command(words, item.line, " ".join(texts), masks, conditions, again))

    def set(self, words: tuple[str, ...]) -> None:
        for at, word in enumerate(words):
            on = word.startswith("-")
            letters = word[1:] if word[:1] in "-+" else ""
            if "e" in letters:
                self.settings.errexit = on
            if letters.endswith("o") and at + 1 < len(words):
                self.settings.pipefail = on if words[at + 1] == "pipefail" else self.settings.pipefail
                self.settings.errexit = on if words[at + 1] == "errexit" else self.settings.errexit


def captured(items: list[_Item]) -> bool:
    """Whether the status is stored at once and used to leave later, or passed on by `exit $?`."""
    first = [word.text for word in items[0].words]
    if first[:1] in (["exit"], ["return"]) and len(first) > 1 and "$" in first[1]:
        return True
    match = _CAPTURE.match(first[0]) if len(first) == 1 else None
    return bool(match) and _used(match[1] or match[2] if match else "", items[1:])


def _used(name: str, items: list[_Item]) -> bool:
    return any(name in text and "$" in text for text in _texts(items)) and any(
        text in _LEAVES for text in _texts(items)
    )


def _texts(items: list[_Item]) -> list[str]:
    found = []
    for item in items:
        found += [word.text for word in item.words]
        for part in item.parts:
            found += _texts(part)
    return found


def _fails(items: list[_Item], rest: list[_Item]) -> bool:
    """Whether a list of commands ends in failure, or notes the failure for later."""
    for item in items:
        texts = [word.text for word in item.words]
        if item.kind != "simple":
            if any(_fails(part, rest) for part in item.parts):
                return True
        elif (
            texts
            and texts[0] in _LEAVES
            and texts[1:2] not in (["0"], ['"0"'])
            and texts[:2] != ["exit", "/b"]
            or len(texts) == 1
            and (match := _CAPTURE.match(texts[0]))
            and _used(match[1] or match[2], rest)
        ):
            return True
    return False


def _same_tool(item: _Item, alternative: list[_Item]) -> bool:
    mine = [word.text for word in item.words][:3]
    return bool(mine) and any([word.text for word in other.words][: len(mine)][:2] == mine[:2] for other in alternative)


def _negated(items: list[_Item]) -> bool:
    return bool(items) and items[0].negated


def _condition(before: _Item, operator: str) -> tuple[str, ...]:
    """What must hold for the command after `&&` or `||`, when that is a question rather than work."""
    first = before.words[0].text if before.words else ""
    if operator == "||":
        return (f"not ({_shown([before])})",) if first in _TESTS or first in ("true", ":") else ()
    return (_shown([before]),) if first in _TESTS else ()


def _shown(items: list[_Item]) -> str:
    return " ".join(_texts(items))[:60]
