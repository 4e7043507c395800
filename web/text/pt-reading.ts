/** The texts of what a file leaves open in Brazilian Portuguese, and of the doubts about it. */
import { portuguesePlural as plural } from './plural.ts';
import type { ReadingTexts } from './reading.ts';

export const ptReading: ReadingTexts = {
  open: 'Definir como é lido …',
  title: (name: string) => `Como ${name} é lido`,
  beginning: 'As primeiras linhas do arquivo',
  unseen: 'A página foi recarregada; por isso não é possível mostrar as linhas do arquivo.',
  decimal: 'Vírgulas nos números',
  decimals: {
    '': 'Como reconhecido',
    comma: 'Separador decimal: 1,5 é um e meio',
    point: 'Entre células: 1,5 é 1 e 5',
  },
  decimalHint: 'Quando as células são separadas por ; ou TAB, a última opção significa que 1.5 é um e meio.',
  columns: 'Colunas',
  columnsHint: 'A partir da primeira. As colunas que você não definir são lidas conforme o nome.',
  column: (number: number) => `Coluna ${number}`,
  words: {
    '': 'Conforme o nome',
    channel: 'Uma derivação',
    skip: 'Ignorada, como um contador',
    h: 'Tempo em horas',
    min: 'Tempo em minutos',
    s: 'Tempo em segundos',
    ms: 'Tempo em milissegundos (ms)',
    us: 'Tempo em microssegundos (µs)',
    ns: 'Tempo em nanossegundos (ns)',
  },
  rate: 'Taxa de amostragem (Hz)',
  rateHint: 'Usada quando o arquivo não traz nenhuma.',
  unit: 'Unidade',
  unitHint: 'Usada quando o arquivo não traz nenhuma.',
  units: { '': 'Como no arquivo', mV: 'mV', uV: 'µV', V: 'V' },
  gain: 'Valores do arquivo em uma unidade',
  gainHint: '1 se já estão nesta unidade; 1000 se o número 1000 é uma unidade.',
  noNumber: 'Informe um número, como 250 ou 0,5.',
  others: (count: number) => `Ler assim também ${plural(count, 'outro arquivo', 'outros arquivos')} com a mesma dúvida`,
  removeFormer: 'Excluir o registro criado antes, com tudo o que foi acrescentado a ele desde então',
  keepsFormer: 'O registro que você já tinha é mantido.',
  submit: 'Ler de novo',
  former: 'como foi lido antes',
  serviceSays: 'O serviço diz, em inglês:',
  parts: {
    rhythm: 'ritmo',
    'median beat': 'batimento mediano',
    'average beat': 'batimento médio',
    'reference beat': 'batimento de referência',
    'representative beat': 'batimento representativo',
    'calibration pulse': 'pulso de calibração',
  },
  doubts: {
    commasAsDecimals: () =>
      'As vírgulas foram lidas como separador decimal de uma só coluna. Elas também podem separar duas colunas.',
    commasAsCells: () =>
      'As vírgulas foram lidas como separação de duas colunas. Elas também podem ser o separador decimal de uma só.',
    commasAsBoth: () =>
      'Uma coluna sim, outra não parece conter decimais: as vírgulas podem ser tanto separador decimal quanto ' +
      'separação das células. Se forem, salve a tabela com ; entre as células e envie essa. Se não, indique aqui.',
    mixedSigns: (line: string, column: string, text: string) =>
      `A linha ${line}, coluna ${column} tem outro separador decimal que as células anteriores: ${text}.`,
    evenColumn: (column: string, name: string) =>
      `A coluna ${column} (${name}) cresce em passos iguais, como tempos ou números de amostras, mas foi lida como ` +
      'derivação. Indique o que ela é.',
    timeWithoutUnit: () =>
      'Os tempos não têm unidade; por isso a taxa de amostragem não é conhecida. Indique a unidade da coluna de tempo.',
    unevenTimes: (line: string, step: string, mean: string) =>
      `Os tempos não são uniformes: o passo até a linha ${line} é ${step}, a média ${mean}. Se a coluna não contém ` +
      'tempos, indique o que ela é. Se o registro tem interrupções, envie-o em partes.',
    standingTimes: (from: string, to: string) =>
      `Os tempos não crescem da linha ${from} para a linha ${to}. Se a coluna não contém tempos, indique o que ela é.`,
    noTime: (line: string, column: string, text: string) =>
      `Linha ${line}, coluna ${column}: ${text} não é um tempo. Se a coluna não contém tempos, indique o que ela é.`,
    noNumber: (line: string, column: string, text: string) =>
      `Linha ${line}, coluna ${column}: ${text} não é um número. Se a coluna não é uma derivação, indique que ela é ` +
      'ignorada; se é, corrija o arquivo.',
    onlyTimes: () => 'Todas as colunas foram tomadas por tempos; não há derivação. Indique o que são as colunas.',
    tooManySaid: (count: string) => `A tabela tem ${count} colunas, mas você definiu mais. Defina menos.`,
    packetTimes: (from: string, to: string, rate: string) =>
      `Várias linhas têm o mesmo tempo (linhas ${from} e ${to}), como as de um pacote; por isso a taxa de amostragem ` +
      `não é conhecida: é de cerca de ${rate} Hz. Informe a verdadeira.`,
    intervals: (name: string) =>
      `A coluna ${name === '' ? '' : `${name} `}pode conter os intervalos entre batimentos (RR, em ms) em vez de um ` +
      'ECG. Se for um ECG, informe a taxa de amostragem e a unidade.',
    noRate: (channels: string) =>
      `A taxa de amostragem de ${channels} não é conhecida. Ela também pode ser informada na página do registro; até ` +
      'lá não há papel, e a maioria das exportações é recusada.',
    noUnit: (channels: string) =>
      `A unidade de ${channels} não é conhecida. Até que seja definida, os valores contam como não calibrados.`,
    noGain: (channels: string) =>
      `O ganho de ${channels} não é conhecido. Até que seja definido, os valores contam como não calibrados.`,
  },
};
