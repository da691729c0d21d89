"""Changes that conflict with stored data."""

from shared.errors.base import TouchstoneError


class Conflict(TouchstoneError):
    pass


class UsernameTaken(Conflict):
    pass


class CredentialAlreadyRegistered(Conflict):
    pass


class CredentialLimitReached(Conflict):
    pass


class LastCredential(Conflict):
    pass


class SubjectLinked(Conflict):
    pass


class LinkLimitReached(Conflict):
    pass


class AccountsExist(Conflict):
    pass


class ErasureUnderWay(Conflict):
    pass


class ClientExists(Conflict):
    pass


class ClientLimitReached(Conflict):
    pass


class ClientFromSettings(Conflict):
    pass


class ClientChanged(Conflict):
    pass


class ClientWithoutSecrets(Conflict):
    pass


class SecretLimitReached(Conflict):
    pass


class GroupExists(Conflict):
    pass


class GroupLimitReached(Conflict):
    pass


class GroupHasMembers(Conflict):
    pass


class GroupClosed(Conflict):
    pass


class MembershipLimitReached(Conflict):
    pass


class ConcurrentUse(Conflict):
    pass
