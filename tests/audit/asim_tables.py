"""The columns of Microsoft Sentinel's own tables. Azure drops all others, without an error.

From learn.microsoft.com/azure/azure-monitor/reference/tables/ and the name of the table. The tables
lack some fields of the schemas: Microsoft's parsers over them add these, such as `EventUid`.
"""

from shared.audit.schemas.asim_mapping import Stream


def _names(text: str, prefix: str = "") -> set[str]:
    return {f"{prefix}{name}" for name in text.split()}


_EVENT = _names(
    """Count EndTime Message OriginalResultDetails OriginalSeverity OriginalSubType OriginalType
    OriginalUid Owner Product ProductVersion ReportUrl Result ResultDetails SchemaVersion Severity
    StartTime SubType Type Vendor""",
    "Event",
)
_DEVICE = _names(
    """Action Description Domain DomainType FQDN Hostname Id IdType Interface IpAddr MacAddr
    OriginalAction Os OsVersion Scope ScopeId Zone""",
    "Dvc",
)
_ACTOR = _names(
    """OriginalUserType Scope ScopeId SessionId UserId UserIdType Username UsernameType UserType""",
    "Actor",
)
_PLACE = """Description DeviceType Domain DomainType DvcId DvcIdType DvcScope DvcScopeId FQDN
    GeoCity GeoCountry GeoLatitude GeoLongitude GeoRegion Hostname IpAddr OriginalRiskLevel
    PortNumber RiskLevel"""
_THREAT = _names(
    """Category Confidence Field FirstReportedTime Id IsActive LastReportedTime Name
    OriginalConfidence OriginalRiskLevel RiskLevel""",
    "Threat",
)
_COMMON = (
    _names("TimeGenerated TenantId Type SourceSystem AdditionalFields HttpUserAgent")
    | _names("ActingAppId ActingAppName ActingAppType ActingOriginalAppType RuleName RuleNumber")
    | _EVENT
    | _DEVICE
    | _ACTOR
    | _names(_PLACE, "Src")
    | _THREAT
)
_APPLICATION = _names("AppId AppName AppType DvcOs OriginalAppType Url", "Target")
_TARGET = _names(_PLACE, "Target") | _APPLICATION | {"ThreatIpAddr"}
_TARGET_USER = _names(
    """OriginalUserType UserId UserIdType Username UsernameType UserScope UserScopeId UserType""",
    "Target",
)
TABLES = {
    Stream.AUTHENTICATION: _COMMON
    | _TARGET
    | _TARGET_USER
    | _names("LogonMethod LogonProtocol SrcDvcOs SrcIsp TargetSessionId"),
    Stream.USER_MANAGEMENT: _COMMON
    | _TARGET_USER
    | _names("Id IdType Name NameType OriginalType Type", "Group")
    | _names("ActorUserAadId ActorUserSid EventSchema NewPropertyValue PreviousPropertyValue")
    | _names("SrcMacAddr TargetUserSessionId TargetUserUid"),
    Stream.AUDIT: _COMMON
    | _TARGET
    | _names("NewValue Object ObjectId ObjectType OldValue Operation OriginalObjectType ValueType")
    | _names("ActorUserAadId ActorUserSid"),
}
"""ASimAuthenticationEventLogs, ASimUserManagementActivityLogs, ASimAuditEventLogs."""
TYPES = {"AdditionalFields": "dynamic", "EventCount": "int"} | dict.fromkeys(
    ("TimeGenerated", "EventStartTime", "EventEndTime"), "datetime"
)
"""Of the columns that are sent; all others are of type string."""
