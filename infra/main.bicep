// Touchstone in its own resource group. Read this file as a table of contents: data, network access,
// the app, monitoring.
targetScope = 'subscription'

import { profile } from 'access/profile.bicep'
import { addressFaults, asRange, isRange } from 'checks/addresses.bicep'
import { relyingPartyFaults } from 'checks/hosts.bicep'
import { accessFaults, alertFaults } from 'checks/people.bicep'
import { settingFaults } from 'checks/settings.bicep'
import { fault, hasOnlyLetters } from 'checks/texts.bicep'

// Azure accepts no longer address.
@minLength(3)
@maxLength(64)
type emailAddress = string

// Location and deployer

@description('Name of the environment. All resource names are derived from it, the subscription and the region.')
@minLength(1)
@maxLength(40)
param environmentName string

@description('Region of all resources.')
@metadata({ azd: { type: 'location' } })
param location string

@description('Object ID of the person or identity that deploys, which may then make the keys in the vault. Empty: nobody may, until you grant it.')
param principalId string = ''

@description('Type of that principal.')
param principalType 'User' | 'ServicePrincipal' | 'Group' = 'User'

// The relying party

@description('RP ID: the domain that passkeys belong to; it can never change. Empty: the host name of the service, which is accepted only without Front Door and delete locks.')
param rpId string = ''

@description('Name that authenticators display.')
param rpName string = 'Touchstone'

@description('Origins whose pages may start ceremonies, and whose scripts may call the API (CORS). Empty: only the service\'s own.')
param origins string[] = []

@description('Settings that differ from infra/app/defaults.json, by their names in README. All values are strings.')
param settings { *: string } = {}

// Size

@description('Memory of an instance. 2048 has one core, which one Python process can use.')
param memoryMB 512 | 2048 | 4096 = 2048

@description('Concurrent requests of one instance; more of them start a further instance. Python\'s default of 1 would start one for each request. docs/scale.md explains this figure.')
@minValue(1)
@maxValue(64)
param httpConcurrency int = 16

@description('Instances that are always ready for HTTP. With none, the first request waits for a cold start. With zoneRedundant it must be two or more, as Azure then keeps and bills two in any case.')
@minValue(0)
param alwaysReady int = 0

@description('Maximum number of instances on demand, for HTTP and for the timer each. Azure is reported to start more for HTTP, so it is no reliable bound on the cost: docs/scale.md.')
@minValue(40)
@maxValue(1000)
param maximumInstances int = 100

@description('Spread instances and data over zones. The region must have them. Azure then keeps four instances always ready, two for HTTP and two for the timer: docs/cost.md.')
param zoneRedundant bool = false

// Network access

@description('Storage and vault only by private endpoints, from a virtual network in which the app runs.')
param privateNetwork bool = false

@description('First two numbers of that network, which is a /16. Choose others if you peer it with a network that has these.')
@minLength(3)
@maxLength(7)
param networkPrefix string = '10.0'

@description('Addresses (CIDR) that may also reach the vault, so that the hook that makes the keys can run outside the network.')
param deployerAddresses string[] = []

@description('Accept a range in deployerAddresses that is larger than a /8, up to the whole internet. It must be said here too, so that nobody opens the vault by a wrong number.')
param deployerRangesMayBeWide bool = false

@description('Azure Front Door with a web application firewall in front of the app. The app then accepts nothing else.')
param frontDoor bool = false

@description('Your own host name, which needs Front Door. Empty: the name that Azure assigns.')
param customDomain string = ''

// Data

@description('Days for which Log Analytics keeps the audit log and the diagnostics searchable.')
@minValue(30)
@maxValue(730)
param logDays int = 90

@description('Days for which nobody can change or delete data that was appended to the audit container.')
@minValue(1)
@maxValue(146000)
param immutableDays int = 365

@description('true after you have locked that policy (docs/deploy.md): the template then no longer writes it.')
param immutabilityLocked bool = false

@description('Recover the vault, with its keys, if it was deleted less than 90 days ago: docs/restore.md. Set it to false again afterwards.')
param recoverVault bool = false

@description('Protect data, vault and logs from accidental deletion.')
param deleteLocks bool = true

@description('Onboard the workspace to Microsoft Sentinel, and also fill its ASIM tables. Sentinel is billed.')
param sentinel bool = false

@description('Log other identities\' writes to the tables, not only their deletions. The app\'s own writes are dropped before they are stored, which is billed by the GB: docs/cost.md.')
param logWrites bool = true

@description('Custom roles for the tables, with which the app can delete no table, and no entry of the audit log. The deployer must be allowed to create roles (Owner, or User Access Administrator): docs/deploy.md.')
param customRoles bool = false

@description('E-mail address for alerts. none: no mail is sent, and alerts are only in the portal. It has no default, so that nobody overlooks it.')
@minLength(4)
@maxLength(64)
param alertAddress string

@description('Further e-mail addresses for alerts.')
param alertEmails emailAddress[] = []

@description('Address for alerts of severity 0 and 1 alone, in addition to those above. Azure sends an address at most 100 mails an hour, and other alerts may use them up. Empty: none.')
@maxLength(64)
param urgentAddress string = ''

@description('Address (https) at which recipients of alerts can open docs/runbooks.md, such as that of your repository: mails then have links. Otherwise they name the file.')
param runbooksUrl string = 'docs/runbooks.md'

// Access by a sign-in

@description('Authority for client certificates (docs/client-certificates.md). local: the app signs with a key that it reads from the vault. vault: the key never leaves the vault, which signs.')
@allowed(['none', 'local', 'vault'])
param clientCa string = 'none'

@description('Identities that our tokens may act as. Each is a separate identity, never the app\'s.')
param accessProfiles profile[] = []

// What cannot be, or cannot go together. All of it is told at once. The name of the group needs it, so
// Azure refuses before anything is made.

var names = loadJsonContent('checks/settings.json')
var ownHost = frontDoor ? customDomain : appHost
var profileNames = map(accessProfiles, each => each.name)
var credentials = flatten(map(accessProfiles, each => map(each.subjects, subject => '${each.name}/${subject.name}')))
var subjects = flatten(map(accessProfiles, each => map(each.subjects, subject => '${each.name}/${subject.subject}')))
var faults = concat(
  fault(!hasOnlyLetters(environmentName, '- _ . ( )') || endsWith(environmentName, '.'), 'environmentName: ${environmentName} may have only letters, digits, - _ . ( ) and no dot at its end'),
  fault(!empty(principalId) && (length(split(principalId, '-')) != 5 || length(principalId) != 36), 'principalId: ${principalId} is not an object ID'),
  relyingPartyFaults(rpId, origins, customDomain, frontDoor, deleteLocks, ownHost),
  settingFaults(objectKeys(settings), objectKeys(loadJsonContent('app/defaults.json')), names.ofTemplate, names.ofPlatform, names.refusedByPlan),
  fault(alwaysReady > maximumInstances, 'alwaysReady is more than maximumInstances'),
  fault(zoneRedundant && alwaysReady < 2, 'zoneRedundant needs an alwaysReady of 2 or more'),
  addressFaults(deployerAddresses, deployerRangesMayBeWide, privateNetwork, networkPrefix),
  alertFaults(concat(alerted, urgent)),
  fault(runbooksUrl != 'docs/runbooks.md' && !startsWith(runbooksUrl, 'https://'), 'runbooksUrl: ${runbooksUrl} does not begin with https://'),
  accessFaults(profileNames, credentials, subjects)
)
var groupName = empty(faults) ? 'rg-touchstone-${environmentName}' : fail(join(faults, '; '))

var ranges = union(filter(map(deployerAddresses, each => asRange(each)), each => isRange(each)), [])
var vaultAddresses = [for each in ranges: '${parseCidr(each).network}/${parseCidr(each).cidr}']
var alerted = toLower(alertAddress) == 'none' ? alertEmails : concat([alertAddress], alertEmails)
var urgent = empty(urgentAddress) ? [] : [urgentAddress]
var token = toLower(uniqueString(subscription().id, environmentName, location))
var tags = { 'azd-env-name': environmentName }
var appName = 'func-touchstone-${token}'
var appHost = '${appName}.azurewebsites.net'
var edgeHost = edge.?outputs.host ?? appHost
var host = frontDoor && !empty(customDomain) ? customDomain : edgeHost

var accepted = [for each in accessProfiles: {
  identity: 'id-touchstone-${each.name}-${token}'
  subjects: each.subjects
}]
// The app's identity accepts nobody's tokens.
var identities = concat([{ identity: 'id-touchstone-${token}', subjects: [] }], accepted)

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: groupName
  location: location
  tags: tags
}

// The app's identity

module identity 'identity.bicep' = {
  scope: group
  params: { token: token, location: location, tags: tags }
}

module network 'network/network.bicep' = if (privateNetwork) {
  scope: group
  params: { token: token, location: location, tags: tags, prefix: networkPrefix }
}

// Monitoring, first, because later resources send diagnostics to it

module workspace 'monitor/workspace.bicep' = {
  scope: group
  params: {
    token: token
    location: location
    tags: tags
    retentionDays: logDays
    deleteLock: deleteLocks
    sentinel: sentinel
    publisherPrincipalId: identity.outputs.principalId
  }
}

module auditStream 'monitor/audit_stream.bicep' = {
  scope: group
  params: {
    token: token
    location: location
    tags: tags
    workspaceName: workspace.outputs.name
    retentionDays: logDays
    asim: sentinel
    publisherPrincipalId: identity.outputs.principalId
  }
}

module tableWrites 'monitor/table_writes.bicep' = if (logWrites) {
  scope: group
  params: {
    token: token
    location: location
    tags: tags
    workspaceName: workspace.outputs.name
    workspaceId: workspace.outputs.id
    retentionDays: logDays
    appPrincipalId: identity.outputs.principalId
  }
}

// Data

module hostStorage 'storage/host.bicep' = {
  scope: group
  params: {
    token: token
    location: location
    tags: tags
    private: privateNetwork
    zoneRedundant: zoneRedundant
    workspaceId: workspace.outputs.id
    ownerPrincipalId: identity.outputs.principalId
  }
}

module tableRoles 'storage/table_roles.bicep' = if (customRoles) {
  scope: group
  params: { token: token, groupId: group.id }
}

module dataStorage 'storage/data.bicep' = {
  scope: group
  // The app's own writes are dropped before they are logged.
  dependsOn: [tableWrites]
  params: {
    token: token
    location: location
    tags: tags
    private: privateNetwork
    zoneRedundant: zoneRedundant
    immutableDays: immutableDays
    immutabilityLocked: immutabilityLocked
    deleteLock: deleteLocks
    workspaceId: workspace.outputs.id
    contributorPrincipalId: identity.outputs.principalId
    logWrites: logWrites
    rowsRoleId: tableRoles.?outputs.rowsRoleId ?? ''
    entriesRoleId: tableRoles.?outputs.entriesRoleId ?? ''
  }
}

module vault 'vault.bicep' = {
  scope: group
  params: {
    token: token
    location: location
    tags: tags
    private: privateNetwork
    allowedAddresses: vaultAddresses
    recover: recoverVault
    deleteLock: deleteLocks
    workspaceId: workspace.outputs.id
    readerPrincipalId: identity.outputs.principalId
    readerSigns: clientCa == 'vault'
    officerPrincipalId: principalId
    officerPrincipalType: principalType
  }
}

module privateEndpoints 'network/private_endpoints.bicep' = if (privateNetwork) {
  scope: group
  params: {
    location: location
    tags: tags
    subnetId: network.?outputs.endpointsSubnetId ?? ''
    zoneIds: network.?outputs.zoneIds ?? { blob: '', table: '', vault: '' }
    hostAccountName: hostStorage.outputs.name
    dataAccountName: dataStorage.outputs.name
    vaultName: vault.outputs.name
  }
}

// The app

module edge 'edge/profile.bicep' = if (frontDoor) {
  scope: group
  params: { token: token, tags: tags, workspaceId: workspace.outputs.id }
}

module app 'app/app.bicep' = {
  scope: group
  // The app reads its package, and its first keys, as soon as they exist.
  dependsOn: [privateEndpoints]
  params: {
    name: appName
    location: location
    tags: tags
    identityId: identity.outputs.id
    packageContainerUrl: hostStorage.outputs.packageContainerUrl
    subnetId: network.?outputs.appSubnetId ?? ''
    frontDoorId: edge.?outputs.frontDoorId ?? ''
    memoryMB: memoryMB
    httpConcurrency: httpConcurrency
    alwaysReady: alwaysReady
    maximumInstances: maximumInstances
    zoneRedundant: zoneRedundant
    workspaceId: workspace.outputs.id
  }
}

module appSettings 'app/settings.bicep' = {
  scope: group
  params: {
    appName: app.outputs.name
    clientId: identity.outputs.clientId
    hostBlobEndpoint: hostStorage.outputs.blobEndpoint
    tablesEndpoint: dataStorage.outputs.tablesEndpoint
    auditContainerUrl: dataStorage.outputs.auditContainerUrl
    vaultUrl: vault.outputs.url
    clientCa: clientCa
    auditEndpoint: auditStream.outputs.endpoint
    auditRuleId: auditStream.outputs.ruleId
    asim: sentinel
    insightsConnection: workspace.outputs.insightsConnection
    rpId: empty(rpId) ? host : rpId
    rpName: rpName
    origins: empty(origins) ? ['https://${host}'] : origins
    issuer: 'https://${host}'
    frontDoorId: edge.?outputs.frontDoorId ?? ''
    chosen: settings
  }
}

module edgeRouting 'edge/routing.bicep' = if (frontDoor) {
  scope: group
  params: {
    token: token
    tags: tags
    originHost: app.outputs.host
    customDomain: customDomain
  }
}

// Alerts, functions, queries, workbook

module readers 'monitor/readers.bicep' = {
  scope: group
  // Functions need the table.
  dependsOn: [auditStream]
  params: { location: location, tags: tags, workspaceName: workspace.outputs.name }
}

module alerts 'monitor/alerts.bicep' = {
  scope: group
  // Their queries call the functions.
  dependsOn: [readers]
  params: {
    location: location
    tags: tags
    workspaceId: workspace.outputs.id
    appPrincipalId: identity.outputs.principalId
    emails: alerted
    urgentEmails: urgent
    runbooksUrl: runbooksUrl
  }
}

// Access to Azure by a sign-in. Entra refuses credentials of an identity that it does not know yet, so
// identities come first, and credentials after the app. Sequential: Azure refuses concurrent
// credentials of one identity.

module profileIdentities 'access/identity.bicep' = [for each in accessProfiles: {
  scope: group
  params: { name: 'id-touchstone-${each.name}-${token}', location: location, tags: tags }
}]

@batchSize(1)
module profiles 'access/profile.bicep' = [for each in accessProfiles: {
  scope: group
  dependsOn: [profileIdentities, app]
  params: {
    name: 'id-touchstone-${each.name}-${token}'
    issuer: 'https://${host}'
    subjects: each.subjects
  }
}]

@description('Of the deployment; azd shows them, and keeps them in the environment for the hooks.')
output AZURE_LOCATION string = location
output AZURE_TENANT_ID string = tenant().tenantId
output AZURE_RESOURCE_GROUP string = group.name
output AZURE_KEY_VAULT_NAME string = vault.outputs.name
output TOUCHSTONE_EFFECTIVE_CLIENT_CA string = clientCa
output TOUCHSTONE_APP string = app.outputs.name
output TOUCHSTONE_URL string = 'https://${host}'
output TOUCHSTONE_EDGE_HOST string = edge.?outputs.host ?? ''
output TOUCHSTONE_EFFECTIVE_RP_ID string = empty(rpId) ? host : rpId
output TOUCHSTONE_TABLES_ENDPOINT string = dataStorage.outputs.tablesEndpoint
output TOUCHSTONE_AUDIT_CONTAINER_URL string = dataStorage.outputs.auditContainerUrl
output TOUCHSTONE_ALERTS_REACH string = empty(alerted) ? 'nobody' : 'somebody'
output TOUCHSTONE_DOMAIN_VALIDATION string = edgeRouting.?outputs.domainValidation ?? ''
output TOUCHSTONE_IDENTITIES string = string(identities)
