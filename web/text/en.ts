/** The texts in English. Another language has the same keys (`Texts`). */
import { enList, enUpload } from './en-recordings.ts';
import { englishPlural as plural } from './plural.ts';
import { enViewer } from './en-viewer.ts';

export const en = {
  appName: 'Leadwire',
  skip: 'Skip to content',
  close: 'Close',
  cancel: 'Cancel',
  save: 'Save',
  delete: 'Delete',
  edit: 'Edit',
  retry: 'Try again',
  loading: 'Loading …',
  none: 'none',
  yes: 'yes',
  no: 'no',
  unknown: 'unknown',
  all: 'All',
  next: 'Next page',
  previous: 'Previous page',
  total: (count: number) => plural(count, 'entry', 'entries'),
  /** Titles of formats that are more than names; the service has the others. */
  formats: { csv: 'CSV (table of samples)', dicom: 'DICOM ECG waveform', edf: 'EDF, EDF+ and BDF' },
  menu: {
    label: 'Main menu',
    recordings: 'Recordings',
    patients: 'Patients',
    attendances: 'Attendances',
    indicators: 'Indicators',
    imports: 'Imports',
    users: 'Users',
    system: 'System',
    account: 'Account',
    api: 'API',
    logOut: 'Log out',
  },
  errors: {
    unknown: 'Something went wrong. Try again; if it happens again, tell your administrator.',
    offline: 'The service cannot be reached. Check the connection; what you typed is kept. Then try again.',
    notFound: 'There is nothing at this address, or you may not see it.',
    notForYou: 'Your role does not include this page.',
    outdated: 'A part of the page could not be loaded: the service was probably updated. Load the page again.',
    reload: 'Load the page again',
    conflict: 'Somebody has changed this in the meantime. Look at the present values, then save again.',
  },
  login: {
    title: 'Log in',
    email: 'E-mail address',
    password: 'Password',
    submit: 'Log in',
    expired: 'Your session has ended. Log in again; the page is kept.',
    forgotten: 'Forgotten the password? An administrator can send you a link to set a new one.',
    lead: 'ECGs on paper that is true to scale, and how often each lead crosses zero.',
  },
  reset: {
    title: 'Set a new password',
    lead: 'This link works once. Choose a new password.',
    submit: 'Set the password',
    done: 'The new password is set. You can log in now.',
    noToken: 'This link is incomplete. Ask your administrator for a new one.',
  },
  session: {
    title: 'Are you still there?',
    endsSoon: (minutes: number) =>
      `The session is old and ends in ${plural(minutes, 'minute', 'minutes')}. Save your work; you can log in ` +
      'again at once.',
    warning: (seconds: number) => `You have not done anything for a while. The session ends in ${seconds} s.`,
    stay: 'Stay logged in',
  },
  list: enList,
  upload: enUpload,
  viewer: enViewer,
};
