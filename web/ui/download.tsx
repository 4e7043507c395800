/** Downloads an answer of the service as a file; a refusal is shown, not saved. */
import { useState } from 'preact/hooks';
import { asFailure, fetched } from '../api/failure.ts';
import { toldOf } from '../api/told.ts';
import { renewSession } from '../session/renew.ts';
import { notify } from './announce.tsx';

interface DownloadProps {
  label: string;
  /** Address with the query. */
  url: string;
  /** The name of the file. */
  name: string;
  /** Gets the message of a refusal. Default: it is shown at the edge of the page, which a dialog would cover. */
  onFailure?: (message: string) => void;
}

/** A button for a CSV file. */
export function CsvButton({ label, url, name, onFailure }: DownloadProps) {
  const [isBusy, setBusy] = useState(false);
  const download = async (): Promise<void> => {
    setBusy(true);
    try {
      await saveCsv(url, name);
    } catch (error) {
      const message = toldOf(asFailure(error));
      if (onFailure) onFailure(message);
      else notify(message, 'error');
    }
    setBusy(false);
  };
  return (
    <button type="button" disabled={isBusy} onClick={() => void download()}>
      {label}
    </button>
  );
}

/** Saves the CSV of an address. @throws Failure */
export async function saveCsv(url: string, name: string): Promise<void> {
  saveAs(await (await csvOf(url)).blob(), name);
}

/** The session is renewed once if its short cookie has expired. */
async function csvOf(url: string): Promise<Response> {
  const asCsv = { headers: { Accept: 'text/csv' } };
  try {
    return await fetched(url, asCsv);
  } catch (error) {
    if (asFailure(error).status !== 401 || !(await renewSession())) throw error;
    return fetched(url, asCsv);
  }
}

function saveAs(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
