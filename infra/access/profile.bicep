// An identity that our tokens may act as. Somebody who signs in as one of its subjects can exchange
// the token for Entra's. Its roles are granted at the target resources, not here.

@description('Name of the identity.')
param name string

@description('Region.')
param location string

@description('Tags of all resources.')
param tags object

@description('Our issuer, exactly as in the tokens.')
param issuer string

@description('List of { name, subject }: the accepted subjects, and the names of the credentials. At most 20.')
@maxLength(20)
param subjects array

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: name
  location: location
  tags: tags
}

@batchSize(1)
resource credentials 'Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials@2024-11-30' = [for each in subjects: {
  parent: identity
  name: each.name
  properties: {
    issuer: issuer
    subject: each.subject
    audiences: ['api://AzureADTokenExchange']
  }
}]

output clientId string = identity.properties.clientId
