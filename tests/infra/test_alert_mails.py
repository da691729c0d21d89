"""Strangers cannot use up the mails that Azure sends to an address."""

from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum
from typing import Any

import pytest

from tests.infra.bicep.parameters import EVERYTHING, deployed, parameters
from tests.infra.kusto_check import manifest
from tests.infra.test_monitor_files import duration

ALERTS = {each["name"]: each for each in manifest("alerts")}
MAILS_AN_HOUR = 100
"""learn.microsoft.com/azure/azure-monitor/fundamentals/service-limits#action-groups: then no more
mail is sent to this address for some time."""
GROUPS = "Microsoft.Insights/actionGroups"
HOUR = timedelta(hours=1)

type Json = dict[str, Any]


class Cause(StrEnum):
    ANYBODY = "without an account, or with one: they choose addresses, names, keys and sessions"
    ADMINISTRATORS = "with the role"
    AZURE = "with rights on our resources, or with a key of ours"


CAUSES = {
    "spraying": Cause.ANYBODY,
    "failures-of-one-account": Cause.ANYBODY,
    "access-pass-guessing": Cause.ANYBODY,
    # One's own key, of an authenticator in software, and one's own tokens.
    "cloned-key": Cause.ANYBODY,
    "token-reused": Cause.ANYBODY,
    "token-from-elsewhere": Cause.ANYBODY,
    "code-reused": Cause.ANYBODY,
    # By more events than are shipped in half an hour, or by one that Azure refuses.
    "audit-delayed": Cause.ANYBODY,
    "audit-incomplete": Cause.ANYBODY,
    "audit-silent": Cause.ANYBODY,
    "no-events": Cause.ANYBODY,
    "administrator-with-new-key": Cause.ADMINISTRATORS,
    "erasure-requested": Cause.ADMINISTRATORS,
    "client-changed": Cause.ADMINISTRATORS,
    "profile-changed": Cause.ADMINISTRATORS,
    "operator-token-used": Cause.AZURE,
    "policy-changed": Cause.AZURE,
    "signing-key-rotated": Cause.AZURE,
    "audit-inconsistent": Cause.AZURE,
    "data-written": Cause.AZURE,
}
VALUES = {"RpId": 1, "Where": 2}
"""How many values a column has, if nobody can choose them."""


def test_the_cause_of_each_alert_is_known() -> None:
    assert CAUSES.keys() == ALERTS.keys()


@pytest.mark.parametrize("alert", ALERTS.values(), ids=ALERTS.keys())
def test_an_alert_is_split_only_by_what_its_causer_cannot_choose(alert: Json) -> None:
    """Azure sends a mail for each value."""
    chosen = set(alert["dimensions"]) - VALUES.keys()
    # An identity in Azure that writes to the data.
    assert chosen == ({"Who"} if alert["name"] == "data-written" else set())


@pytest.mark.parametrize("urgent", [False, True])
def test_strangers_cannot_use_up_the_mails_of_an_address(urgent: bool) -> None:
    caused = [
        each
        for each in ALERTS.values()
        if CAUSES[each["name"]] is Cause.ANYBODY and (each["severity"] <= 1 or not urgent)
    ]
    assert 0 < sum(map(most_mails, caused)) < MAILS_AN_HOUR * (1 / 3 if urgent else 3 / 4)


def test_an_alert_of_single_acts_is_sent_for_each() -> None:
    """A stateful alert that has fired would hide the next act for as long as there are others."""
    stateless = {name for name, each in ALERTS.items() if not each["autoMitigate"]}
    assert stateless == {
        *("cloned-key", "token-reused", "token-from-elsewhere", "administrator-with-new-key"),
        *("policy-changed", "signing-key-rotated", "erasure-requested", "operator-token-used"),
        *("client-changed", "profile-changed", "code-reused"),
    }


def test_urgent_alerts_have_an_address_of_their_own() -> None:
    given = parameters(EVERYTHING)
    usual = [given["alertAddress"], *given["alertEmails"]]
    groups = {
        each.name: [one["emailAddress"] for one in each.body["properties"]["emailReceivers"]]
        for each in deployed(EVERYTHING).of_type(GROUPS)
    }
    assert groups == {
        "ag-touchstone": usual,
        "ag-touchstone-urgent": [*usual, given["urgentAddress"]],
    }
    for rule in deployed(EVERYTHING).of_type("Microsoft.Insights/scheduledQueryRules"):
        urgent = rule.body["properties"]["severity"] <= 1
        expected = f"{GROUPS}/ag-touchstone{'-urgent' if urgent else ''}"
        assert rule.body["properties"]["actions"]["actionGroups"] == [expected]


def most_mails(alert: Json) -> int:
    """In an hour, if the condition of the alert is met again and again."""
    frequency = duration(alert["evaluationFrequency"])
    series = _product(VALUES[name] for name in alert["dimensions"])
    if not alert["autoMitigate"]:
        return series * (HOUR // frequency + 1)
    # It is met for as long as the window lasts. It is resolved when it was not met for two or three
    # evaluations, which is one more mail:
    # learn.microsoft.com/azure/azure-monitor/alerts/alerts-overview#stateful-alerts
    unmet = 3 * frequency if frequency < timedelta(minutes=15) else 2 * frequency
    return series * 2 * (HOUR // (duration(alert["windowSize"]) + unmet) + 1)


def _product(numbers: Iterable[int]) -> int:
    product = 1
    for number in numbers:
        product *= number
    return product
