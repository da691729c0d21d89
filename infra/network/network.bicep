// A virtual network for the app and the data. Outgoing requests have one address, which identity
// providers can allow.

@description('Suffix of resource names.')
param token string

@description('Region.')
param location string

@description('Tags of all resources.')
param tags { *: string }

@description('First two numbers of the network, which is a /16.')
param prefix string

var zoneNames = {
  blob: 'privatelink.blob.${environment().suffixes.storage}'
  table: 'privatelink.table.${environment().suffixes.storage}'
  vault: 'privatelink.vaultcore.azure.net'
}
var zoneList = [zoneNames.blob, zoneNames.table, zoneNames.vault]

resource address 'Microsoft.Network/publicIPAddresses@2025-05-01' = {
  name: 'pip-touchstone-${token}'
  location: location
  tags: tags
  sku: { name: 'Standard' }
  properties: { publicIPAllocationMethod: 'Static' }
}

resource gateway 'Microsoft.Network/natGateways@2025-05-01' = {
  name: 'nat-touchstone-${token}'
  location: location
  tags: tags
  sku: { name: 'Standard' }
  properties: { publicIpAddresses: [{ id: address.id }] }
}

resource network 'Microsoft.Network/virtualNetworks@2025-05-01' = {
  name: 'vnet-touchstone-${token}'
  location: location
  tags: tags
  properties: {
    addressSpace: { addressPrefixes: ['${prefix}.0.0/16'] }
  }
}

// Separate resources, because a network that lists its subnets removes all others when it is deployed
// again. Sequential, because Azure refuses two writes to one network at once.
resource appSubnet 'Microsoft.Network/virtualNetworks/subnets@2025-05-01' = {
  parent: network
  name: 'app'
  properties: {
    addressPrefix: '${prefix}.0.0/24'
    delegations: [{ name: 'app', properties: { serviceName: 'Microsoft.App/environments' } }]
    natGateway: { id: gateway.id }
    defaultOutboundAccess: false
  }
}

resource endpointsSubnet 'Microsoft.Network/virtualNetworks/subnets@2025-05-01' = {
  parent: network
  name: 'endpoints'
  dependsOn: [appSubnet]
  properties: { addressPrefix: '${prefix}.1.0/24', defaultOutboundAccess: false }
}

// For a machine of yours that reaches vault and tables, such as a runner. It gets no public address.
resource runnerSubnet 'Microsoft.Network/virtualNetworks/subnets@2025-05-01' = {
  parent: network
  name: 'runner'
  dependsOn: [endpointsSubnet]
  properties: {
    addressPrefix: '${prefix}.2.0/24'
    natGateway: { id: gateway.id }
    defaultOutboundAccess: false
  }
}

resource zones 'Microsoft.Network/privateDnsZones@2024-06-01' = [for name in zoneList: {
  name: name
  location: 'global'
  tags: tags
}]

resource links 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = [for (name, index) in zoneList: {
  parent: zones[index]
  name: 'touchstone'
  location: 'global'
  tags: tags
  properties: { registrationEnabled: false, virtualNetwork: { id: network.id } }
}]

output appSubnetId string = appSubnet.id
output endpointsSubnetId string = endpointsSubnet.id
output zoneIds { blob: string, table: string, vault: string } = { blob: zones[0].id, table: zones[1].id, vault: zones[2].id }
