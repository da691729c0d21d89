// Custom roles with exactly the rights that the app needs on tables. Azure's built-in role for the rows
// of a table may also delete the table. No role can name columns: conditions are for blobs and queues.

@description('Suffix of role names, which must be unique in a tenant.')
param token string

@description('ID of the resource group: the roles can be assigned only in it.')
param groupId string

var rowActions = [
  'Microsoft.Storage/storageAccounts/tableServices/tables/entities/read'
  'Microsoft.Storage/storageAccounts/tableServices/tables/entities/add/action'
  'Microsoft.Storage/storageAccounts/tableServices/tables/entities/update/action'
]

resource rows 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(groupId, token, 'rows')
  properties: {
    roleName: 'Touchstone rows ${token}'
    description: 'Read, write and delete rows of a table, but not the table.'
    type: 'CustomRole'
    assignableScopes: [groupId]
    permissions: [
      {
        actions: []
        dataActions: concat(rowActions, ['Microsoft.Storage/storageAccounts/tableServices/tables/entities/delete'])
      }
    ]
  }
}

// An entry is replaced when a person's data is erased, and never deleted.
resource entries 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(groupId, token, 'entries')
  properties: {
    roleName: 'Touchstone entries ${token}'
    description: 'Read, append and replace entries of the audit log, but not delete them.'
    type: 'CustomRole'
    assignableScopes: [groupId]
    permissions: [
      {
        actions: []
        dataActions: rowActions
      }
    ]
  }
}

output rowsRoleId string = rows.id
output entriesRoleId string = entries.id
