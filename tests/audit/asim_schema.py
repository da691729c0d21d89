"""The requirements of ASIM, from its reference: sentinel/normalization-schema-{authentication,
user-management,audit} and normalization-common-fields."""

COMMON_MANDATORY = {
    *("TimeGenerated", "EventCount", "EventStartTime", "EventEndTime", "EventType"),
    *("EventResult", "EventProduct", "EventVendor", "EventSchema", "EventSchemaVersion", "Dvc"),
}
MANDATORY = {
    "Authentication": COMMON_MANDATORY,
    "UserManagement": COMMON_MANDATORY | {"EventSeverity", "ActorUsername", "ActorUsernameType"},
    "AuditEvent": COMMON_MANDATORY | {"Operation", "Object", "ObjectType"},
}
BY_THE_PARSER = {"EventSchema", "Dvc"}
"""Microsoft's parsers over Sentinel's own tables add these: `Dvc` is the first given of `DvcFQDN`,
`DvcHostname`, `DvcIpAddr` and `DvcId`."""
VERSIONS = {"Authentication": "0.1.4", "UserManagement": "0.1.2", "AuditEvent": "0.1"}
EVENT_TYPES = {
    "Authentication": {"Logon", "Logoff", "Elevate"},
    "UserManagement": {
        *("UserCreated", "UserDeleted", "UserModified", "UserLocked", "UserUnlocked"),
        *("UserDisabled", "UserEnabled", "PasswordChanged", "PasswordReset", "GroupCreated"),
        *("GroupDeleted", "GroupModified", "UserAddedToGroup", "UserRemovedFromGroup"),
        *("GroupEnumerated", "UserRead", "GroupRead"),
    },
    "AuditEvent": {
        *("Set", "Read", "Create", "Delete", "Execute", "Install", "Clear", "Enable", "Disable"),
        "Other",
    },
}
RESULTS = {"Success", "Partial", "Failure", "NA"}
SEVERITIES = {"Informational", "Low", "Medium", "High"}
RESULT_DETAILS = {
    "Authentication": {
        *("No such user or password", "No such user", "Incorrect password", "Incorrect key"),
        *("Account expired", "Password expired", "User locked", "User disabled"),
        *("Logon violates policy", "Session expired", "Other"),
    },
    "UserManagement": {"NotAuthorized", "Other"},
    "AuditEvent": {"Other"},
}
LOGON_METHODS = {
    *("Managed Identity", "Service Principal", "Username & Password"),
    *("Multi factor authentication", "Passwordless", "PKI", "PAM", "Other"),
}
USER_TYPES = {
    *("Regular", "Machine", "Admin", "System", "Application", "Service Principal", "Other"),
}
USERNAME_TYPES = {"UPN", "Windows", "DN", "Simple"}
OBJECT_TYPES = {"Cloud Resource", "Configuration Atom", "Policy Rule", "Other"}
TYPED = ("ActorUserId", "TargetUserId", "ActorUsername", "TargetUsername")
"""Each of these needs a column with its type."""
