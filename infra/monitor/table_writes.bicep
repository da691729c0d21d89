// Logs other identities' writes to the tables. Azure logs all writes or none, of all tables and all
// callers. So the app's writes, which are nearly all of them, are dropped before they are stored.
// A transaction is logged without the name of its table, so a filter by table is not possible.

@description('Suffix of resource names.')
param token string

@description('Region.')
param location string

@description('Tags of all resources.')
param tags { *: string }

@description('The workspace.')
param workspaceName string

@description('The workspace\'s resource ID.')
param workspaceId string

@description('The same value as the workspace has.')
param retentionDays int

@description('The app\'s identity.')
param appPrincipalId string

resource rule 'Microsoft.Insights/dataCollectionRules@2024-03-11' = {
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

// A rule needs its workspace, and the workspace must name its rule. So this declares the workspace of
// workspace.bicep again, with the rule.
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
