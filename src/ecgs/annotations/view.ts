/** Converts stored annotations to answers. */
import { qtc } from '../../signal/qtc.ts';
import type { AttachedFile, StoredEcg } from '../store/model.ts';
import type { Listed } from './merged.ts';
import type { Measurement, StoredMark } from './model.ts';
import type { Annotation, AttachedAnnotations, OwnAnnotation } from './schema.ts';

type Channels = Pick<StoredEcg, 'channels'>;

const channelName = ({ channels }: Channels, channel: number | null): string | null =>
  channel === null ? null : (channels[channel]?.name ?? null);

/** An item of the list. */
export function annotationView(ecg: Channels, listed: Listed): Annotation {
  if (listed.source === 'own') return ownView(ecg, listed.annotation);
  const { at, duration, channel, code, text } = listed.annotation;
  const said = { at, duration, channel: channelName(ecg, channel), code, text };
  return listed.source === 'file'
    ? { source: 'file', ...said }
    : { source: 'attached', file: listed.file.toHexString(), ...said };
}

/** The reader's own annotation. */
export const ownView = (ecg: Channels, mark: StoredMark): OwnAnnotation => ({
  source: 'own',
  id: mark._id.toHexString(),
  at: mark.at,
  duration: mark.duration,
  channel: channelName(ecg, mark.channel),
  code: mark.code,
  text: mark.text,
  value: mark.value === null ? null : { ...mark.value, qtc: correctedOf(mark.value) },
  createdBy: mark.createdBy.toHexString(),
  createdAt: mark.createdAt.toISOString(),
  changedAt: mark.changedAt.toISOString(),
  version: mark.version,
});

const correctedOf = ({ kind, ms, rrMs }: Measurement): ReturnType<typeof qtc> | null =>
  kind === 'QT' && ms !== null && rrMs !== null ? qtc(ms, rrMs) : null;

/** An attached file. */
export const attachedView = ({
  _id,
  name,
  format,
  annotations,
  createdAt,
  createdBy,
}: AttachedFile): AttachedAnnotations => ({
  id: _id.toHexString(),
  name,
  format,
  annotations,
  createdBy: createdBy.toHexString(),
  createdAt: createdAt.toISOString(),
});
