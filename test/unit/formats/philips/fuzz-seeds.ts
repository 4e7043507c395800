/** Small Philips documents for the fuzzer: compressed and not, UTF-16, with calibration and representative beats. */
import type { FuzzSeed } from '../../../support/fuzz.ts';
import {
  attributes103,
  attributes104,
  beatsOf,
  compressed,
  philipsText,
  plain,
  twelveLeads,
  waveformsOf,
  withCalibration,
} from './documents.ts';

const DICTIONARY = ['<', '>', '<!-- -->', ']]>', '=', 'AAAA', '/w==', '0', '1e99', 'Plain', 'V1', '<repbeat>', '&#13;'];

export const philipsSeeds = (): FuzzSeed[] => {
  const short = twelveLeads(8);
  const long = withCalibration(twelveLeads(60), 50);
  const whole = philipsText(
    waveformsOf(compressed(long), attributes104(110, 50)) +
      beatsOf({ I: [1, 2, 3] }, { samplespersec: 1000, resolution: 2.5 }),
  );
  return [
    Buffer.from(whole),
    Buffer.from(philipsText(waveformsOf(compressed(short), attributes103(8)), { version: '1.03', type: 'SierraECG' })),
    Buffer.from(philipsText(waveformsOf(plain(short), { ...attributes104(8), compression: null }))),
    Buffer.from(`\ufeff${whole.replace('UTF-8', 'utf-16')}`, 'utf16le'),
  ].map((bytes, number) => ({
    files: { a: bytes },
    main: 'a',
    // The UTF-16 is cut at random only: at the same places it ends like the first seed.
    boundaries: { a: number === 3 ? [] : [...bytes.toString('latin1').matchAll(/[<>"]/g)].map(({ index }) => index) },
    dictionary: DICTIONARY,
  }));
};
