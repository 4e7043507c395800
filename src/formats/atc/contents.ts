/** What the blocks of an ATC file contain, whatever their order. */
import type { Samples } from '../../signal/samples.ts';
import { allPresent } from '../common/int16-run.ts';
import { figure, quoted } from '../common/messages.ts';
import type { Annotation, DecoderLimits } from '../types.ts';
import { type Block, blocksOf, versionOf } from './blocks.ts';
import { contentError } from './failure.ts';
import { annotationsOf, formatOf, type Info, infoOf, NO_INFO, type SampleFormat } from './fields.ts';

/** The leads, by the last character of the identifiers of their blocks. */
const LEADS: readonly [string, string][] = [
  [' ', 'I'],
  ['2', 'II'],
  ['3', 'III'],
  ['4', 'aVR'],
  ['5', 'aVL'],
  ['6', 'aVF'],
  ['7', 'V1'],
  ['8', 'V2'],
  ['9', 'V3'],
  ['a', 'V4'],
  ['b', 'V5'],
  ['c', 'V6'],
];
/** The recordings of a file, by the first characters of the identifiers of their blocks. */
const PARTS: readonly [string, string][] = [
  ['ecg', 'rhythm'],
  ['avg', 'average beat'],
  ['med', 'median beat'],
];
const KNOWN: ReadonlySet<string> = new Set([
  'info',
  'fmt ',
  'ann ',
  ...PARTS.flatMap(([prefix]) => LEADS.map(([suffix]) => prefix + suffix)),
]);
const ACCELERATION = 'acc ';
/** Versions of the maker's description. */
const VERSIONS = { from: 2, to: 5 } as const;
const SAMPLE_BYTES = 2;
/** Unknown blocks that a warning names. */
const MAX_NAMED = 5;

export interface Lead {
  name: string;
  samples: Samples;
}

export interface Contents {
  /** The recordings that have leads, the rhythm first; their leads in the standard order. */
  parts: { name: string; leads: Lead[] }[];
  format: SampleFormat;
  info: Info;
  /** Of the rhythm. */
  annotations: Annotation[];
  warnings: string[];
}

/** @throws FormatError `syntax` if the file ends inside a block, `content` if a block is damaged or missing */
export function contentsOf(file: Buffer, limits: DecoderLimits): Contents {
  const version = versionOf(file);
  const { blocks, warnings } = sorted(file);
  if (version < VERSIONS.from || version > VERSIONS.to)
    warnings.push(`The file has version ${version}; it was read as version ${VERSIONS.to}.`);
  const parts = PARTS.map(([prefix, name]) => ({ name, leads: leadsOf(blocks, prefix, limits) }));
  if (parts[0]?.leads.length === 0) throw contentError(null, 'The file has no ECG: no block "ecg ".');
  const [format, info, marks] = ['fmt ', 'info', 'ann '].map((id) => blocks.get(id));
  if (format === undefined)
    throw contentError(null, 'The file has no block "fmt ", which gives the sampling rate and the resolution.');
  return {
    parts: parts.filter(({ leads }) => leads.length > 0),
    format: formatOf(format),
    info: info === undefined ? NO_INFO : infoOf(info),
    annotations: marks === undefined ? [] : annotationsOf(marks),
    warnings,
  };
}

/** The known blocks by identifier, and what is said about others. */
function sorted(file: Buffer): { blocks: Map<string, Block>; warnings: string[] } {
  const blocks = new Map<string, Block>();
  const others = new Set<string>();
  let hasAcceleration = false;
  for (const block of blocksOf(file)) {
    const { id, offset } = block;
    if (id === ACCELERATION) hasAcceleration = true;
    else if (!KNOWN.has(id)) {
      // One more than are named.
      if (others.size <= MAX_NAMED) others.add(id);
    } else if (blocks.has(id))
      throw contentError(offset, `The file has a second block ${quoted(id)}, at byte ${figure(offset)}.`);
    else blocks.set(id, block);
  }
  const warnings: string[] = [];
  if (hasAcceleration) warnings.push('The acceleration (block "acc ") was not kept: it is not an ECG.');
  if (others.size > 0) {
    const some = [...others].slice(0, MAX_NAMED).map(quoted).join(', ');
    warnings.push(`Blocks that are not known were not kept: ${some}${others.size > MAX_NAMED ? ' and others' : ''}.`);
  }
  return { blocks, warnings };
}

function leadsOf(blocks: ReadonlyMap<string, Block>, prefix: string, { maxChannels }: DecoderLimits): Lead[] {
  const leads = LEADS.flatMap(([suffix, name]) => {
    const block = blocks.get(prefix + suffix);
    return block === undefined ? [] : [{ name, samples: samplesOf(block) }];
  });
  if (leads.length > maxChannels)
    throw contentError(null, `The file has ${leads.length} leads, more than ${maxChannels} (setting MAX_CHANNELS).`);
  return leads;
}

/** The format cannot mark missing samples: the lowest value is an ordinary value, which a wider type can hold. */
function samplesOf({ id, offset, data }: Block): Samples {
  if (data.length === 0 || data.length % SAMPLE_BYTES !== 0)
    throw contentError(
      offset,
      `The block ${quoted(id)} has ${figure(data.length)} bytes, which is no number of samples.`,
    );
  // A copy only if an earlier block of odd length has moved them. `slice` of a Buffer would not copy.
  const { buffer, byteOffset } = data.byteOffset % SAMPLE_BYTES === 0 ? data : new Uint8Array(data);
  // Little-endian, as the memory is on every platform that Node runs on with MongoDB.
  return allPresent(new Int16Array(buffer, byteOffset, data.length / SAMPLE_BYTES));
}
