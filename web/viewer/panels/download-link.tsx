/**
 * A link to a download, which is asked for first: a refusal is shown instead of saved, and an old session is renewed.
 */
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { warningsIn } from '../../../src/ecgs/export-warnings.ts';
import { fetchRenewed } from '../../api/client.ts';
import { asFailure, failureOfResponse, unreached } from '../../api/failure.ts';
import { toldOf } from '../../api/told.ts';
import { notify } from '../../ui/announce.tsx';

interface Props {
  href: string;
  /** Opened in a tab of its own, for printing. Default: saved. */
  isOpened?: boolean;
  /** Gets the message of a refusal; null when it is asked for anew. Default: it is shown at the edge of the page. */
  onFailure?: (message: string | null) => void;
  /** Gets, in sentences, what the file does not reproduce exactly. */
  onWarnings?: (sentences: string[]) => void;
  class?: string;
  children: ComponentChildren;
}

export function DownloadLink({ href, isOpened = false, onFailure, onWarnings, children, ...rest }: Props) {
  const [isBusy, setBusy] = useState(false);
  const go = async (link: HTMLAnchorElement): Promise<void> => {
    setBusy(true);
    onFailure?.(null);
    try {
      const headers = await answeredAt(href);
      follow(link);
      onWarnings?.(warningsIn(headers));
    } catch (error) {
      const message = toldOf(asFailure(error));
      if (onFailure) onFailure(message);
      else notify(message, 'error');
    }
    setBusy(false);
  };
  return (
    <a
      {...rest}
      href={href}
      aria-busy={isBusy}
      {...(isOpened ? { target: '_blank', rel: 'noopener' } : { download: true })}
      onClick={(event) => {
        event.preventDefault();
        if (!isBusy) void go(event.currentTarget);
      }}
    >
      {children}
    </a>
  );
}

/** Follows a link without its handlers. */
function follow({ href, target, rel, download }: HTMLAnchorElement): void {
  const plain = document.createElement('a');
  Object.assign(plain, { href, target, rel });
  if (target === '') plain.download = download;
  plain.click();
}

/** Asks for the beginning of the answer only. @returns its headers. @throws Failure if refused or not reached */
async function answeredAt(href: string): Promise<Headers> {
  const stop = new AbortController();
  let response;
  try {
    response = await fetchRenewed(new Request(href, { credentials: 'same-origin', signal: stop.signal }));
  } catch (error) {
    throw unreached(error);
  }
  if (!response.ok) throw await failureOfResponse(response);
  stop.abort();
  return response.headers;
}
