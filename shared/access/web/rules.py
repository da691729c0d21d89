"""Which profile decides about a request."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from shared.access.profiles.profile import Profile, WebAccess
from shared.access.web.said import Asked, UnclearRequest
from shared.access.web_addresses.paths import folded, is_below


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    profile: Profile
    access: WebAccess
    folded_prefix: str


@dataclass(frozen=True, slots=True)
class Rules:
    """Those of each host, the longest prefix first."""

    of_hosts: Mapping[str, Sequence[Rule]]

    def knows(self, host: str) -> bool:
        return host in self.of_hosts

    def find(self, asked: Asked) -> Rule | None:
        """None if no profile has such a request. Raise UnclearRequest."""
        rules = self.at(asked.site.host, asked.path)
        if asked.overridden and any(rule.access.methods for rule in rules):
            raise UnclearRequest("The request asks to be taken for one of another method.")
        method = asked.preflight_for or asked.method
        found = next((rule for rule in rules if _has(rule, method)), None)
        if asked.preflight_for is not None and not (found and found.access.preflights):
            return next((rule for rule in rules if _has(rule, asked.method)), None)
        return found

    def strictest_age(self, host: str, path: str) -> timedelta | None:
        """The least age of a gesture that any method of this path demands. Raise UnclearRequest."""
        ages = [rule.profile.demands.gesture_age for rule in self.at(host, path)]
        return min((age for age in ages if age is not None), default=None)

    def at(self, host: str, path: str) -> Sequence[Rule]:
        """Those of the longest prefix, for whatever methods. Raise UnclearRequest."""
        rules = self.of_hosts.get(host, ())
        spelled = folded(path)
        near = next((rule for rule in rules if _is_near(spelled, rule.folded_prefix)), None)
        if near is None:
            return ()
        if not is_below(path, near.access.path_prefix):
            raise UnclearRequest(
                "The path differs from a profile's by its spelling or a comma only."
            )
        return [rule for rule in rules if rule.access.path_prefix == near.access.path_prefix]


def rules_of(profiles: Iterable[Profile]) -> Rules:
    found: dict[str, list[Rule]] = defaultdict(list)
    for profile in profiles:
        if isinstance(profile.parameters, WebAccess):
            access = profile.parameters
            rule = Rule(profile=profile, access=access, folded_prefix=folded(access.path_prefix))
            found[access.host].append(rule)
    for rules in found.values():
        rules.sort(key=lambda rule: len(rule.access.path_prefix), reverse=True)
    return Rules(dict(found))


def _is_near(spelled: str, prefix: str) -> bool:
    """If a client adds a header to that of the proxy, both arrive as one, with a comma between."""
    return is_below(spelled, prefix) or spelled.startswith(f"{prefix},")


def _has(rule: Rule, method: str) -> bool:
    return not rule.access.methods or method in rule.access.methods
