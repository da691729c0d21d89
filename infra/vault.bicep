// The keys: the signing certificate, the sealing key and the checkpoint key. A template cannot make
// them without having known them, so infra/hooks does, right after.

@description('What names end in.')
param token string

@description('Region.')
param location string

@description('Tags of all resources.')
param tags object

@description('By private endpoint alone, and from the allowed addresses.')
param private bool

@description('Addresses (CIDR) that may reach a private vault.')
param allowedAddresses array

@description('Keep the vault from being deleted.')
param deleteLock bool

@description('Where diagnostics go.')
param workspaceId string

@description('The app\'s identity, which reads.')
param readerPrincipalId string

@description('Who makes the keys; empty: nobody.')
param officerPrincipalId string

@description('What kind of principal that is.')
param officerPrincipalType string

var roles = loadJsonContent('roles.json')
var officerRoles = empty(officerPrincipalId) ? [] : [roles.keyVaultCertificatesOfficer, roles.keyVaultSecretsOfficer]
var reachable = !private || !empty(allowedAddresses)

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' = {
  name: 'kv-${token}'
  location: location
  tags: tags
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    enableSoftDelete: true
    softDeleteRetentionInDays: 90
    enablePurgeProtection: true
    publicNetworkAccess: reachable ? 'Enabled' : 'Disabled'
    networkAcls: {
      bypass: 'None'
      defaultAction: private ? 'Deny' : 'Allow'
      ipRules: [for address in allowedAddresses: { value: address }]
    }
  }
}

resource reader 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(vault.id, readerPrincipalId, roles.keyVaultSecretsUser)
  scope: vault
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.keyVaultSecretsUser)
    principalId: readerPrincipalId
    principalType: 'ServicePrincipal'
  }
}

resource officer 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for role in officerRoles: {
  name: guid(vault.id, officerPrincipalId, role)
  scope: vault
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role)
    principalId: officerPrincipalId
    principalType: officerPrincipalType
  }
}]

resource lock 'Microsoft.Authorization/locks@2020-05-01' = if (deleteLock) {
  name: 'keep'
  scope: vault
  properties: { level: 'CanNotDelete', notes: 'Without the sealing key and the signing key nobody can sign in.' }
}

resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'touchstone'
  scope: vault
  properties: {
    workspaceId: workspaceId
    logs: [{ categoryGroup: 'audit', enabled: true }]
  }
}

output name string = vault.name
output url string = vault.properties.vaultUri
