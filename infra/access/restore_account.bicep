// What a profile of kind azure-backup-restore needs at a storage account whose file shares are restored, or
// restored to. Microsoft names no narrower role for it, and this one may read the keys of the account.

@description('Name of the storage account.')
param accountName string

@description('Object ID of the identity of the profile.')
param principalId string

var storageAccountContributor = '17d1049b-9a84-46fb-8f53-869881c3d3ab'

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: accountName
}

resource assignment 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(account.id, principalId, storageAccountContributor)
  scope: account
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', storageAccountContributor)
    principalId: principalId
    principalType: 'ServicePrincipal'
  }
}
