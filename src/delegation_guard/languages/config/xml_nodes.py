"""XML configuration as nodes with lines: attributes and child elements are keys, repeated ones a list."""

from __future__ import annotations

from xml.parsers import expat

from delegation_guard.languages.config.node import Node, Unreadable

_DEEPEST = 200


class _Element:
    def __init__(self, line: int) -> None:
        self.line = line
        self.children: dict[str, list[Node]] = {}
        self.text = ""

    def node(self) -> Node:
        text = self.text.strip()
        if not self.children:
            return Node(text, self.line)
        table = {
            name: found[0] if len(found) == 1 else Node(tuple(found), found[0].line)
            for name, found in self.children.items()
        }
        return Node({**table, "": Node(text, self.line)} if text else table, self.line)


def read_xml(text: str) -> Node:
    """The root element's content. Declared entities are refused, namespaces dropped."""
    parser = expat.ParserCreate()
    stack = [_Element(1)]

    def start(name: str, attributes: dict[str, str]) -> None:
        if len(stack) > _DEEPEST:
            raise Unreadable("its elements are nested too deeply")
        element = _Element(parser.CurrentLineNumber)
        for key, value in attributes.items():
            element.children.setdefault(key, []).append(Node(value, element.line))
        stack.append(element)

    def end(name: str) -> None:
        element = stack.pop()
        stack[-1].children.setdefault(name.rpartition(":")[2], []).append(element.node())

    def data(found: str) -> None:
        stack[-1].text += found

    def refuse(*_: object) -> None:
        raise Unreadable("it declares entities")

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler, parser.EntityDeclHandler = data, refuse
    parser.buffer_text = True
    try:
        parser.Parse(text, True)
    except expat.ExpatError as error:
        raise Unreadable(f"it is not valid XML (line {error.lineno})") from None
    return stack[0].node()
