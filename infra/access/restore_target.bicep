// What a profile of kind azure-backup-restore needs in a resource group that it restores to: to make
// disks and machines, and to use the storage account on the way. It deletes nothing.
//
// The owner of the group deploys it there, and, for restores to the original location, in the group of
// the machines as well:
// az deployment group create -g <group> -f infra/access/restore_target.bicep -p principalId=<object ID>

@description('Object ID of the identity of the profile.')
param principalId string

resource role 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(resourceGroup().id, 'touchstone-restore-target')
  properties: {
    roleName: 'Touchstone restore target ${uniqueString(resourceGroup().id)}'
    description: 'Let Azure Backup make disks and machines in a resource group.'
    type: 'CustomRole'
    assignableScopes: [resourceGroup().id]
    permissions: [
      {
        actions: [
          'Microsoft.Resources/subscriptions/resourceGroups/read'
          'Microsoft.Resources/subscriptions/resourceGroups/write'
          'Microsoft.Compute/disks/read'
          'Microsoft.Compute/disks/write'
          'Microsoft.Compute/virtualMachines/read'
          'Microsoft.Compute/virtualMachines/write'
          'Microsoft.Network/virtualNetworks/read'
          'Microsoft.Network/virtualNetworks/subnets/join/action'
          'Microsoft.Storage/storageAccounts/read'
          'Microsoft.Storage/storageAccounts/write'
        ]
      }
    ]
  }
}

resource assignment 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(resourceGroup().id, principalId, role.id)
  properties: {
    roleDefinitionId: role.id
    principalId: principalId
    principalType: 'ServicePrincipal'
  }
}
