"""One answer of the service. Pure."""

from dataclasses import dataclass
from typing import Any


class Headers(dict[str, str]):
    """By name in any case; the names are kept in lower case."""

    def __getitem__(self, name: str) -> str:
        return super().__getitem__(name.lower())

    def __setitem__(self, name: str, value: str) -> None:
        super().__setitem__(name.lower(), value)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and super().__contains__(name.lower())

    def get(self, name: str, default: Any = None) -> Any:  # noqa: ANN401  as that of dict
        return super().get(name.lower(), default)

    def pop(self, name: str, default: Any = None) -> Any:  # noqa: ANN401
        return super().pop(name.lower(), default)

    def add(self, name: str, value: str) -> None:
        """A header may come in several lines."""
        known = self.get(name)
        self[name] = value if known is None else f"{known}, {value}"


@dataclass(frozen=True, slots=True)
class Answer:
    """Whole, as the policies of azure.core and the callers see it."""

    status_code: int
    headers: Headers
    content: bytes
