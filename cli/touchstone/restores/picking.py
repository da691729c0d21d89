"""What to restore: picked from what the vault has, so nobody types an address of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from touchstone.access.offers import offers
from touchstone.console import Console, plain
from touchstone.failures import Refused, WrongUsage
from touchstone.session.tokens import Account

KIND = "azure-backup-restore"
_MACHINES = "VM"
_NEEDED = {
    "RestoreDisks": ("region", "storage_account", "resource_group"),
    "AlternateLocation": (
        *("region", "storage_account", "resource_group"),
        *("virtual_machine", "subnet"),
    ),
    "OriginalLocation": ("region", "storage_account"),
}
_MEMBERS = {
    "region": "region",
    "storage_account": "storageAccount",
    "resource_group": "resourceGroup",
    "virtual_machine": "virtualMachine",
    "subnet": "subnet",
}
_MOST_PAGES = 20


@dataclass(frozen=True, kw_only=True)
class Picked:
    profile: str
    details: dict[str, Any]


@dataclass(frozen=True)
class Picker:
    account: Account
    console: Console
    given: Mapping[str, str | None]
    """By the name of the option."""

    def pick(self) -> Picked:
        """Raises Failure."""
        offer = self._pick("profile", self._offers(), lambda each: str(each["profile"]))
        profile, bounds = str(offer["profile"]), offer["restore"]
        if _MACHINES not in bounds["workloads"]:
            raise Refused(
                f"{profile} is for file shares alone, which this command does not restore.",
                to_do="Ask for it on the page /requests of the service.",
            )
        path = f"/backup/{quote(profile, safe='')}"
        items = self._pages(f"{path}/items", "items", {})
        item = self._pick("item", items, lambda each: str(each["item"]), _item_line)
        query = {"item": str(item["item"])}
        points = self._pages(f"{path}/recovery-points", "recoveryPoints", query)
        point = self._pick("point", points, lambda each: str(each["id"]), _point_line)
        way = str(self._pick("type", bounds["recoveryTypes"], str))
        details = {
            "type": KIND,
            "locations": [bounds["vault"]],
            "actions": [way],
            "item": item["item"],
            "recoveryPoint": point["id"],
            "recoveryPointTime": point["time"],
            "target": self._target(way, item, bounds),
        }
        return Picked(profile=profile, details=details)

    def _offers(self) -> list[dict[str, Any]]:
        return [each for each in offers(self.account) if each.get("kind") == KIND]

    def _target(
        self, way: str, item: Mapping[str, Any], bounds: Mapping[str, Any]
    ) -> dict[str, str]:
        found: dict[str, str] = {}
        for name in _NEEDED.get(way, ()):
            if name == "resource_group" and bounds.get("targets"):
                value = str(self._pick(name, bounds["targets"], str))
            elif name == "region" and item.get("region"):
                value = self.given.get(name) or str(item["region"])
            else:
                value = self._typed(name)
            found[_MEMBERS[name]] = value
        return found

    def _typed(self, name: str) -> str:
        value = self.given.get(name)
        if value is None and self.console.may_ask:
            value = self.console.ask(f"{_words(name)} (its ID)?")
        if not value:
            raise WrongUsage(f"{_option(name)} is missing.")
        return value

    def _pick(
        self,
        name: str,
        choices: Sequence[Any],
        key: Callable[[Any], str],
        line: Callable[[Any], str] | None = None,
    ) -> Any:  # noqa: ANN401
        """The one that was named, the only one, or the one that the person says."""
        named = self.given.get(name)
        if not choices:
            raise Refused(f"There is no {_words(name)} to choose from.")
        if named is not None:
            for each in choices:
                if named == key(each):
                    return each
            raise Refused(f"There is no {_words(name)} {named}, or it is not for you.")
        if len(choices) == 1:
            return choices[0]
        if not self.console.may_ask:
            raise WrongUsage(
                f"{_option(name)} is missing: there are {len(choices)} to choose from."
            )
        return self._chosen(name, choices, line or key)

    def _chosen(self, name: str, choices: Sequence[Any], line: Callable[[Any], str]) -> Any:  # noqa: ANN401
        for number, each in enumerate(choices, 1):
            self.console.say(f"{number:>3}  {plain(line(each))}")
        while True:
            answer = self.console.ask(f"Which {_words(name)} (1 to {len(choices)})?")
            if answer.isdecimal() and 0 < int(answer) <= len(choices):
                return choices[int(answer) - 1]

    def _pages(self, path: str, member: str, query: Mapping[str, str]) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        after: dict[str, str] = {}
        for _ in range(_MOST_PAGES):
            asked = urlencode({**query, **after})
            said = self.account.read(f"{path}?{asked}" if asked else path)
            found += said.get(member, [])
            if not said.get("next"):
                break
            after = {"after": str(said["next"])}
        return found


def _item_line(item: Mapping[str, Any]) -> str:
    return "  ".join(str(item.get(name) or "") for name in ("name", "region", "lastRecoveryPoint"))


def _point_line(point: Mapping[str, Any]) -> str:
    return "  ".join(str(point.get(name) or "") for name in ("time", "consistency", "id"))


def _words(name: str) -> str:
    return "recovery point" if name == "point" else name.replace("_", " ")


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"
