"""Which requests are sent again."""

from typing import Any

from azure.core.pipeline import PipelineResponse
from azure.core.pipeline.policies import AsyncRetryPolicy
from azure.core.rest import HttpRequest

from shared.azure.timeouts import RETRIES
from shared.storage.table_service.error_code import code_of


class Retries(AsyncRetryPolicy[HttpRequest, Any]):
    """azure.core sends every request again after a server error, changes too."""

    def __init__(self) -> None:
        super().__init__(**RETRIES)

    def is_retry(self, settings: dict[str, Any], response: PipelineResponse[Any, Any]) -> bool:
        """The change may have been made before the error, unless storage was too busy to begin."""
        return super().is_retry(settings, response) and (
            response.http_request.method in settings["methods"]
            or code_of(response.http_response) == "ServerBusy"
        )
