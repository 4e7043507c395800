/** Formats whose files begin with the sampling rates of their channels tell them before the first samples. */
import { expect } from 'chai';
import { dicom } from '../../../src/formats/dicom/index.ts';
import { edf } from '../../../src/formats/edf/index.ts';
import { json } from '../../../src/formats/json/index.ts';
import type { Decoder, Encoder } from '../../../src/formats/types.ts';
import { wfdb } from '../../../src/formats/wfdb/index.ts';
import { encodeFiles, LIMITS, uploadOf, writable } from '../../support/formats.ts';

const CHANNELS = [
  { name: 'I', samplingRate: 500, values: Array.from({ length: 1_000 }, (_, i) => (i % 9) - 4) },
  { name: 'Resp', samplingRate: 250, values: Array.from({ length: 500 }, (_, i) => (i % 7) - 3) },
];

describe('the sampling rates of a file', () => {
  for (const format of [wfdb, edf, dicom, json]) {
    it(`are told before the samples: ${format.id}`, async () => {
      const files = await encodeFiles(format.encode as Encoder, writable(CHANNELS));
      const main = Object.keys(files).find((name) => format.recognises(files[name] as Uint8Array)) as string;
      const told: number[] = [];
      let isSampled: boolean[] = [];
      let recordings = 0;
      for await (const event of (format.decode as Decoder)(uploadOf(files, main), LIMITS)) {
        if (event.kind === 'sampling-rate') {
          expect(isSampled[event.channel], `channel ${event.channel}`).to.equal(undefined);
          told.push(event.samplingRate);
        } else if (event.kind === 'samples') isSampled[event.channel] = true;
        else if (event.kind === 'recording') {
          isSampled = [];
          recordings++;
        }
      }
      expect(recordings).to.equal(format.id === 'dicom' ? 2 : 1);
      expect(told).to.deep.equal([500, 250]);
    });
  }
});
