// The app: Flex Consumption, with the identity. If there is a Front Door, it accepts nothing else.

@description('Name of the app, which is the first part of its host name.')
param name string

@description('Region.')
param location string

@description('Tags of all resources.')
param tags { *: string }

@description('Resource ID of the identity.')
param identityId string

@description('Container that holds the package.')
param packageContainerUrl string

@description('Subnet of the app; empty: none.')
param subnetId string

@description('ID of the only Front Door that may reach the app; empty: it is open to all.')
param frontDoorId string

@description('Memory of an instance.')
param memoryMB int

@description('Concurrent requests of one instance.')
param httpConcurrency int

@description('Instances that are always ready for HTTP.')
param alwaysReady int

@description('Maximum number of instances on demand, for HTTP and for the timer each.')
param maximumInstances int

@description('Spread instances over zones. Azure then keeps two always ready for HTTP, and two for the timer.')
param zoneRedundant bool

@description('Destination of diagnostics.')
param workspaceId string

var throughFrontDoor = [
  {
    name: 'front-door'
    priority: 100
    action: 'Allow'
    tag: 'ServiceTag'
    ipAddress: 'AzureFrontDoor.Backend'
    // The tag covers every customer's Front Door; the ID is ours.
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
      // The app answers CORS by RP_ORIGINS. The platform's own CORS would replace that and allow less.
      cors: { allowedOrigins: [], supportCredentials: false }
      ipSecurityRestrictions: empty(frontDoorId) ? [] : throughFrontDoor
      ipSecurityRestrictionsDefaultAction: empty(frontDoorId) ? 'Allow' : 'Deny'
      // Packages are deployed by the site's SCM, which always requires an identity.
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

// Publishing requires an identity. Flex Consumption has no FTP, so only SCM has a policy.
resource withoutPasswords 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2025-03-01' = {
  parent: app
  name: 'scm'
  properties: { allow: false }
}

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
