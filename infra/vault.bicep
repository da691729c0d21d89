// The vault for the signing certificate, the sealing key and the checkpoint key. A template would
// know the keys that it makes, so infra/hooks makes them afterwards.

@description('Suffix of resource names.')
param token string

@description('Region.')
param location string

@description('Tags of all resources.')
param tags { *: string }

@description('Only by private endpoint, and from the allowed addresses.')
param private bool

@description('Addresses (CIDR) that may reach a private vault.')
param allowedAddresses string[]

@description('Recover the deleted vault of this name, with its keys.')
param recover bool

@description('Protect the vault from deletion.')
param deleteLock bool

@description('Destination of diagnostics.')
param workspaceId string

@description('The app\'s identity, which may read.')
param readerPrincipalId string

@description('It also has the vault sign with the key of the authority for client certificates.')
param readerSigns bool

@description('Principal that makes the keys; empty: none.')
param officerPrincipalId string

@description('Type of that principal.')
param officerPrincipalType 'User' | 'ServicePrincipal' | 'Group'

var roles = loadJsonContent('roles.json')
var officerRoles = empty(officerPrincipalId) ? [] : [roles.keyVaultCertificatesOfficer, roles.keyVaultSecretsOfficer]
var reachable = !private || !empty(allowedAddresses)

resource vault 'Microsoft.KeyVault/vaults@2026-02-01' = {
  name: 'kv-${token}'
  location: location
  tags: tags
  properties: {
    tenantId: tenant().tenantId
    createMode: recover ? 'recover' : 'default'
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

resource signer 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (readerSigns) {
  name: guid(vault.id, readerPrincipalId, roles.keyVaultCryptoUser)
  scope: vault
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.keyVaultCryptoUser)
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
