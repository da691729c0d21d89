// The workspace for log searches, and Application Insights on it for diagnostics. Data is accepted
// only from an identity that may publish.

@description('Suffix of resource names.')
param token string

@description('Region.')
param location string

@description('Tags of all resources.')
param tags { *: string }

@description('Days for which logs stay searchable.')
param retentionDays int

@description('Protect the workspace from deletion.')
param deleteLock bool

@description('Onboard to Microsoft Sentinel.')
param sentinel bool

@description('The app\'s identity.')
param publisherPrincipalId string

var roles = loadJsonContent('../roles.json')

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-02-01' = {
  name: 'log-touchstone-${token}'
  location: location
  tags: tags
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: retentionDays
    features: { disableLocalAuth: true, enableLogAccessUsingOnlyResourcePermissions: true }
  }
}

resource onboarding 'Microsoft.SecurityInsights/onboardingStates@2025-09-01' = if (sentinel) {
  name: 'default'
  scope: workspace
  properties: {}
}

resource insights 'Microsoft.Insights/components@2020-02-02' = {
  name: 'appi-touchstone-${token}'
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: workspace.id
    DisableLocalAuth: true
  }
}

resource publisher 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(insights.id, publisherPrincipalId, roles.monitoringMetricsPublisher)
  scope: insights
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.monitoringMetricsPublisher)
    principalId: publisherPrincipalId
    principalType: 'ServicePrincipal'
  }
}

resource lock 'Microsoft.Authorization/locks@2020-05-01' = if (deleteLock) {
  name: 'keep'
  scope: workspace
  properties: { level: 'CanNotDelete', notes: 'Searches of the audit log and alerts depend on it.' }
}

// Records who searched the logs, because they contain names of people.
resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'touchstone'
  scope: workspace
  properties: {
    workspaceId: workspace.id
    logs: [{ category: 'Audit', enabled: true }]
  }
}

output id string = workspace.id
output name string = workspace.name
output insightsConnection string = insights.properties.ConnectionString
