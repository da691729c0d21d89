// Whose tokens may act as an identity. Somebody who signs in as one of its subjects can exchange the
// token for Entra's. The identity's roles are granted at the target resources, not here.

@export()
@description('An accepted subject, and the name of its credential.')
@sealed()
type subject = {
  @description('Name of the credential.')
  @minLength(3)
  @maxLength(120)
  name: string

  @description('The sub of the assertions: profile:<name> for an access profile of the service. Azure compares upper and lower case.')
  @minLength(1)
  @maxLength(600)
  subject: string
}

@export()
@description('An identity, and its accepted subjects. Azure accepts at most 20.')
@sealed()
type profile = {
  @description('The part of the identity\'s name that is its own.')
  @minLength(1)
  @maxLength(90)
  name: string

  @description('The accepted subjects.')
  @minLength(1)
  @maxLength(20)
  subjects: subject[]
}

@description('Name of the identity.')
param name string

@description('Our issuer, exactly as in the tokens.')
param issuer string

@description('The accepted subjects.')
@maxLength(20)
param subjects subject[]

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: name
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
