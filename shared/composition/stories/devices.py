"""Stories of devices, which show a code that a person types elsewhere."""

from functools import cached_property
from typing import TYPE_CHECKING

from shared.composition.stories.openid_provider import ProviderStories

if TYPE_CHECKING:
    from shared.access_broker.databases.devices import DatabaseDevices
    from shared.openid_provider.device.asking import DeviceAsking
    from shared.openid_provider.device.deciding import Deciding
    from shared.openid_provider.device.device_sessions import DeviceSessions
    from shared.openid_provider.device.redeeming import DeviceRedemption


class DeviceStories(ProviderStories):
    @cached_property
    def device_asking(self) -> "DeviceAsking":
        from shared.composition.openid.device_flow import make_device_asking

        return make_device_asking(self._parts, self.database_devices)

    @cached_property
    def device_deciding(self) -> "Deciding":
        from shared.composition.openid.device_flow import make_device_deciding

        return make_device_deciding(self._provider, self._device_sessions, self.database_devices)

    @cached_property
    def device_redemption(self) -> "DeviceRedemption":
        from shared.composition.access.databases import make_database_redemption
        from shared.composition.openid.device_flow import make_device_redemption

        return make_device_redemption(
            self._parts,
            self._device_sessions,
            self._client_token_issuer,
            make_database_redemption(self._parts, self.database_devices),
        )

    @cached_property
    def _device_sessions(self) -> "DeviceSessions":
        from shared.composition.openid.device_flow import make_device_sessions

        return make_device_sessions(self._parts, self._client_token_issuer)

    @cached_property
    def database_devices(self) -> "DatabaseDevices":
        from shared.composition.access.databases import make_database_devices

        return make_database_devices(self._parts, self.profile_directory, self.profile_scopes)
