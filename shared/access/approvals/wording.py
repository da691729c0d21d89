"""The statement in words, made from the bytes that are signed, for the page that people approve on.

A list of lines, each with a label, a value and what is unusual about it. Each member of the details
is in one of them: what a template leaves out is listed below it.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from shared.access.approvals.flattening import Leaf, flatten
from shared.access.approvals.marks import Mark, Marked, mark
from shared.access.approvals.statement import database_in, read_statement
from shared.access.approvals.words import WORDS

LANGUAGES = tuple(WORDS)
_PLACE = re.compile(r"\{([^{}]*)\}")
_QUOTES = re.compile('["“”„‟″‶ʺˮ❝❞〝〞〟\uff02]')
"""Whatever could be taken for the end of a text in quotation marks."""
_TOP = re.compile(r"[^.\[]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    name: str
    """Which one it is, whatever the language."""
    label: str
    value: str
    marks: tuple[Mark, ...] = ()
    notes: tuple[str, ...] = ()
    """The marks in words."""


@dataclass(slots=True)
class Writer:
    words: Mapping[str, str]
    lines: list[Line] = field(default_factory=list)

    def add(self, name: str, text: str, *, label: str | None = None) -> None:
        marked = mark(text)
        self.put(name, self.cut(marked), marked.marks, label=label, length=marked.length)

    def put(
        self,
        name: str,
        value: str,
        marks: tuple[Mark, ...],
        *,
        label: str | None = None,
        length: int = 0,
    ) -> None:
        notes = tuple(self.words[f"mark.{each}"].format(length=length) for each in marks)
        shown = self.words[name] if label is None else label
        self.lines.append(Line(name=name, label=shown, value=value, marks=marks, notes=notes))

    def cut(self, marked: Marked) -> str:
        if Mark.LONG not in marked.marks:
            return marked.text
        return marked.text + self.words["cut"].format(length=marked.length)


def describe(
    statement: str, *, language: str, template: Mapping[str, str] | None = None
) -> Sequence[Line]:
    """`template` is that of a custom profile in the state that the statement names."""
    members, writer = read_statement(statement), Writer(WORDS[language])
    leaves = flatten(members["details"])
    told = tell(writer, template, language, leaves)
    writer.add("profile", members["profile"]["title"])
    add_database(writer, members)
    for leaf in leaves:
        if leaf.path not in told:
            add_leaf(writer, leaf)
    _add_rest(writer, members)
    return writer.lines


def tell(
    writer: Writer, template: Mapping[str, str] | None, language: str, leaves: Sequence[Leaf]
) -> frozenset[str]:
    """The template with the members in place of their names. Return the paths that it has told."""
    if template is None:
        return frozenset()
    words = template.get(language) or next(iter(template.values()))
    marks, told, longest = dict[Mark, None](), set[str](), 0

    def fill(place: re.Match[str]) -> str:
        nonlocal longest
        values = []
        for leaf in _under(leaves, place[1]):
            marked = mark(leaf.text)
            marks.update(dict.fromkeys(marked.marks))
            longest = max(longest, marked.length)
            values.append(_quoted(leaf, writer.cut(marked)))
            told.add(leaf.path)
        return ", ".join(values) or "—"

    value = _PLACE.sub(fill, words)
    writer.put("what", value, tuple(marks), length=longest)
    return frozenset(told)


def _quoted(leaf: Leaf, shown: str) -> str:
    """Where a text ends, so that it cannot pass for words of the template."""
    return in_quotes(shown) if leaf.is_text else shown


def in_quotes(text: str) -> str:
    return f"“{_QUOTES.sub(lambda found: f'[U+{ord(found[0]):04X}]', text)}”"


def _under(leaves: Sequence[Leaf], name: str) -> Iterator[Leaf]:
    for leaf in leaves:
        rest = leaf.path.removeprefix(name)
        if leaf.path.startswith(name) and rest[:1] in ("", ".", "["):
            yield leaf


def add_leaf(writer: Writer, leaf: Leaf) -> None:
    """Under a label of ours for a member that RFC 9396 names, else under its path: no name that
    somebody chose passes for one of our labels."""
    path, value = mark(f"details.{leaf.path}"), mark(leaf.text)
    top = _TOP.match(leaf.path)
    is_known = top is not None and leaf.path[top.end() :][:1] in ("", "[")
    label = writer.words.get(f"details.{top[0]}") if top and is_known else None
    writer.put(
        f"details.{leaf.path}",
        writer.cut(value),
        tuple(dict.fromkeys((*path.marks, *value.marks))),
        label=label or writer.cut(path),
        length=max(path.length, value.length),
    )


def add_database(writer: Writer, members: Mapping[str, Any]) -> None:
    """Where a person gets in, if the statement is about a database."""
    database = database_in(members)
    if database is not None:
        writer.add("database.server", database.server)
        writer.add("database.name", database.name)
        writer.add("database.role", database.role)


def _add_rest(writer: Writer, members: Mapping[str, Any]) -> None:
    asker = members["asker"]
    # The username first: people choose their display names, such as that of somebody else.
    writer.add("asker", f"{asker['username']} ({in_quotes(asker['displayName'])})")
    for name, value in (
        ("client", asker["client"]),
        ("address", asker["address"]),
        ("reason", members["reason"]),
    ):
        if value is not None:
            writer.add(name, value)
    writer.add("service", members["service"])
    writer.add("createdAt", _instant(members["createdAt"]))
    writer.add("expiresAt", _instant(members["expiresAt"]))
    seconds = writer.words["seconds"].format(seconds=json.dumps(members["lifetimeSeconds"]))
    # A connection can outlive the certificate that opened it.
    own = writer.words.get(f"lifetime.{members['profile']['kind']}")
    writer.add("lifetime", seconds, label=own)


def _instant(text: str) -> str:
    return text.replace("T", " ").replace("Z", " UTC")
