/** HL7 annotated ECGs as other programs write them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { recordingsDir } from '../../../support/recordings.ts';
import { absolute, aecgText, lead, series, set } from './documents.ts';
import { I, read } from './reading.ts';

const rateOf = async (increment: string, unit = 's'): Promise<number | null> =>
  (await read(aecgText(series(set(absolute(increment, unit), I())))))[0]!.recording.channels[0]!.samplingRate;

/** A lead of the same record as JSON, from whose digits the zero level was taken away. */
interface Lead {
  name: string;
  signal: number[];
}

const shown = (code: string, name: string): string =>
  I().replace('code="MDC_ECG_LEAD_I"', `code="${code}" displayName="${name}"`);

describe('An annotated ECG by another program', () => {
  it('has the sampling rate whose increment was rounded', async () => {
    expect(await rateOf('0.00277778')).to.equal(360);
    expect(await rateOf('0.002778')).to.equal(360);
    expect(await rateOf('2.77778', 'ms')).to.equal(360);
    expect(await rateOf('0.00389105')).to.equal(257);
    expect(await rateOf('0.003')).to.equal(1 / 0.003);
  });

  it('keeps the name of a modified limb lead', async () => {
    const text = aecgText(series(set(absolute(), lead({ code: 'MDC_ECG_LEAD_MLII', digits: '1' }))));
    expect((await read(text))[0]!.recording.channels[0]!.name).to.equal('MLII');
  });

  it('has no unit if it has that of a number', async () => {
    const text = aecgText(series(set(absolute(), lead({ code: 'MDC_ECG_LEAD_I', digits: '1', unit: '1' }))));
    expect((await read(text))[0]!.recording.channels[0]).to.include({ unit: null, gain: 0.2 });
  });

  it('may show another name of the same lead, and that of a lead without a code', async () => {
    const [found] = await read(
      aecgText(
        series(
          set(
            absolute(),
            shown('MDC_ECG_LEAD_I', 'Lead I'),
            shown('MDC_ECG_LEAD_V2', 'Lead 4'),
            shown('MDC_ECG_LEAD_CONFIG', 'Sternum'),
            shown('MDC_ECG_LEAD_V3R', 'Lead V3R'),
          ),
        ),
      ),
    );
    expect(found!.recording.channels.map(({ name }) => name)).to.deep.equal(['Lead I', 'V2', 'Sternum', 'V3R']);
  });

  for (const [file, record, rate, unitsBelow, gain] of [
    ['mit-by-biosig.xml', 'mit-100-60s.json', 360, 1024, 200],
    ['ptb-by-biosig.xml', 'ptb-s0010-10s.json', 1000, 0, 2000],
  ] as const) {
    it(`is read right to the digit: ${file}, by biosig-tools 2.5.0`, async function () {
      const folder = recordingsDir();
      if (folder === null) this.skip();
      const [found, ...more] = await read(readFileSync(join(folder, 'aecg', file)));
      const { leads } = JSON.parse(readFileSync(join(folder, 'json', record), 'utf8')) as { leads: Lead[] };
      expect(more).to.deep.equal([]);
      const { channels } = found!.recording;
      expect(channels.slice(0, leads.length).map(({ name }) => name.toLowerCase())).to.deep.equal(
        leads.map(({ name }) => name.toLowerCase()),
      );
      for (const [at, { signal }] of leads.entries()) {
        expect(found!.digits[at]).to.deep.equal(Float64Array.from(signal, (value) => value + unitsBelow));
        expect(channels[at]).to.include({ samplingRate: rate, gain, zeroLevel: unitsBelow, unit: 'mV' });
      }
    });
  }
});
