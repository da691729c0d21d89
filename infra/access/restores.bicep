// The roles of a profile of kind azure-backup-restore, which main.bicep does not give: the vault and the
// groups to restore to belong to others, who deploy this in their subscription (docs/azure-backup.md).
targetScope = 'subscription'

@description('Object ID of the identity of the profile.')
@minLength(36)
@maxLength(36)
param principalId string

@description('Name of the Recovery Services vault.')
param vaultName string

@description('Resource group of the vault.')
param vaultGroup string

@description('Resource groups to restore to; for OriginalLocation those of the machines, too.')
param targetGroups string[]

@description('Storage accounts of the file shares that are restored, and that are restored to.')
param shareAccounts { group: string, name: string }[] = []

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' existing = {
  name: vaultGroup
}

module vault 'restore_vault.bicep' = {
  scope: group
  params: { vaultName: vaultName, principalId: principalId, groupId: group.id }
}

resource targets 'Microsoft.Resources/resourceGroups@2025-04-01' existing = [for each in targetGroups: {
  name: each
}]

module targetRoles 'restore_target.bicep' = [for (each, index) in targetGroups: {
  scope: targets[index]
  params: { principalId: principalId, groupId: targets[index].id }
}]

resource accountGroups 'Microsoft.Resources/resourceGroups@2025-04-01' existing = [for each in shareAccounts: {
  name: each.group
}]

module shareRoles 'restore_account.bicep' = [for (each, index) in shareAccounts: {
  scope: accountGroups[index]
  params: { principalId: principalId, accountName: each.name }
}]
