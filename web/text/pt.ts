/** The texts in Brazilian Portuguese. The service's errors are in `pt-problems.ts`. */
import type { Texts } from './index.ts';
import { portuguesePlural as plural } from './plural.ts';
import { ptList, ptUpload } from './pt-recordings.ts';
import { ptViewer } from './pt-viewer.ts';

export const pt: Texts = {
  appName: 'Leadwire',
  skip: 'Ir para o conteúdo',
  close: 'Fechar',
  cancel: 'Cancelar',
  save: 'Salvar',
  delete: 'Excluir',
  edit: 'Editar',
  retry: 'Tentar de novo',
  loading: 'Carregando …',
  none: 'nenhum',
  yes: 'sim',
  no: 'não',
  unknown: 'desconhecido',
  all: 'Todos',
  next: 'Próxima página',
  previous: 'Página anterior',
  total: (count: number) => plural(count, 'item', 'itens'),
  formats: { csv: 'CSV (tabela de amostras)', dicom: 'Traçado de ECG em DICOM', edf: 'EDF, EDF+ e BDF' },
  menu: {
    label: 'Menu principal',
    recordings: 'Registros',
    patients: 'Pacientes',
    attendances: 'Atendimentos',
    indicators: 'Indicadores',
    imports: 'Importações',
    users: 'Usuários',
    system: 'Sistema',
    account: 'Conta',
    api: 'API',
    logOut: 'Sair',
  },
  errors: {
    unknown: 'Algo deu errado. Tente de novo; se acontecer outra vez, avise o administrador.',
    offline:
      'Não foi possível alcançar o serviço. Verifique a conexão; o que foi digitado está guardado. Depois tente ' +
      'de novo.',
    notFound: 'Não há nada neste endereço, ou você não tem acesso.',
    notForYou: 'Esta página não faz parte do seu perfil.',
    outdated:
      'Uma parte da página não pôde ser carregada: provavelmente o serviço foi atualizado. Recarregue a página.',
    reload: 'Recarregar a página',
    conflict: 'Alguém alterou isto nesse meio-tempo. Veja os valores atuais e salve de novo.',
  },
  login: {
    title: 'Entrar',
    email: 'E-mail',
    password: 'Senha',
    submit: 'Entrar',
    expired: 'A sua sessão terminou. Entre de novo; a página foi mantida.',
    forgotten: 'Esqueceu a senha? Um administrador pode enviar um link para definir uma nova.',
    lead: 'ECGs em papel fiel à escala, e quantas vezes cada derivação cruza o zero.',
  },
  reset: {
    title: 'Definir uma nova senha',
    lead: 'Este link funciona uma única vez. Escolha uma nova senha.',
    submit: 'Definir a senha',
    done: 'A nova senha foi definida. Agora você pode entrar.',
    noToken: 'Este link está incompleto. Peça um novo ao administrador.',
  },
  session: {
    title: 'Você ainda está aí?',
    endsSoon: (minutes: number) =>
      `A sessão é antiga e termina em ${plural(minutes, 'minuto', 'minutos')}. Salve o trabalho; você pode ` +
      'entrar de novo em seguida.',
    warning: (seconds: number) => `Você está sem atividade há algum tempo. A sessão termina em ${seconds} s.`,
    stay: 'Continuar conectado',
  },
  list: ptList,
  upload: ptUpload,
  viewer: ptViewer,
};
