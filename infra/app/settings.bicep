// Every setting that the code reads, and no other; a test compares them.
// No setting is a secret.

@description('Name of the app.')
param appName string

@description('Client ID of its identity.')
param clientId string

@description('Endpoint of the host\'s blobs.')
param hostBlobEndpoint string

@description('Endpoint of the tables.')
param tablesEndpoint string

@description('Container to which the audit log is appended.')
param auditContainerUrl string

@description('The vault of the keys.')
param vaultUrl string

@description('Authority for client certificates: none, local or vault.')
param clientCa string

@description('Logs ingestion endpoint of the data collection rule.')
param auditEndpoint string

@description('Immutable ID of the data collection rule.')
param auditRuleId string

@description('Whether the rule also receives the ASIM streams.')
param asim bool

@description('Connection string of Application Insights. It has addresses and no secret, because keys are not accepted.')
param insightsConnection string

@description('RP ID.')
param rpId string

@description('Name that authenticators display.')
param rpName string

@description('Origins whose pages may start ceremonies.')
param origins string[]

@description('Issuer of our tokens.')
param issuer string

@description('ID of the Front Door that reports client addresses; empty: none.')
param frontDoorId string

@description('Settings that differ from defaults.json.')
param chosen { *: string }

var defaults = loadJsonContent('defaults.json')
var insightsIdentity = 'ClientId=${clientId};Authorization=AAD'

resource app 'Microsoft.Web/sites@2025-03-01' existing = {
  name: appName
}

resource settings 'Microsoft.Web/sites/config@2025-03-01' = {
  parent: app
  name: 'appsettings'
  properties: union(defaults, chosen, {
    // The Functions host
    // With __accountName the host also tries tables, for which it has no role, and logs errors.
    AzureWebJobsStorage__blobServiceUri: hostBlobEndpoint
    AzureWebJobsStorage__credential: 'managedidentity'
    AzureWebJobsStorage__clientId: clientId
    AzureWebJobsDisableHomepage: 'true'
    // For pip in Azure's build: it makes bytecode that counts by the hash of its source. The build copies files without
    // their times, by which bytecode counts otherwise: then each cold start would compile the libraries again.
    SOURCE_DATE_EPOCH: '315532800'
    // Diagnostics
    APPLICATIONINSIGHTS_CONNECTION_STRING: insightsConnection
    APPLICATIONINSIGHTS_AUTHENTICATION_STRING: insightsIdentity
    APPLICATIONINSIGHTS_STATSBEAT_DISABLED_ALL: 'true'
    PYTHON_ENABLE_OPENTELEMETRY: 'true'
    // The service
    AZURE_CLIENT_ID: clientId
    TABLES_ENDPOINT: tablesEndpoint
    KEY_VAULT_URL: vaultUrl
    CLIENT_CA_CERTIFICATE: clientCa == 'none' ? '' : 'touchstone-client-ca'
    CLIENT_CA_SIGNING: clientCa == 'vault' ? 'vault' : 'local'
    AUDIT_DCR_ENDPOINT: auditEndpoint
    AUDIT_DCR_ID: auditRuleId
    AUDIT_ASIM: asim ? 'true' : 'false'
    AUDIT_BLOB_CONTAINER_URL: auditContainerUrl
    FRONT_DOOR_ID: frontDoorId
    RP_ID: rpId
    RP_NAME: rpName
    RP_ORIGINS: join(origins, ',')
    ISSUER: issuer
  })
}
