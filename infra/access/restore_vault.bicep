// What a profile of kind azure-backup-restore needs at its vault: to see items and recovery points,
// to restore them, and to follow the job. Nothing that deletes or changes a backup, and no backup.

@description('Name of the Recovery Services vault.')
param vaultName string

@description('Object ID of the identity of the profile.')
param principalId string

@description('ID of this resource group: the role can be given in it alone.')
param groupId string

resource vault 'Microsoft.RecoveryServices/vaults@2025-02-01' existing = {
  name: vaultName
}

resource role 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(groupId, 'touchstone-restore')
  properties: {
    roleName: 'Touchstone restore ${uniqueString(groupId)}'
    description: 'See what is in a Recovery Services vault, restore from it, and follow the jobs.'
    type: 'CustomRole'
    assignableScopes: [groupId]
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
