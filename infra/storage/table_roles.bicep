// What the app does with tables, and no more: roles of our own. Azure's own role for the rows of a
// table may delete the table as well. No role can name columns: conditions are for blobs and queues.

@description('What names end in: a tenant has each name of a role once.')
param token string

@description('The resource group, by its ID: the roles can be given in there alone.')
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
    description: 'Read, write and delete rows of a table, and not the table.'
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

// An entry is replaced when somebody is forgotten, and never deleted.
resource entries 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(groupId, token, 'entries')
  properties: {
    roleName: 'Touchstone entries ${token}'
    description: 'Read, append and replace entries of the audit log, and delete none.'
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
