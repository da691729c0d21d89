// Building blocks of the checks of parameters. Azure's functions know no patterns: a text is split at
// every allowed character, and then nothing may remain.

@export()
@description('A sentence, if it applies.')
func fault(applies bool, sentence string) string[] => applies ? [sentence] : []

@export()
@description('A sentence that names all wrong values, if there are any.')
func faultOf(wrong string[], before string, after string) string[] => empty(wrong) ? [] : ['${before}${join(wrong, ', ')}${after}']

@description('Whether a text has only allowed characters, which are listed with spaces between them.')
func hasOnly(value string, allowed string) bool => empty(join(split(value, split(allowed, ' ')), ''))

@export()
@description('Whether a text is a number, or empty.')
func hasOnlyDigits(value string) bool => hasOnly(value, '0 1 2 3 4 5 6 7 8 9')

@export()
@description('Whether a text is a whole number below a limit of at most 100000, as numbers are written.')
func isBelow(value string, limit int) bool => hasOnlyDigits(value) && !empty(value) && length(value) < 6 ? string(int(value)) == value && int(value) < limit : false

@export()
@description('Whether a text has only letters of English, digits, and the given other characters.')
func hasOnlyLetters(value string, others string) bool => hasOnly(toLower(value), 'a b c d e f g h i j k l m n o p q r s t u v w x y z 0 1 2 3 4 5 6 7 8 9 ${others}')

@export()
@description('Values that a list has more than once.')
func repeated(values string[]) string[] => filter(union(values, []), each => length(filter(values, other => other == each)) > 1)
