/** How requests that change something are sent: not twice, and not over the changes of somebody else. */

export interface Sending {
  /** The version that is changed, for If-Match; 0 when something is created. */
  version: number;
  /** For Idempotency-Key: a repetition after a lost answer creates nothing more. */
  key: string;
}

/** A key for `Idempotency-Key`; `crypto.randomUUID` does not exist on pages without TLS. */
export const newKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');

/** For a request that creates something. */
export const once = ({ key }: Sending): { headers: Record<string, string> } => ({
  headers: { 'Idempotency-Key': `"${key}"` },
});

/** For a request that changes or deletes this version only. */
export const ifUnchanged = (version: number): { headers: Record<string, string> } => ({
  headers: { 'If-Match': `"${version}"` },
});

/** A query parameter that is sent once for each value. The document describes it as a single text. */
export const repeated = (values: readonly string[]): string => values as unknown as string;
