/** Tracks the paths of a FHIR document and passes the values of each observation on to it. */
import { quoted } from '../common/messages.ts';
import type { Container, Handler, Scalar } from '../json/scanner.ts';
import type { DecodedRecording, DecoderLimits } from '../types.ts';
import { contentError } from './failure.ts';
import { Observation } from './observation.ts';
import { Recordings } from './recordings.ts';

/** Path of the resources in a bundle. */
const ENTRY = '.entry[].resource';
/** A name that no FHIR member has, or that could be confused with a path. */
const NOT_A_MEMBER = /[^A-Za-z]|.{65}/;

interface Level {
  path: string;
  container: Container;
}

export class ResourceReader implements Handler {
  readonly #limits: DecoderLimits;
  readonly #samplesSoFar: () => number;
  readonly #levels: Level[] = [];
  readonly #root: Observation;
  #entry: Observation | null = null;
  #key = '';
  readonly #recordings = new Recordings();

  /** @param samplesSoFar number of samples read so far of the current data */
  constructor(limits: DecoderLimits, samplesSoFar: () => number) {
    this.#limits = limits;
    this.#samplesSoFar = samplesSoFar;
    this.#root = new Observation(limits);
  }

  /** Complete recordings, not yet yielded. */
  get finished(): DecodedRecording[] {
    return this.#recordings.finished;
  }

  /** Channel being read or read last. */
  get channel(): number {
    return this.#observation.channels.begun - 1;
  }

  get zeroLevel(): number | null {
    return this.#observation.zeroLevel;
  }

  isMissing(word: string): boolean {
    return this.#observation.isMissing(word);
  }

  key(name: string): void {
    this.#key = NOT_A_MEMBER.test(name) ? '?' : name;
    const path = this.#levels.at(-1)?.path;
    // The members of a bundle are not an observation's.
    if (path === (this.#entry === null ? '' : ENTRY) && !(this.#entry === null && name === 'entry'))
      this.#observation.key(name);
  }

  open(container: Container, offset: number): boolean {
    const path = this.#path();
    if (this.#levels.length === 0 && container !== 'object')
      throw contentError(offset, 'A FHIR document must be an object.');
    this.#levels.push({ path, container });
    if (path === ENTRY && container === 'object') this.#entry = new Observation(this.#limits);
    else if (path !== '') this.#observation.open(this.#relative(path), offset);
    return false;
  }

  close(offset: number): void {
    const { path } = this.#levels.pop() as Level;
    if (path === ENTRY && this.#entry !== null) {
      this.#end(this.#entry, `observation ${this.#recordings.count + 1}`, offset);
      this.#entry = null;
    } else if (path === '') this.#endRoot(offset);
    else this.#observation.close(this.#relative(path), offset);
  }

  scalar(value: Scalar, text: string, offset: number): void {
    if (this.#levels.length === 0) throw contentError(offset, 'A FHIR document must be an object.');
    this.#observation.scalar(this.#relative(this.#path()), value, text, offset);
  }

  beginString(offset: number): boolean {
    if (this.#key !== 'data') return false;
    const path = this.#relative(this.#path());
    if (path !== '.valueSampledData.data' && path !== '.component[].valueSampledData.data') return false;
    this.#recordings.begin(this.#observation, path === '.valueSampledData.data', offset);
    this.#observation.beginData(path, offset);
    return true;
  }

  endString(offset: number): void {
    this.#observation.endData(this.#samplesSoFar(), this.#relative(this.#path()), offset);
  }

  get #observation(): Observation {
    return this.#entry ?? this.#root;
  }

  /** Path of the next value: `.component[].code.text`. */
  #path(): string {
    const level = this.#levels.at(-1);
    if (level === undefined) return '';
    return level.container === 'array' ? `${level.path}[]` : `${level.path}.${this.#key}`;
  }

  #relative(path: string): string {
    return this.#entry === null ? path : path.slice(ENTRY.length);
  }

  #end(observation: Observation, part: string | null, offset: number): void {
    const recording = observation.recording(part, offset);
    if (recording === null) return;
    if (observation.resourceType !== 'Observation')
      throw contentError(
        offset,
        `A resource of type ${quoted(observation.resourceType ?? '')} contains samples; only observations may.`,
      );
    this.#recordings.end(observation, recording, offset);
  }

  #endRoot(offset: number): void {
    const type = this.#root.resourceType;
    if (type !== 'Observation' && type !== 'Bundle')
      throw contentError(
        offset,
        `A FHIR document with an ECG must be an Observation or a Bundle of observations, not ${quoted(type ?? '')}.`,
      );
    if (type === 'Bundle' && this.#root.channels.begun > 0)
      throw contentError(offset, 'In a bundle only observations may contain samples.');
    if (type === 'Observation') {
      if (this.#recordings.count > 0) throw contentError(offset, 'An observation must not have entries.');
      this.#end(this.#root, null, offset);
    }
    if (this.#recordings.count === 0) throw contentError(offset, 'There is no observation with SampledData.');
    this.#recordings.flush();
  }
}
