"""Stories about the audit log, and about the erasure of a person's events."""

from functools import cached_property
from typing import TYPE_CHECKING

from shared.composition.stories.callers import CallerStories

if TYPE_CHECKING:
    from shared.audit_log.erasure.requests import ErasureRequests
    from shared.audit_log.erasure.run import ErasureRun
    from shared.audit_log.following.ended_sessions import EndedSessions
    from shared.audit_log.following.indexing import Indexing
    from shared.audit_log.log_export import Exporting
    from shared.audit_log.log_reader import LogReader
    from shared.audit_log.proofs import Proofs
    from shared.audit_log.sealing import Sealing
    from shared.audit_log.trusted_log import TrustedLog
    from shared.recording.configuration_watch import ConfigurationWatch


class LogStories(CallerStories):
    @cached_property
    def configuration_watch(self) -> "ConfigurationWatch":
        from shared.composition.audit_log import make_configuration_watch

        return make_configuration_watch(self._parts)

    @cached_property
    def proofs(self) -> "Proofs":
        from shared.audit_log.proofs import Proofs

        return Proofs(self._parts.stores.log)

    @cached_property
    def trusted_log(self) -> "TrustedLog":
        from shared.composition.audit_log import make_trusted_log

        return make_trusted_log(self._parts, self.proofs)

    @cached_property
    def sealing(self) -> "Sealing":
        from shared.composition.audit_log import make_sealing

        return make_sealing(self._parts, self.trusted_log)

    @cached_property
    def exporting(self) -> "Exporting":
        from shared.composition.audit_log import make_exporting

        return make_exporting(self._parts, self.proofs)

    @cached_property
    def indexing(self) -> "Indexing":
        from shared.composition.audit_log import make_indexing

        return make_indexing(self._parts, self.trusted_log)

    @cached_property
    def ended_sessions(self) -> "EndedSessions":
        from shared.composition.audit_log import make_ended_sessions

        return make_ended_sessions(self._parts, self.trusted_log)

    @cached_property
    def log_reader(self) -> "LogReader":
        from shared.composition.audit_log import make_log_reader

        return make_log_reader(self._parts, self.proofs, self.callers)

    @cached_property
    def erasure_requests(self) -> "ErasureRequests":
        from shared.composition.erasure import make_erasure_requests

        return make_erasure_requests(self._parts, self.callers)

    @cached_property
    def erasure_run(self) -> "ErasureRun":
        from shared.composition.erasure import make_erasure_run

        return make_erasure_run(self._parts, self.proofs, self.trusted_log, self.callers)
