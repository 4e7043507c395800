/** The texts of directory, attendances, imports and administration in Brazilian Portuguese. */
import type { PageTexts } from './pages.ts';
import { ptAccount } from './pt-account.ts';
import { ptAdmin } from './pt-admin.ts';
import { ptDirectory } from './pt-directory.ts';
import { ptWork } from './pt-work.ts';

const count = (value: number): string => value.toLocaleString('pt-BR');

export const ptPages: PageTexts = {
  account: ptAccount,
  list: {
    sortBy: (column: string) => `Ordenar por: ${column}`,
    filters: (used: number) => (used === 0 ? 'Filtros' : `Filtros (${used})`),
    clear: 'Limpar os filtros',
    nothingFound: 'Nada corresponde à busca e aos filtros.',
    moreThan: (total: number) => `mais de ${count(total)} itens`,
    pages: 'Páginas da lista',
    first: 'Primeira página',
    csv: 'Baixar como CSV',
    actions: 'Ações',
    showMore: 'Mostrar mais',
  },
  form: {
    optional: '(opcional)',
    required: '* preenchimento obrigatório',
    invalid: 'Nada foi salvo ainda: corrija os campos marcados.',
    create: 'Criar',
    restored: 'O que você digitou antes está de volta. Ainda não foi salvo.',
    discard: 'Descartar',
    saveAnyway: 'Salvar os meus',
    theirs: 'Alterado por outra pessoa nesse meio-tempo. O que você digitou está guardado; compare e salve de novo.',
    field: 'Campo',
    present: 'Valor atual',
    yours: 'O seu',
    choice: 'Escolha',
    same: 'o mesmo',
    takePresent: 'Usar o valor atual',
    maybeCreated:
      'Uma tentativa anterior pode ter sido salva, embora a resposta tenha se perdido. Confira a lista antes de ' +
      'tentar de novo.',
    timeOf: (label: string) => `${label}: hora`,
    system: (row: number) => `Sistema do identificador ${row}`,
    systemHint: 'Sistema, como numero-hospital',
    valueOf: (row: number) => `Identificador ${row}`,
    valueHint: 'Identificador',
    removePair: (row: number) => `Remover o identificador ${row}`,
    addPair: 'Adicionar um identificador',
  },
  once: {
    copy: 'Copiar',
    copied: 'Copiado',
  },
  saved: (what: string) => `${what}: salvo.`,
  removed: (what: string) => `${what}: excluído.`,
  removing: (what: string) => `Excluir ${what}?`,
  forGood: 'Isto não pode ser desfeito.',
  ...ptDirectory,
  ...ptWork,
  ...ptAdmin,
};
