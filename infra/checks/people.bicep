// People: who gets alerts, and whose sign-ins open Azure.

import { faultOf, hasOnlyLetters, repeated } from 'texts.bicep'

func isMailAddress(address string) bool => length(split(address, '@')) == 2 && !startsWith(address, '@') && !endsWith(address, '@') && !contains(address, ' ')

@export()
@description('What is wrong with the recipients of alerts.')
func alertFaults(addresses string[]) string[] => concat(
  faultOf(filter(addresses, each => !isMailAddress(each)), 'addresses for alerts: ', ' is not an e-mail address'),
  faultOf(repeated(map(addresses, each => toLower(each))), 'addresses for alerts: ', ' occurs twice, which Azure refuses')
)

func ownName(credential string) string => join(skip(split(credential, '/'), 1), '/')

func beginsWrong(name string) bool => startsWith(name, '-') || startsWith(name, '_')

@export()
@description('What is wrong with access profiles: their names, and profile/credential and profile/subject for all.')
func accessFaults(names string[], credentials string[], subjects string[]) string[] => concat(
  faultOf(filter(names, each => !hasOnlyLetters(each, '- _')), 'accessProfiles: the name ', ' may have only letters, digits, - and _'),
  faultOf(repeated(map(names, each => toLower(each))), 'accessProfiles: ', ' occurs twice: give all subjects to one profile'),
  faultOf(filter(credentials, each => !hasOnlyLetters(ownName(each), '- _') || beginsWrong(ownName(each))), 'accessProfiles: the name ', ' may have only letters, digits, - and _, and begins with a letter or digit'),
  faultOf(repeated(map(credentials, each => toLower(each))), 'accessProfiles: the name ', ' occurs twice: each subject of a profile needs its own'),
  faultOf(repeated(subjects), 'accessProfiles: the subject ', ' occurs twice, which Azure refuses')
)
