/** Sends one file by the tus protocol, from where the service has it. */
import { type DetailedError, Upload } from 'tus-js-client';
import { API } from '../../api/paths.ts';

export interface Sending {
  file: File;
  metadata: Record<string, string>;
  /** Of the service, if it has the beginning of the file. */
  uploadId: string | null;
  onId: (uploadId: string) => void;
  /** @param sent bytes */
  onProgress: (sent: number) => void;
}

/** Why a file was not sent. */
export interface SendFault {
  /** Of HTTP; 0: the service was not reached; -1: the file cannot be read. */
  status: number;
  body: string;
}

/** @returns a function that stops it, and what becomes of it: null when the service has the whole file */
export function send({ file, metadata, uploadId, onId, onProgress }: Sending): {
  stop: () => void;
  done: Promise<SendFault | null>;
} {
  let upload: Upload | null = null;
  const done = new Promise<SendFault | null>((resolve) => {
    const idNow = (): void => {
      const id = upload?.url?.split('/').at(-1);
      if (id) onId(id);
    };
    upload = new Upload(file, {
      endpoint: `${API}/uploads`,
      uploadUrl: uploadId === null ? null : new URL(`${API}/uploads/${uploadId}`, location.origin).href,
      metadata,
      // The queue decides when it is tried again, and the service knows what was begun.
      retryDelays: null,
      storeFingerprintForResuming: false,
      onUploadUrlAvailable: idNow,
      onProgress: (sent) => onProgress(sent),
      onSuccess: () => resolve(null),
      onError: (error) => resolve(faultOf(error)),
    });
    upload.start();
  });
  return { stop: () => void upload?.abort(), done };
}

function faultOf(error: Error): SendFault {
  const { originalResponse, originalRequest } = error as Partial<DetailedError>;
  if (originalResponse) return { status: originalResponse.getStatus(), body: originalResponse.getBody() };
  return { status: originalRequest ? 0 : -1, body: '' };
}
