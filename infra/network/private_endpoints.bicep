// Private endpoints of storage and vault in the network.

@description('Region.')
param location string

@description('Tags of all resources.')
param tags { *: string }

@description('Subnet of the endpoints.')
param subnetId string

@description('DNS zones by kind: blob, table, vault.')
param zoneIds { blob: string, table: string, vault: string }

@description('Storage account of the host.')
param hostAccountName string

@description('Storage account of the data.')
param dataAccountName string

@description('The vault.')
param vaultName string

var hostAccountId = resourceId('Microsoft.Storage/storageAccounts', hostAccountName)
var dataAccountId = resourceId('Microsoft.Storage/storageAccounts', dataAccountName)
var endpoints = [
  { name: 'pe-${hostAccountName}-blob', target: hostAccountId, kind: 'blob' }
  { name: 'pe-${dataAccountName}-blob', target: dataAccountId, kind: 'blob' }
  { name: 'pe-${dataAccountName}-table', target: dataAccountId, kind: 'table' }
  { name: 'pe-${vaultName}', target: resourceId('Microsoft.KeyVault/vaults', vaultName), kind: 'vault' }
]

// Sequential: a storage account refuses two endpoints at once.
@batchSize(1)
resource privateEndpoints 'Microsoft.Network/privateEndpoints@2025-05-01' = [for each in endpoints: {
  name: each.name
  location: location
  tags: tags
  properties: {
    subnet: { id: subnetId }
    privateLinkServiceConnections: [
      {
        name: each.name
        properties: { privateLinkServiceId: each.target, groupIds: [each.kind] }
      }
    ]
  }
}]

@batchSize(1)
resource zoneGroups 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2025-05-01' = [for (each, index) in endpoints: {
  parent: privateEndpoints[index]
  name: 'default'
  properties: {
    privateDnsZoneConfigs: [{ name: each.kind, properties: { privateDnsZoneId: zoneIds[each.kind] } }]
  }
}]
