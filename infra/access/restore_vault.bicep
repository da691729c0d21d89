// What a profile of kind azure-backup-restore needs at its vault: to see machines and recovery points,
// to restore them, and to follow the job. Nothing that deletes or changes a backup, and no backup.
//
// The owner of the vault deploys it, in the resource group of the vault:
// az deployment group create -g <group> -f infra/access/restore_vault.bicep -p vaultName=<vault> principalId=<object ID>

@description('Name of the Recovery Services vault.')
param vaultName string

@description('Object ID of the identity of the profile.')
param principalId string

resource vault 'Microsoft.RecoveryServices/vaults@2025-02-01' existing = {
  name: vaultName
}

resource role 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(resourceGroup().id, 'touchstone-restore')
  properties: {
    roleName: 'Touchstone restore ${uniqueString(resourceGroup().id)}'
    description: 'See what is in a Recovery Services vault, restore machines, and follow the jobs.'
    type: 'CustomRole'
    assignableScopes: [resourceGroup().id]
    permissions: [
      {
        actions: [
          'Microsoft.RecoveryServices/Vaults/read'
          'Microsoft.RecoveryServices/Vaults/backupProtectedItems/read'
          'Microsoft.RecoveryServices/Vaults/backupFabrics/protectionContainers/protectedItems/read'
          'Microsoft.RecoveryServices/Vaults/backupFabrics/protectionContainers/protectedItems/recoveryPoints/read'
          'Microsoft.RecoveryServices/Vaults/backupFabrics/protectionContainers/protectedItems/recoveryPoints/restore/action'
          'Microsoft.RecoveryServices/Vaults/backupFabrics/protectionContainers/protectedItems/operationResults/read'
          'Microsoft.RecoveryServices/Vaults/backupFabrics/protectionContainers/protectedItems/operationsStatus/read'
          'Microsoft.RecoveryServices/Vaults/backupJobs/read'
          'Microsoft.RecoveryServices/Vaults/backupJobs/operationResults/read'
        ]
      }
    ]
  }
}

resource assignment 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(vault.id, principalId, role.id)
  scope: vault
  properties: {
    roleDefinitionId: role.id
    principalId: principalId
    principalType: 'ServicePrincipal'
  }
}
