"""A policy file to a Policy, and nothing but: what is not understood is refused with its line."""

from __future__ import annotations

import hashlib

import yaml

from delegation_guard.errors import PolicyError
from delegation_guard.model.policy import Policy
from delegation_guard.policy.build import build
from delegation_guard.policy.default import DEFAULT as DEFAULT
from delegation_guard.policy.reading import Node, Reader
from delegation_guard.policy.template import template as template

_LIMIT, _DEPTH = 1_000_000, 20
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def load(data: bytes, path: str) -> Policy:
    """The policy in the bytes of a file; `path` is shown in messages and kept in the result.

    Raises PolicyError, and only that. Does not verify that a rule named under `levels` exists, that a principal has
    a key, or that a date has not passed.
    """
    root = _tree(_text(data, path), path)
    values = Reader(path).section(root, "") if root is not None else {}
    if root is not None and "version" not in values:
        raise PolicyError(f"{path}:1: this policy does not say its version", "write `version: 1` as its first line")
    return build(values, path, hashlib.sha256(data).hexdigest())


def _text(data: bytes, path: str) -> str:
    if len(data) > _LIMIT:
        raise PolicyError(f"{path}: a policy of {len(data)} bytes is not read", f"keep it below {_LIMIT} bytes")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise PolicyError(f"{path}:{line}: this is not UTF-8 text", "save the policy as UTF-8") from None


def _tree(text: str, path: str) -> Node | None:
    """The one document of a YAML text; None when it holds nothing (comments only)."""
    try:
        return _compose(text, path)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{path}:{mark.line + 1}" if mark else path
        problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "it cannot be read"
        raise PolicyError(f"{where}: this is not valid YAML: {problem}", "repair the line named above") from None


def _compose(text: str, path: str) -> Node | None:
    top = Node(0, "list")
    stack = [top]
    documents = 0
    for event in yaml.parse(text, Loader=_LOADER):
        line = event.start_mark.line + 1 if event.start_mark else 0
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            _refuse(documents > 1, path, line, "a second YAML document begins here", "keep one, drop the `---` line")
        elif isinstance(event, yaml.NodeEvent):
            _refuse_indirection(event, path, line)
            node = _node(event, line)
            stack[-1].items.append(node)
            if not isinstance(event, yaml.ScalarEvent):
                stack.append(node)
            _refuse(len(stack) > _DEPTH, path, line, "this is nested too deeply", "a policy needs no such depth")
        elif isinstance(event, yaml.CollectionEndEvent):
            stack.pop()
    root = top.items[0] if top.items else None
    return None if root is None or root.empty else root


def _node(event: yaml.NodeEvent, line: int) -> Node:
    if isinstance(event, yaml.ScalarEvent):
        return Node(line, "scalar", event.value, plain=not event.style)
    return Node(line, "map" if isinstance(event, yaml.MappingStartEvent) else "list")


def _refuse_indirection(event: yaml.NodeEvent, path: str, line: int) -> None:
    alias = isinstance(event, yaml.AliasEvent)
    named = alias or event.anchor is not None
    _refuse(named, path, line, "anchors and aliases are not read", "write the value out where it is used")
    tag = getattr(event, "tag", None)
    _refuse(tag not in (None, "!"), path, line, f"the tag {tag} is not read", "write the plain value")


def _refuse(bad: bool, path: str, line: int, message: str, hint: str) -> None:
    if bad:
        raise PolicyError(f"{path}:{line}: {message}", hint)
