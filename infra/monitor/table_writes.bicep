// Who writes to the tables besides the app. Azure logs all writes or none, of all tables and of
// everybody. So what the app writes, which is all but nothing else, is dropped before it is kept.
// A transaction is logged without the name of its table, so tables are no way to choose.

@description('What names end in.')
param token string

@description('Region.')
param location string

@description('Tags of all resources.')
param tags object

@description('The workspace.')
param workspaceName string

@description('The workspace\'s resource ID.')
param workspaceId string

@description('As the workspace has it.')
param retentionDays int

@description('The app\'s identity.')
param appPrincipalId string

resource rule 'Microsoft.Insights/dataCollectionRules@2023-03-11' = {
  name: 'dcr-touchstone-tables-${token}'
  location: location
  tags: tags
  kind: 'WorkspaceTransforms'
  properties: {
    destinations: { logAnalytics: [{ name: 'workspace', workspaceResourceId: workspaceId }] }
    dataFlows: [
      {
        streams: ['Microsoft-Table-StorageTableLogs']
        destinations: ['workspace']
        transformKql: 'source | where AuthenticationType != "OAuth" or RequesterObjectId != "${appPrincipalId}"'
      }
    ]
  }
}

// A rule needs its workspace, and the workspace has to name its rule. So this is the workspace of
// workspace.bicep once more, with the rule.
resource workspace 'Microsoft.OperationalInsights/workspaces@2025-02-01' = {
  name: workspaceName
  location: location
  tags: tags
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: retentionDays
    features: { disableLocalAuth: true, enableLogAccessUsingOnlyResourcePermissions: true }
    defaultDataCollectionRuleResourceId: rule.id
  }
}
