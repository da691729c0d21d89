// An identity that our tokens may act as: whoever signs in under one of its subjects can exchange
// the token for Entra's. What it may then do is granted where that is, not here.

@description('Name of the identity.')
param name string

@description('Region.')
param location string

@description('Tags of all resources.')
param tags object

@description('Our issuer, as the tokens have it.')
param issuer string

@description('List of { name, subject }: whose tokens count, and what the credential is called. At most 20.')
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
