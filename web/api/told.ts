/** How a failure is told where no form shows the messages at its fields. Pure. */
import type { Failure } from './failure.ts';

type Told = Pick<Failure, 'code' | 'status' | 'message' | 'fields'>;

/** Whether the service itself is not reached or not ready, so that the same request may succeed later. */
export const isAway = ({ code, status }: Pick<Told, 'code' | 'status'>): boolean =>
  code === 'offline' || status === 503;

/** Whether the service has refused single values: the same request is refused again. */
export const isRefused = ({ status, fields }: Pick<Told, 'status' | 'fields'>): boolean =>
  (status === 400 || status === 422) && fields.length > 0;

/**
 * The faults of single values, or else what went wrong altogether. @param labels what the values are called on the
 * page, by their names in the API
 */
export function toldOf(failure: Told, labels: Readonly<Record<string, string>> = {}): string {
  if (!isRefused(failure)) return failure.message;
  return failure.fields
    .map(({ path, message }) => {
      const name = path.slice(1).replaceAll('/', '.');
      return name === '' ? `${message}.` : `${labels[name] ?? name}: ${message}.`;
    })
    .join(' ');
}
