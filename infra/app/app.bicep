// Where the code runs: Flex Consumption, as the identity, closed to all but Front Door if there is one.

@description('Name of the app, which is the first part of its host name.')
param name string

@description('Region.')
param location string

@description('Tags of all resources.')
param tags object

@description('Resource ID of the identity.')
param identityId string

@description('Container that holds the package.')
param packageContainerUrl string

@description('Subnet to run in; empty: none.')
param subnetId string

@description('ID of the Front Door through which alone the app may be reached; empty: from anywhere.')
param frontDoorId string

@description('Memory of an instance.')
param memoryMB int

@description('Requests that one instance takes at once.')
param httpConcurrency int

@description('Instances that are always there for HTTP.')
param alwaysReady int

@description('Most instances there may be.')
param maximumInstances int

@description('Spread instances over zones.')
param zoneRedundant bool

@description('Where diagnostics go.')
param workspaceId string

var throughFrontDoor = [
  {
    name: 'front-door'
    priority: 100
    action: 'Allow'
    tag: 'ServiceTag'
    ipAddress: 'AzureFrontDoor.Backend'
    // The tag is that of everybody's Front Doors; this is ours.
    headers: { 'x-azure-fdid': [frontDoorId] }
  }
]

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: 'plan-${name}'
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true, zoneRedundant: zoneRedundant }
}

resource app 'Microsoft.Web/sites@2025-03-01' = {
  name: name
  location: location
  tags: union(tags, { 'azd-service-name': 'touchstone' })
  kind: 'functionapp,linux'
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${identityId}': {} } }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    siteConfig: {
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      http20Enabled: true
      // The app answers by RP_ORIGINS. The platform's own CORS would take over, with less than that.
      cors: { allowedOrigins: [], supportCredentials: false }
      ipSecurityRestrictions: empty(frontDoorId) ? [] : throughFrontDoor
      ipSecurityRestrictionsDefaultAction: empty(frontDoorId) ? 'Allow' : 'Deny'
      // Packages are brought by way of the site's SCM, which asks for an identity in any case.
      scmIpSecurityRestrictionsUseMain: false
    }
    functionAppConfig: {
      runtime: { name: 'python', version: '3.13' }
      deployment: {
        storage: {
          type: 'blobContainer'
          value: packageContainerUrl
          authentication: { type: 'UserAssignedIdentity', userAssignedIdentityResourceId: identityId }
        }
      }
      scaleAndConcurrency: {
        instanceMemoryMB: memoryMB
        maximumInstanceCount: maximumInstances
        alwaysReady: alwaysReady == 0 ? [] : [{ name: 'http', instanceCount: alwaysReady }]
        triggers: { http: { perInstanceConcurrency: httpConcurrency } }
      }
    }
  }
}

// Flex Consumption has no FTP and refuses its setting; whoever publishes has to be an identity.
resource withoutPasswords 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2025-03-01' = [for way in ['ftp', 'scm']: {
  parent: app
  name: way
  properties: { allow: false }
}]

resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'touchstone'
  scope: app
  properties: {
    workspaceId: workspaceId
    metrics: [{ category: 'AllMetrics', enabled: true }]
  }
}

output name string = app.name
output host string = app.properties.defaultHostName
