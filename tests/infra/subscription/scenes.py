"""An environment in a subscription, and the commands of documents that are run there."""

import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.documents import FENCED, REPOSITORY
from tests.infra.subscription.cloud import Assignment, Cloud, id_of
from tests.infra.subscription.programs import run_script
from tests.infra.subscription.resources import ACCOUNTS

REGION = "eastus2"
GROUP, VAULT, ACCOUNT = "rg-touchstone-dev", f"kv-dev{REGION}", f"stdatadev{REGION}"
WORKSPACE, APP = f"log-touchstone-dev{REGION}", f"func-touchstone-dev{REGION}"
OLD_ROWS = 1000


@dataclass(frozen=True, slots=True)
class Subscription:
    cloud: Cloud
    folder: Path

    def run(
        self, *blocks: str, values: Mapping[str, str] | None = None, options: str = "-eu"
    ) -> subprocess.CompletedProcess[str]:
        """The blocks as one script; `values` are those of its placeholders."""
        script = "\n".join(blocks)
        for placeholder, value in (values or {}).items():
            script = script.replace(f"<{placeholder}>", value)
        return run_script(script, self.cloud, self.folder, variables={}, options=options)


def deployed(folder: Path, **variables: str) -> Subscription:
    """An environment that has been in use, with an event of today."""
    environment = {"AZURE_ENV_NAME": "dev", "AZURE_LOCATION": REGION, **variables}
    subscription = Subscription(Cloud(environment=environment), folder)
    ran = subscription.run("azd provision", "azd deploy")
    assert ran.returncode == 0, ran.stderr
    _use(subscription.cloud)
    return subscription


def in_production(folder: Path) -> Subscription:
    subscription = deployed(
        folder,
        TOUCHSTONE_DELETE_LOCKS="true",
        TOUCHSTONE_IMMUTABLE_DAYS="2555",
        TOUCHSTONE_IMMUTABILITY_LOCKED="false",
    )
    cloud = subscription.cloud
    cloud.role_definitions["rows-guid"] = GROUP
    table = f"{id_of(GROUP, ACCOUNTS, ACCOUNT)}/tableServices/default/tables/Accounts"
    cloud.assignments.append(Assignment("rows", "app", "rows-guid", table))
    return subscription


def _use(cloud: Cloud) -> None:
    cloud.accounts[ACCOUNT].blobs, cloud.accounts[ACCOUNT].data = 3, "of the service"
    cloud.workspaces[WORKSPACE].rows = OLD_ROWS
    cloud.assignments.append(Assignment("elsewhere", "profile", "Reader", "/subscriptions/other"))


def blocks(document: str, heading: str) -> list[str]:
    """The blocks of a section, without those of the next one."""
    text = (REPOSITORY / "docs" / document).read_text(encoding="utf-8")
    level, _, section = re.search(
        rf"^(#+) ({re.escape(heading)})\n(.*)", text, re.MULTILINE | re.DOTALL
    ).groups()  # type: ignore[union-attr]
    until = re.split(rf"^#{{1,{len(level)}}} ", section, maxsplit=1, flags=re.MULTILINE)[0]
    return [found[3] for found in FENCED.finditer(until) if found[2] == ""]


def without(steps: Sequence[str], left_out: int) -> list[str]:
    return [step for index, step in enumerate(steps) if index != left_out]
