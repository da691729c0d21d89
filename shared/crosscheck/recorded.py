"""The data of the log about each account, credential, session, pass, link and client."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from shared.audit.event import Kind, Outcome
from shared.crosscheck.event_steps import read_steps
from shared.crosscheck.known import NAMES, facts_of_event
from shared.crosscheck.step import Leaf, RecordedStep, Step, Thing


@dataclass(slots=True)
class Record:
    keeps_session: Callable[[str, str], bool] = lambda _id, _at: True
    """Whether a session with this ID and time may still be in the tables. Others are left out."""
    things: dict[Thing, list[RecordedStep]] = field(default_factory=dict)
    new: set[Thing] = field(default_factory=set)
    """The things with an event that was sealed after the reading began."""
    outcomes: dict[bytes, Outcome] = field(default_factory=dict)
    """The outcomes by event ID. The ID is stored in fewer bytes."""
    repeated: list[str] = field(default_factory=list)
    known: dict[str, dict[str, str]] = field(default_factory=dict)
    """The values of settings and keys in the last events."""
    changed_at: str = ""
    """The last change of the settings. Sessions from before may have had a shorter lifetime."""

    def outcome(self, event_id: str) -> Outcome | None:
        return self.outcomes.get(_short(event_id))

    def add(self, leaf: Leaf, personal: Mapping[str, str], *, new: bool = False) -> None:
        """Events come in the order of the log."""
        event, outcome = _short(leaf["id"]), Outcome(leaf["outcome"])
        if event in self.outcomes:
            self.repeated.append(leaf["id"])
            return
        self.outcomes[event] = outcome
        if leaf["kind"] == Kind.POLICY_CHANGED:
            self.changed_at = max(self.changed_at, leaf["at"])
        if outcome is Outcome.SUCCESS and (facts := facts_of_event(leaf)):
            name = NAMES[leaf["kind"]]
            self.known.setdefault(name, {}).update(facts)
            self.new |= {("known", name)} if new else set()
        for thing, step in read_steps(leaf, personal):
            if thing[0] != "session" or self._keeps(thing, step):
                self.things.setdefault(thing, []).append(step)
                if new:
                    self.new.add(thing)

    def _keeps(self, thing: Thing, step: RecordedStep) -> bool:
        return thing in self.things or self.keeps_session(thing[1], step.at)

    def of(self, thing: Thing, *kinds: Step) -> list[RecordedStep]:
        return [each for each in self.things.get(thing, ()) if not kinds or each.step in kinds]

    def latest(self, thing: Thing, *kinds: Step) -> list[RecordedStep]:
        """The last step in the log, and the step with the latest time. They may differ when many
        events waited to be sealed."""
        found = self.of(thing, *kinds)
        return [found[-1], max(found, key=lambda each: each.at)] if found else []


def _short(event_id: str) -> bytes:
    try:
        return bytes.fromhex(event_id.replace("-", ""))
    except ValueError:  # the service did not write it
        return event_id.encode()
