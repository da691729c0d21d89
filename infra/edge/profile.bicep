// The Front Door itself. It is separate from its routes, because the app needs its ID, and the routes
// need the app.

@description('Suffix of resource names.')
param token string

@description('Tags of all resources.')
param tags { *: string }

@description('Destination of diagnostics.')
param workspaceId string

resource profile 'Microsoft.Cdn/profiles@2025-06-01' = {
  name: 'afd-touchstone-${token}'
  location: 'global'
  tags: tags
  sku: { name: 'Standard_AzureFrontDoor' }
  properties: { originResponseTimeoutSeconds: 60 }
}

resource endpoint 'Microsoft.Cdn/profiles/afdEndpoints@2025-06-01' = {
  parent: profile
  name: 'touchstone-${token}'
  location: 'global'
  tags: tags
  properties: { enabledState: 'Enabled' }
}

// Not the access log: paths name people (/users/{username}).
resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'touchstone'
  scope: profile
  properties: {
    workspaceId: workspaceId
    logs: [{ category: 'FrontDoorWebApplicationFirewallLog', enabled: true }]
    metrics: [{ category: 'AllMetrics', enabled: true }]
  }
}

output host string = endpoint.properties.hostName
output frontDoorId string = profile.properties.frontDoorId
