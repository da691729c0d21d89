// All data of the service: its tables, and the immutable copy of the audit log.

@description('Suffix of resource names.')
param token string

@description('Region.')
param location string

@description('Tags of all resources.')
param tags { *: string }

@description('Only by private endpoint.')
param private bool

@description('Copies in several zones.')
param zoneRedundant bool

@description('Days for which appended audit entries cannot be changed or deleted.')
param immutableDays int

@description('That policy is locked: Azure refuses every write of it, so the template does not write it.')
param immutabilityLocked bool

@description('Protect the account from deletion.')
param deleteLock bool

@description('Destination of diagnostics.')
param workspaceId string

@description('The app\'s identity.')
param contributorPrincipalId string

@description('ID of the role for rows of a table. Empty: Azure\'s built-in role.')
param rowsRoleId string

@description('ID of the role for entries of the audit log. Empty: Azure\'s built-in role.')
param entriesRoleId string

@description('Log each write too, not only deletions.')
param logWrites bool

var roles = loadJsonContent('../roles.json')
var contributorRoleId = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.storageTableDataContributor)
// The tables that shared/storage/ uses.
var tableNames = [
  'Accounts'
  'Approvals'
  'AuditLog'
  'AuditOutbox'
  'AuditTree'
  'Clients'
  'CredentialIds'
  'Groups'
  'Links'
  'Logouts'
  'Profiles'
  'RateLimits'
  'Service'
]

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' = {
  name: 'stdata${token}'
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: zoneRedundant ? 'Standard_ZRS' : 'Standard_LRS' }
  properties: {
    allowSharedKeyAccess: false
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    defaultToOAuthAuthentication: true
    isLocalUserEnabled: false
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    publicNetworkAccess: private ? 'Disabled' : 'Enabled'
    networkAcls: { bypass: 'None', defaultAction: private ? 'Deny' : 'Allow' }
  }
}

resource tableService 'Microsoft.Storage/storageAccounts/tableServices@2025-06-01' = {
  parent: account
  name: 'default'
}

resource tables 'Microsoft.Storage/storageAccounts/tableServices/tables@2025-06-01' = [for name in tableNames: {
  parent: tableService
  name: name
}]

// The role of an assignment cannot change: another role needs another name.
resource tableContributor 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for (name, index) in tableNames: {
  name: guid(account.id, name, contributorPrincipalId, empty(rowsRoleId) ? roles.storageTableDataContributor : 'own role')
  scope: tables[index]
  properties: {
    roleDefinitionId: empty(rowsRoleId) ? contributorRoleId : (name == 'AuditLog' ? entriesRoleId : rowsRoleId)
    principalId: contributorPrincipalId
    principalType: 'ServicePrincipal'
  }
}]

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2025-06-01' = {
  parent: account
  name: 'default'
}

resource audit 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-06-01' = {
  parent: blobs
  name: 'audit'
  properties: { publicAccess: 'None' }
}

// Blobs can only be appended to. You lock the policy yourself: docs/deploy.md. After that not even its
// owner can shorten it.
resource immutability 'Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies@2025-06-01' = if (!immutabilityLocked) {
  parent: audit
  name: 'default'
  properties: {
    immutabilityPeriodSinceCreationInDays: immutableDays
    allowProtectedAppendWrites: true
  }
}

resource auditContributor 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(audit.id, contributorPrincipalId, roles.storageBlobDataContributor)
  scope: audit
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.storageBlobDataContributor)
    principalId: contributorPrincipalId
    principalType: 'ServicePrincipal'
  }
}

resource lock 'Microsoft.Authorization/locks@2020-05-01' = if (deleteLock) {
  name: 'keep'
  scope: account
  properties: { level: 'CanNotDelete', notes: 'Accounts, credentials and the audit log cannot be restored.' }
}

// The service records each ceremony itself. It cannot record other identities' access to the data. So
// this logs each deletion, and every operation on the audit container. Each request writes, so writes
// are logged only if monitor/table_writes.bicep drops those of the app.
resource tableDiagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'touchstone'
  scope: tableService
  properties: {
    workspaceId: workspaceId
    logs: [
      { category: 'StorageDelete', enabled: true }
      { category: 'StorageWrite', enabled: logWrites }
    ]
    metrics: [{ category: 'Transaction', enabled: true }]
  }
}

resource blobDiagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'touchstone'
  scope: blobs
  properties: {
    workspaceId: workspaceId
    logs: [
      { category: 'StorageDelete', enabled: true }
      { category: 'StorageRead', enabled: true }
      { category: 'StorageWrite', enabled: true }
    ]
  }
}

output name string = account.name
output tablesEndpoint string = account.properties.primaryEndpoints.table
output auditContainerUrl string = '${account.properties.primaryEndpoints.blob}${audit.name}'
