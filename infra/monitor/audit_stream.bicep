// The input of the audit log: our table, and a rule with the accepted columns and their destination.
// The rule has its own endpoint and accepts rows only from the app's identity.

@description('Suffix of resource names.')
param token string

@description('Region.')
param location string

@description('Tags of all resources.')
param tags { *: string }

@description('The workspace.')
param workspaceName string

@description('Days for which rows stay searchable.')
param retentionDays int

@description('Also fill the ASIM tables of Microsoft Sentinel, which must exist.')
param asim bool

@description('The app\'s identity.')
param publisherPrincipalId string

var roles = loadJsonContent('../roles.json')
// As shared/audit/ writes them; a test compares them.
var streams = loadJsonContent('streams.json')
var ownStream = { 'Custom-Touchstone': { columns: streams.Touchstone } }
var asimStreams = {
  'Custom-ASimAuthentication': { columns: streams.ASimAuthentication }
  'Custom-ASimUserManagement': { columns: streams.ASimUserManagement }
  'Custom-ASimAuditEvent': { columns: streams.ASimAuditEvent }
}
var ownFlow = {
  streams: ['Custom-Touchstone']
  destinations: ['workspace']
  transformKql: 'source'
  outputStream: 'Custom-Touchstone_CL'
}
var asimFlows = [
  {
    streams: ['Custom-ASimAuthentication']
    destinations: ['workspace']
    transformKql: 'source'
    outputStream: 'Microsoft-ASimAuthenticationEventLogs'
  }
  {
    streams: ['Custom-ASimUserManagement']
    destinations: ['workspace']
    transformKql: 'source'
    outputStream: 'Microsoft-ASimUserManagementActivityLogs'
  }
  {
    streams: ['Custom-ASimAuditEvent']
    destinations: ['workspace']
    transformKql: 'source'
    outputStream: 'Microsoft-ASimAuditEventLogs'
  }
]

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-02-01' existing = {
  name: workspaceName
}

resource table 'Microsoft.OperationalInsights/workspaces/tables@2025-02-01' = {
  parent: workspace
  name: 'Touchstone_CL'
  properties: {
    plan: 'Analytics'
    retentionInDays: retentionDays
    schema: {
      name: 'Touchstone_CL'
      // Tables and rules have different names for one type.
      columns: [for column in streams.Touchstone: {
        name: column.name
        type: column.type != 'datetime' ? column.type : 'dateTime'
      }]
    }
  }
}

resource rule 'Microsoft.Insights/dataCollectionRules@2024-03-11' = {
  name: 'dcr-touchstone-${token}'
  location: location
  tags: tags
  kind: 'Direct'
  dependsOn: [table]
  properties: {
    streamDeclarations: asim ? union(ownStream, asimStreams) : ownStream
    destinations: { logAnalytics: [{ name: 'workspace', workspaceResourceId: workspace.id }] }
    dataFlows: asim ? concat([ownFlow], asimFlows) : [ownFlow]
  }
}

resource publisher 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(rule.id, publisherPrincipalId, roles.monitoringMetricsPublisher)
  scope: rule
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.monitoringMetricsPublisher)
    principalId: publisherPrincipalId
    principalType: 'ServicePrincipal'
  }
}

output endpoint string = rule.properties.endpoints.logsIngestion
output ruleId string = rule.properties.immutableId
