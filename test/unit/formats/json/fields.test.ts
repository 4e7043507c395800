/** The fields of a JSON upload besides its signals, and their meaning. */
import { expect } from 'chai';
import { bytesOf, decode, LIMITS, type Decoded } from './support.ts';

const lead = '{"name":"I","signal":[1,null,-0]}';
const root = (members: string): Promise<Decoded> => decode(`{"leads":[${lead}],${members}}`);

describe('The fields of a JSON upload', () => {
  it('may all be absent except the leads with their names and signals', async () => {
    const { recording, samples, warnings } = await decode(`{"leads":[${lead}]}`);
    const channel = { name: 'I', samplingRate: null, unit: null, gain: null, zeroLevel: null };
    expect(recording).to.deep.equal({
      externalId: null,
      date: null,
      patient: null,
      study: null,
      notes: null,
      subject: null,
      part: null,
      channels: [channel],
    });
    expect(samples).to.deep.equal([[1, NaN, 0]]);
    expect(warnings).to.deep.equal([]);
  });

  it('are absent if they are null', async () => {
    const fields = ['id', 'date', 'patient', 'study', 'notes', 'samplingRate', 'unit', 'gain', 'zeroLevel'];
    expect((await root(fields.map((key) => `"${key}":null`).join())).recording).to.deep.equal(
      (await root('"x":1')).recording,
    );
    await decode('{"leads":[{"name":"I","num_samples":null,"signal":[1]}]}');
  });

  it('may be at the root for all leads, before or after them, and in a lead for that lead', async () => {
    const { recording } = await decode(
      '{"gain":2,"unit":"uV","leads":[{"signal":[1],"unit":"mV","zeroLevel":-0,"name":"I"},{"name":"II",' +
        '"gain":null,"signal":[1],"samplingRate":1e3}],"samplingRate":500,"zeroLevel":7}',
    );
    expect(recording.channels).to.deep.equal([
      { name: 'I', samplingRate: 500, unit: 'mV', gain: 2, zeroLevel: 0 },
      { name: 'II', samplingRate: 1000, unit: 'uV', gain: 2, zeroLevel: 7 },
    ]);
  });

  it('give a zero level before the samples if it precedes them, once per lead', async () => {
    const signal = `[${'1,'.repeat(40_000)}1]`;
    const common =
      `"leads":[{"zeroLevel":3,"signal":${signal},"name":"I"},{"name":"II","signal":${signal},"zeroLevel":4},` +
      '{"name":"III","signal":[1]}]';
    const before = await decode(`{"zeroLevel":7,${common}}`);
    expect([...before.early]).to.deep.equal([
      [0, 3],
      [1, 7],
      [2, 7],
    ]);
    const after = await decode(`{${common},"zeroLevel":7}`);
    expect([...after.early]).to.deep.equal([[0, 3]]);
    for (const { recording } of [before, after])
      expect(recording.channels.map(({ zeroLevel }) => zeroLevel)).to.deep.equal([3, 4, 7]);
  });

  it('give a sampling rate before the samples if it precedes them, once per lead', async () => {
    const signal = `[${'1,'.repeat(40_000)}1]`;
    const common =
      `"leads":[{"samplingRate":300,"signal":${signal},"name":"I"},{"name":"II","signal":${signal},` +
      '"samplingRate":400},{"name":"III","signal":[1]}]';
    const before = await decode(`{"samplingRate":700,${common}}`);
    expect([...before.earlyRates]).to.deep.equal([
      [0, 300],
      [1, 700],
      [2, 700],
    ]);
    const after = await decode(`{${common},"samplingRate":700}`);
    expect([...after.earlyRates]).to.deep.equal([[0, 300]]);
    for (const { recording } of [before, after])
      expect(recording.channels.map(({ samplingRate }) => samplingRate)).to.deep.equal([300, 400, 700]);
  });

  it('keep an id as written, even a long integer', async () => {
    expect((await root('"id":" a/b "')).recording.externalId).to.equal(' a/b ');
    expect((await root('"id":123456789012345678901234567890')).recording.externalId).to.equal(
      '123456789012345678901234567890',
    );
  });

  it('keep a date as given', async () => {
    for (const date of [
      '2026-01-15',
      '2024-02-29',
      '2000-02-29T00:00',
      '2026-12-31T23:59:59',
      '2026-01-15T09:30:00Z',
      '2026-01-15T09:30:00.123456789-05:30',
    ]) {
      expect((await root(`"date":"${date}"`)).recording.date).to.equal(date);
    }
  });

  it('trim names and keep their case, whatever their characters', async () => {
    const { recording } = await decode(
      '{"leads":[{"name":" I\\t","signal":[1]},{"signal":[2],"name":"i"},{"name":"\\ud834\\udd1eé\\u0000",' +
        '"signal":[3]}]}',
    );
    expect(recording.channels.map(({ name }) => name)).to.deep.equal(['I', 'i', '𝄞é\u0000']);
  });

  it('trim references and units, as a later change does', async () => {
    const { recording } = await root('"patient":"  p 1 ","study":"\\ts\\n","unit":" mV ","notes":" n "');
    expect(recording).to.include({ patient: 'p 1', study: 's', notes: ' n ' });
    expect(recording.channels[0]!.unit).to.equal('mV');
    expect((await root(`"patient":"${' '.repeat(60)}${'p'.repeat(100)}"`)).recording.patient).to.have.length(100);
  });

  it('accept all spellings of the number of samples', async () => {
    const { warnings } = await decode(
      '{"leads":[{"number_of_samples":2,"numberOfSamples":2.0,"number of samples":2,"num_samples":2,' +
        '"sample_size":2e0,"total_samples":2,"name":"I","signal":[1,2]}]}',
    );
    expect(warnings).to.deep.equal([]);
  });

  it('accept a channel whose samples are all missing', async () => {
    expect((await decode('{"leads":[{"name":"I","signal":[null,null]}]}')).samples).to.deep.equal([[NaN, NaN]]);
  });

  it('may follow a byte order mark, in any chunks', async () => {
    for (const sizes of [[1], [2], [100]])
      expect((await decode(`\ufeff{"leads":[${lead}]}`, sizes)).samples).to.deep.equal([[1, NaN, 0]]);
  });

  it('may be as long as their limits', async () => {
    const { recording } = await root(
      `"id":"${'i'.repeat(200)}","patient":"${'p'.repeat(100)}","study":"${'s'.repeat(100)}","unit":"` +
        `${'u'.repeat(32)}","notes":"${'\\n'.repeat(10_000)}"`,
    );
    expect(recording.notes).to.have.length(10_000);
  });
});

describe('Unknown keys of a JSON upload', () => {
  it('are skipped with all their content, and named once', async () => {
    const { recording, warnings } = await decode(
      '{"device":{"id":"x","leads":[{"name":1}]},"leads":[{"name":"I","v":[1,{"signal":[]}],"signal":[1],' +
        '"patient":"p"},{"name":"II","v":"","signal":[1]}],"__proto__":{"patient":"p"},"constructor":null}',
    );
    expect(warnings).to.deep.equal(
      ['device', 'leads[].v', 'leads[].patient', '__proto__', 'constructor'].map(
        (key) => `The key "${key}" is not known and was not kept.`,
      ),
    );
    expect(recording).to.include({ externalId: null, patient: null });
    expect(Object.getPrototypeOf(recording)).to.equal(Object.prototype);
  });

  it('are named up to a limit of number and length', async () => {
    const { warnings } = await root(
      Array.from({ length: 500 }, (_, at) => `"${'𝄞'.repeat(300)}${at}":0,"k${at}":1`).join(),
    );
    expect(warnings).to.have.length(21);
    for (const warning of warnings)
      expect(warning.length)
        .to.be.below(220)
        .and.to.satisfy(() => !/\p{Surrogate}/u.test(warning));
    expect(warnings.at(-1)).to.equal('Further unknown keys were not kept either.');
  });

  it('may contain far more than the metadata limit, since nothing of it is held', async () => {
    const limits = { ...LIMITS, maxMetadataBytes: 2000 };
    const times = `[${Array.from({ length: 20_000 }, (_, at) => at / 500).join()}]`;
    const marks = `[${Array.from({ length: 2000 }, (_, at) => `{"at":${at},"text":"beat"}`).join()}]`;
    const document = bytesOf(`{"times":${times},"leads":[${lead}],"marks":${marks}}`);
    expect((await decode(document, [65536], limits)).warnings).to.have.length(2);
  });
});
