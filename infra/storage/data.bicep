// All that the service knows: its tables, and the copy of the audit log that nobody can change.

@description('What names end in.')
param token string

@description('Region.')
param location string

@description('Tags of all resources.')
param tags object

@description('By private endpoint alone.')
param private bool

@description('Copies in several zones.')
param zoneRedundant bool

@description('Days for which appended audit entries can be neither changed nor deleted.')
param immutableDays int

@description('That policy is locked: Azure lets nobody write it any more, and so neither does this.')
param immutabilityLocked bool

@description('Keep the account from being deleted.')
param deleteLock bool

@description('Where diagnostics go.')
param workspaceId string

@description('The app\'s identity.')
param contributorPrincipalId string

@description('Role for rows of a table, by its ID. Empty: Azure\'s own.')
param rowsRoleId string

@description('The same for entries of the audit log.')
param entriesRoleId string

@description('Log each write too, and not deletions alone.')
param logWrites bool

var roles = loadJsonContent('../roles.json')
var contributorRoleId = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.storageTableDataContributor)
// As shared/storage/ has them.
var tableNames = [
  'Accounts'
  'AuditLog'
  'AuditOutbox'
  'AuditTree'
  'Challenges'
  'CredentialIds'
  'Links'
  'RateLimits'
  'Service'
  'Sessions'
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

// An assignment keeps its role: with another role it needs another name.
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

// Blobs only grow. Locking the policy, after which not even its owner can shorten it, is an act of
// yours: docs/deploy.md.
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
  properties: { level: 'CanNotDelete', notes: 'Accounts, credentials and the audit trail cannot be brought back.' }
}

// The service tells of each ceremony itself. What it cannot tell of is who else went to the data:
// each deletion, and whatever is done to the audit container. Writes come with each request, so they
// are logged only where monitor/table_writes.bicep drops those of the app.
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
