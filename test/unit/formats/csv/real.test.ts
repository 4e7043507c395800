/** Real recordings, written in the text formats and read again, keep the crossings found by an independent tool. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { csv } from '../../../../src/formats/csv/index.ts';
import { fhir } from '../../../../src/formats/fhir/index.ts';
import { json } from '../../../../src/formats/json/index.ts';
import { summarize } from '../../../../src/signal/summarize.ts';
import { decodeFiles, encodeFiles, writable } from '../../../support/formats.ts';
import { recordingsDir } from '../../../support/recordings.ts';

const folder = recordingsDir();
const counted =
  folder === null
    ? {}
    : (JSON.parse(readFileSync(join(folder, 'json', 'expected.json'), 'utf8')) as Record<
        string,
        Record<string, number>
      >);

describe(`Real recordings in text formats (${Object.keys(counted).length} found in RECORDINGS_DIR)`, () => {
  for (const [file, crossings] of Object.entries(counted)) {
    for (const format of [csv, fhir, json]) {
      it(`${file} keeps its crossings as ${format.id}`, async () => {
        const [original] = await decodeFiles(json.decode!, { a: readFileSync(join(folder!, 'json', file)) }, 'a');
        const channels = original!.recording.channels.map(({ name }, at) => ({
          name,
          values: original!.digits[at]!,
          samplingRate: 1000,
          gain: 2000,
          zeroLevel: 0,
        }));
        const files = await encodeFiles(format.encode!, writable(channels));
        const [again] = await decodeFiles(format.decode!, files, Object.keys(files)[0]!);
        const found = again!.recording.channels.map((channel, at) => [
          channel.name,
          summarize(again!.digits[at]!, channel.zeroLevel ?? 0).zeroCrossings,
        ]);
        expect(Object.fromEntries(found)).to.deep.equal(crossings);
        expect(again!.recording.channels.every((channel) => channel.samplingRate === 1000)).to.equal(true);
      });
    }
  }
});
