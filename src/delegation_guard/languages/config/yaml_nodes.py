"""YAML documents as nodes with lines; loaded only when a YAML file is compared."""

from __future__ import annotations

import yaml

from delegation_guard.languages.config.node import Node, Scalar, Unreadable, merged

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MOST_NODES, _DEEPEST = 60_000, 60
_WORDS: dict[str, Scalar] = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


def read_yaml(text: str) -> Node:
    """All documents of a text as one table. Unknown tags are ignored, aliases followed, keys kept as text.

    Raises Unreadable for what is no YAML, and for a document that unfolds to more than the limits.
    """
    text = text.replace("\t", "  ") if text.startswith("\t") else text
    try:
        _refuse_depth(text)
        documents = list(yaml.compose_all(text, Loader=_LOADER))
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" (line {mark.line + 1})" if mark else ""
        raise Unreadable(f"it is not valid YAML{where}") from None
    builder = _Builder()
    found = Node({}, 1)
    for document in documents:
        if document is not None:
            found = merged(found, builder.node(document, 0))
    return found


def _refuse_depth(text: str) -> None:
    """Composing recurses in C, where nothing stops it; the events alone tell the depth."""
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            raise Unreadable("its values are nested too deeply")


class _Builder:
    def __init__(self) -> None:
        self.left = _MOST_NODES

    def node(self, part: yaml.Node, depth: int) -> Node:
        self.left -= 1
        if self.left < 0 or depth > _DEEPEST:
            raise Unreadable("it unfolds to too many values")
        line = part.start_mark.line + 1
        if isinstance(part, yaml.MappingNode):
            return Node(self.table(part, depth), line)
        if isinstance(part, yaml.SequenceNode):
            return Node(tuple(self.node(item, depth + 1) for item in part.value), line)
        return _scalar(part, line)

    def table(self, part: yaml.MappingNode, depth: int) -> dict[str, Node]:
        own: dict[str, Node] = {}
        inherited: dict[str, Node] = {}
        for key, value in part.value:
            name = str(key.value) if isinstance(key, yaml.ScalarNode) else ""
            found = self.node(value, depth + 1)
            if name == "<<":
                for table in found.items or (found,):
                    inherited = {**table.table, **inherited}
                continue
            own[name] = (
                found if found.value is not None and found.value != "" else Node(found.value, key.start_mark.line + 1)
            )
        return {**inherited, **own}


def _scalar(part: yaml.Node, line: int) -> Node:
    text = str(part.value)
    if getattr(part, "style", None) in ("|", ">"):
        return Node(text, line + 1)
    if getattr(part, "style", None) in ("'", '"'):
        return Node(text, line)
    if text in ("", "~", "null"):
        return Node(None, line)
    if text.lower() in _WORDS:
        return Node(_WORDS[text.lower()], line)
    try:
        return Node(
            int(text) if text.lstrip("-").isdigit() else float(text) if "." in text and "_" not in text else text, line
        )
    except ValueError:
        return Node(text, line)
