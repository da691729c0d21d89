"""The app's environment in Azure: what the template sets, what the platform adds, and what a
stand-in needs that is not where the real thing would be."""

from pathlib import Path

from tests.deployment.azure import Azure
from tests.deployment.template import app_settings, filled_in
from tests.fakes.identity_endpoint import CLIENT_ID
from tests.fakes.log_ingestion import RULE


def by_template(azure: Azure, folder: Path) -> dict[str, str]:
    insights = azure.insights.settings(folder)["APPLICATIONINSIGHTS_CONNECTION_STRING"]
    return filled_in(
        app_settings(),
        {
            "clientId": CLIENT_ID,
            # Azure writes these three with a slash at the end.
            "primaryEndpoints.table": f"{azure.storage.tables.url}/",
            "primaryEndpoints.blob": f"{azure.storage.blobs.url}/",
            "vaultUri": f"{azure.vault.url}/",
            "endpoints.logsIngestion": azure.ingestion.url,
            "immutableId": RULE,
            "ConnectionString": insights,
        },
    )


def by_platform(azure: Azure) -> dict[str, str]:
    return azure.identity.environment


def by_stand_ins(azure: Azure, folder: Path) -> dict[str, str]:
    authority = str(azure.storage.tls.authority)
    return azure.vault.environment(folder) | {
        "REQUESTS_CA_BUNDLE": authority,
        # Else the exporter asks Microsoft what it should do.
        "APPLICATIONINSIGHTS_CONTROLPLANE_DISABLED": "true",
        "TMPDIR": str(folder),
        # No test waits two minutes for what happened in it to be sealed.
        "AUDIT_SETTLING_SECONDS": "0",
    }
