/** The service's messages about single fields and rows in Brazilian Portuguese. They continue the name of the field. */

const SAME: Readonly<Record<string, string>> = {
  'is required': 'é obrigatório',
  'is not valid': 'não é válido',
  'is not known here': 'não é conhecido aqui',
  'is in the future': 'está no futuro',
  'is before birthDate': 'é anterior à data de nascimento',
  'is before start': 'é anterior ao início',
  'is not an e-mail address': 'não é um endereço de e-mail',
  'is not a telephone number': 'não é um número de telefone',
  'is not a social security number; write it as 219-09-9999':
    'não é um número de seguro social; escreva como 219-09-9999',
  'is not a valid date; write it as 1944-04-23': 'não é uma data válida; escreva como 1944-04-23',
  'is not a valid date and time; write it as 2026-01-15T09:30:00Z':
    'não é uma data e hora válida; escreva como 2026-01-15T09:30:00Z',
  'is not a patient of the directory': 'não é um paciente do cadastro',
  'is not a study of the directory': 'não é um exame do cadastro',
  'is not a study of this patient': 'não é um exame deste paciente',
  'is not an encounter of this patient': 'não é uma consulta deste paciente',
  'is an encounter of another patient': 'é uma consulta de outro paciente',
  'is not an id of this directory': 'não é um id deste cadastro',
  'is not your password': 'não é a sua senha',
  'must be an ISO 8601 date or date and time, such as 2026-01-15, 2026-01-15T09:30 or 2026-01-15T09:30:00Z':
    'precisa ser uma data, com ou sem hora, como 2026-01-15, 2026-01-15T09:30 ou 2026-01-15T09:30:00Z',
  'is too long for a date': 'é longo demais para uma data',
  'names a day that does not exist': 'indica um dia que não existe',
  'needs a year of four digits: write it as 1984-12-30': 'precisa de um ano de quatro algarismos: escreva 1984-12-30',
  'has the month before the day: write it as 1984-12-30': 'tem o mês antes do dia: escreva 1984-12-30',
  'has the month before the day: write it as 15/01/2026 or 2026-01-15':
    'tem o mês antes do dia: escreva 15/01/2026 ou 2026-01-15',
  'may mean either of two days, since day or month may come first: write it as 1984-12-30':
    'pode indicar dois dias, pois o dia ou o mês pode vir primeiro: escreva 1984-12-30',
  'is what a spreadsheet shows instead of a value: take it from the original file':
    'é o que uma planilha mostra em lugar de um valor: copie-o do arquivo original',
  'is a long number in exponent form, so digits are lost: take it from the original file':
    'é um número longo em forma exponencial, que perdeu algarismos: use o do arquivo original',
  'names a time that does not exist': 'indica uma hora que não existe',
  'has a two-digit year that may be in either century: write all four digits':
    'tem um ano de dois algarismos que pode ser de dois séculos: escreva os quatro algarismos',
  'has an offset from UTC that does not exist': 'tem uma diferença de UTC que não existe',
  'is outside the years 0000 to 9999 (UTC)': 'está fora dos anos 0000 a 9999 (UTC)',
  'conflicts with data that is already stored': 'entra em conflito com dados já guardados',
  'is not a known encounter; import the encounters first, or set createMissing':
    'não é uma consulta conhecida; importe as consultas antes, ou permita criá-las',
  'is not a patient of this source; import the patients first, or set createMissing':
    'não é um paciente desta origem; importe os pacientes antes, ou permita criá-los',
  'must not be empty': 'não pode ficar vazio',
  'must not be negative': 'não pode ser negativo',
  'must not be the e-mail address': 'não pode ser o endereço de e-mail',
  'must not name an identifier twice': 'não pode ter o mesmo identificador duas vezes',
  'must not contain control characters': 'não pode conter caracteres de controle',
  'must not contain control or invisible characters': 'não pode conter caracteres de controle ou invisíveis',
  'must contain a visible character': 'precisa conter um caractere visível',
  'must contain a letter or a digit': 'precisa conter uma letra ou um algarismo',
  'must have either an id or a name': 'precisa de um id ou de um nome',
  'must be given only once': 'só pode aparecer uma vez',
  'must be a number': 'precisa ser um número',
  'must be a whole number': 'precisa ser um número inteiro',
  'must be a list': 'precisa ser uma lista',
  'must be an object': 'precisa ser um objeto',
  'must be a string': 'precisa ser um texto',
  'must be true or false': 'precisa ser verdadeiro ou falso',
  'must not be given with deidentify, which leaves dates out': 'não se usa com deidentify, que omite as datas',
  'must not be before from': 'não pode ser antes do início',
  'must not be before dateFrom': 'não pode ser antes do início do período',
  'must not be before performedAtFrom': 'não pode ser antes do início do período',
  'must not be before birthDateFrom': 'não pode ser antes do início do período',
  'must not be before deadlineFrom': 'não pode ser antes do início do período',
  'a patient with this identifier has another date of birth':
    'um paciente com este identificador tem outra data de nascimento',
  'an encounter with this id is of another patient': 'uma consulta com este id é de outro paciente',
  'must be after from': 'precisa ser depois do início',
  'must be given': 'precisa ser informado',
  'must be given together with from': 'precisa ser informado junto com o início',
  'must be given together with gain': 'precisa ser informado junto com o ganho',
  'must be given together with unit': 'precisa ser informado junto com a unidade',
  'must be given, or from and to': 'precisa ser informado, ou então início e fim',
  'must not be given together with from and to': 'não pode ser informado junto com início e fim',
  'must be 1 to 16 visible ASCII characters': 'precisa ter de 1 a 16 caracteres visíveis, sem acentos nem espaços',
  'must be a date': 'precisa ser uma data',
  'must be a file': 'precisa ser um arquivo',
  'must be exactly one file': 'precisa ser exatamente um arquivo',
  'must be only one file': 'precisa ser um só arquivo',
  'must be the field that contains the file': 'precisa ser o campo que contém o arquivo',
  'must be null': 'precisa ficar vazio',
  'must be UTF-8': 'precisa estar em UTF-8',
  'must be a number as JSON writes it, such as 2, 0.5 or 1e-7': 'precisa ser um número, como 2, 0.5 ou 1e-7',
  'must be a date such as 15/01/2026, 15/01/26 or 2026-01-15, with or without a time such as 14:30 or 14:30:00':
    'precisa ser uma data como 15/01/2026, 15/01/26 ou 2026-01-15, com ou sem uma hora como 14:30 ou 14:30:00',
  'must have a code, text or value': 'precisa de um código, de um texto ou de uma medida',
  'must leave a code, text or value': 'precisa ficar com um código, um texto ou uma medida',
  'must have ms or mV': 'precisa de ms ou de mV',
  'must have a patient or a study': 'precisa de um paciente ou de um exame',
  'must have at least one field to change': 'precisa de pelo menos um campo para alterar',
  'must not be a file: files are sent in the field "files"': 'não pode ser um arquivo: envie-o no campo "files"',
  'must not be a file: send it in the field "file"': 'não pode ser um arquivo: envie-o no campo "file"',
  'must not contain a lone surrogate': 'não pode conter metade de um caractere',
  'must not contain invisible characters': 'não pode conter caracteres invisíveis',
  'must not name a recording twice': 'não pode indicar um registro duas vezes',
  'must not repeat an id': 'não pode repetir um id',
  'belongs to another encounter': 'pertence a outra consulta',
  'belongs to another patient': 'pertence a outro paciente',
  'belongs to another patient than the recording': 'não pertence ao paciente do registro',
  'belongs to the kind QT only': 'pertence somente ao tipo QT',
  'fits more than one of the allowed forms': 'serve para mais de uma das formas permitidas',
  'has a form that is not allowed here': 'tem uma forma que não é permitida aqui',
  'has a name that is not allowed here': 'tem um nome que não é permitido aqui',
  'has a type that is not allowed here': 'tem um tipo que não é permitido aqui',
  'has an item that is not allowed here': 'tem um item que não é permitido aqui',
  'has none of the allowed forms': 'não tem nenhuma das formas permitidas',
  'has a NUL byte: this is not text': 'tem um byte nulo: isto não é texto',
  'has a quote in an unquoted cell; quote the cell and double the quotes inside it':
    'tem aspas em uma célula sem aspas; ponha a célula entre aspas e dobre as de dentro',
  'has a quote that is not closed': 'tem aspas que não são fechadas',
  'has text after a closing quote; double the quotes inside a quoted cell':
    'tem texto depois das aspas finais; dobre as aspas dentro de uma célula entre aspas',
  'has no filename in its Upload-Metadata': 'não tem um nome de arquivo em Upload-Metadata',
  'is not valid UTF-8, although the file begins with the byte order mark of UTF-8':
    'não é UTF-8 válido, embora o arquivo comece com a marca de UTF-8',
  'is required: send one file, with a file name and a content type such as text/csv':
    'é obrigatório: envie um arquivo com nome e tipo, como text/csv',
  'is too long': 'é longo demais',
  'needs a channel with a calibrated voltage': 'precisa de um canal com tensão calibrada',
};

const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/^must have at least (\S+) characters?$/, 'precisa de pelo menos $1 caracteres'],
  [/^must have at most (\S+) characters?$/, 'pode ter no máximo $1 caracteres'],
  [/^must have exactly (\S+) characters?$/, 'precisa de exatamente $1 caracteres'],
  [/^must have at least (\S+) (?:items?|entry|entries)$/, 'precisa de pelo menos $1 itens'],
  [/^must have at most (\S+) (?:items?|entry|entries)$/, 'pode ter no máximo $1 itens'],
  [/^must have exactly (\S+) (?:items?|entry|entries)$/, 'precisa de exatamente $1 itens'],
  [/^must have at least (\S+) files?$/, 'precisa de pelo menos $1 arquivo'],
  [/^must have a magnitude of (\S+) to (\S+)$/, 'precisa ter um valor absoluto de $1 a $2'],
  [/^must be at least (\S+)$/, 'precisa ser pelo menos $1'],
  [/^must be more than (\S+)$/, 'precisa ser maior que $1'],
  [/^must be at most (\S+)$/, 'pode ser no máximo $1'],
  [/^must be at most (\S+), the number of pages$/, 'pode ser no máximo $1, o número de páginas'],
  [/^must be (?:less|smaller) than (\S+)$/, 'precisa ser menor que $1'],
  [/^must be a multiple of (\S+)$/, 'precisa ser um múltiplo de $1'],
  [/^must not be before (\d{4}-\d\d-\d\d)$/, 'não pode ser antes de $1'],
  [/^must not be after (\d{4}-\d\d-\d\d)$/, 'não pode ser depois de $1'],
  [/^must not be less than \S+From$/, 'não pode ser menor que o início da faixa'],
  [/^must begin with "(.*)"$/, 'precisa começar com "$1"'],
  [/^must end with "(.*)"$/, 'precisa terminar com "$1"'],
  [/^must contain "(.*)"$/, 'precisa conter "$1"'],
  [/^must be a whole number from (\S+) to (\S+)$/, 'precisa ser um número inteiro de $1 a $2'],
  [/^must be (\S+) or (\S+)$/, 'precisa ser $1 ou $2'],
  [/^must be (\S+)$/, 'precisa ser $1'],
  [/^must be one or more of (.+), separated by commas$/, 'precisa ser um ou mais destes, separados por vírgulas: $1'],
  [/^must be one of (.+)$/, 'precisa ser um destes: $1'],
  [/^must be between the years (\S+) and (\S+)$/, 'precisa estar entre os anos $1 e $2'],
  [/^names a time that clocks skipped in (\S+)$/, 'indica uma hora que os relógios pularam em $1'],
  [
    /^names a time that clocks repeated in (\S+): write it with its offset, such as (\S+)$/,
    'indica uma hora que os relógios repetiram em $1: escreva-a com a diferença de UTC, como $2',
  ],
  [/^names no channel of the recording; its channels are (.+)$/, 'não é um canal do registro, que tem os canais $1'],
  [/^names no channel of the recording: "(.*)"$/, 'não é um canal do registro: "$1"'],
  [/^names "(.*)" twice$/, 'indica "$1" duas vezes'],
  [/^can be any of (.+): give the name exactly$/, 'pode ser qualquer um de $1: escreva o nome exato'],
  [/^is ambiguous: "(.*)" can be any of (.+)$/, 'é ambíguo: "$1" pode ser qualquer um de $2'],
  [/^is not the id of an existing (\S+)$/, 'não é o id de nenhum cadastro'],
  [/^is another file named (.+)$/, 'é outro arquivo com o nome $1'],
  [/^is longer than (\S+) bytes$/, 'é maior que $1 bytes'],
  [/^has two files named (.+)$/, 'tem dois arquivos com o nome $1'],
  [/^has unknown columns: (.+)$/, 'tem colunas desconhecidas: $1'],
  [
    /^These columns are not known and were passed over: (.+)\.$/,
    'Estas colunas não são conhecidas e foram ignoradas: $1.',
  ],
  [/^These columns are not known and were passed over\.$/, 'Algumas colunas não são conhecidas e foram ignoradas.'],
  [/^has more than (\S+) columns$/, 'tem mais de $1 colunas'],
  [/^has (\S+) columns, but the header has (\S+)$/, 'tem $1 colunas, mas o cabeçalho tem $2'],
  [/^is before (\d\S*)$/, 'é anterior a $1'],
];

/** What was given, before what is wrong with it. */
const QUOTED = /^(".*") ([^"]+)$/;
/** Between what each of several forms requires. */
const EITHER = ', or must ';

/** A message that is not known is only said to be a refusal, with the message itself. */
export const ptFault = (message: string): string => known(message) ?? `não é válido (${message})`;

function known(message: string): string | undefined {
  const same = SAME[message];
  if (same !== undefined) return same;
  const pattern = PATTERNS.find(([form]) => form.test(message));
  if (pattern) return message.replace(pattern[0], pattern[1]);
  const [, given, fault] = QUOTED.exec(message) ?? [];
  const inner = fault === undefined ? undefined : known(fault);
  if (inner !== undefined) return `${given} ${inner}`;
  const parts = message.split(EITHER);
  const all = parts.length === 1 ? [] : parts.map((part, i) => known(i === 0 ? part : `must ${part}`));
  return all.length > 0 && all.every((part) => part !== undefined) ? all.join(', ou ') : undefined;
}
