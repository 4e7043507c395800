/** One lead in several components or observations, as wearables export it. */
import { expect } from 'chai';
import { refusalOf } from '../../../support/formats.ts';
import { component, data, digits, type Members, MDC, observation, read, readAll } from './reading.ts';

const withComponents = (...components: Members[]): Members => observation({ component: components });
const namesOf = async (document: Members): Promise<string[]> =>
  (await read(document)).recording.channels.map(({ name }) => name);

const dataFirst = (text: string): Members => ({
  code: { coding: [{ system: MDC, code: '131329' }] },
  valueSampledData: { data: text, dimensions: 1, origin: { value: -2, unit: 'mV' }, period: 4 },
});

const factorLast = (factor: number): Members => ({
  code: { coding: [{ system: MDC, code: '131329' }] },
  valueSampledData: { data: '1', dimensions: 1, factor, origin: { value: 0 }, period: 4 },
});

describe('Components of one lead, one after the other', () => {
  it('are one channel, and it is said', async () => {
    const parts = withComponents(
      component('131329', { data: '1 2' }),
      component('131329', { data: '3 E' }),
      component('131329', { data: 'E 6' }),
      component('131330', { data: '7' }),
    );
    expect(await digits(parts)).to.deep.equal([[1, 2, 3, NaN, NaN, 6], [7]]);
    const { recording } = await read(parts);
    expect(recording.channels.map(({ name }) => name)).to.deep.equal(['I', 'II']);
    expect(recording.warnings).to.deep.equal([
      '3 components of "I", one after the other, are one channel.',
      'Samples of "I" without a value were kept as missing: 2 in error (E).',
    ]);
  });

  it('are one channel if other values stand between them, and if the data stands before the scale', async () => {
    expect(
      await digits(withComponents(dataFirst('1'), { code: {}, valueQuantity: { value: 60 } }, dataFirst('2'))),
    ).to.deep.equal([[1, 2]]);
  });

  it('are channels of their own without a name, with another lead between them, or with another scale', async () => {
    expect(
      await digits(withComponents({ code: {}, valueSampledData: data() }, { valueSampledData: data() })),
    ).to.have.length(2);
    const apart = withComponents(component('131329'), component('131330'), component('131329'));
    expect(await namesOf(apart)).to.deep.equal(['I', 'II', 'I#2']);
    expect((await read(apart)).recording.warnings.join()).to.match(
      /^component\[2\] has the same code as earlier data, "I", with other leads between them/,
    );
    for (const members of [{ factor: 1 }, { period: 4 }, { origin: { value: 1, unit: 'mV' } }]) {
      const { recording } = await read(withComponents(component('131329'), component('131329', members)));
      expect(recording.channels.map(({ name }) => name)).to.deep.equal(['I', 'I#2']);
      expect(recording.warnings).to.have.length(1);
      expect(recording.warnings[0]).to.match(/^component\[1\] has the same code as the data before it, "I"/);
    }
  });

  it('are channels of their own, with a warning, if the code follows the data', async () => {
    const code = { coding: [{ system: MDC, code: '131329' }] };
    const { recording } = await read(
      withComponents({ valueSampledData: data(), code }, { valueSampledData: data(), code }),
    );
    expect(recording.channels.map(({ name }) => name)).to.deep.equal(['I', 'I#2']);
    expect(recording.warnings[0]).to.match(/its code follows its data/);
  });

  it('are refused if a scale that follows the data contradicts the one before', async () => {
    const error = await refusalOf(read(withComponents(factorLast(1), factorLast(2))));
    expect(error.message).to.equal(
      'component[1] continues the data of "I", but has another code, unit, scale or period.',
    );
  });
});

const part = (second: string, members: Members = {}): Members => ({
  resource: observation({
    component: undefined,
    code: { coding: [{ system: MDC, code: '131329' }] },
    effectivePeriod: { start: `2026-01-15T09:30:${second}+01:00` },
    subject: { reference: 'Patient/1' },
    valueSampledData: data({ period: 250, data: '1 2 3 4' }),
    ...members,
  }),
});

const bundle = (...entry: Members[]): Members => ({ resourceType: 'Bundle', entry });

const lengths = async (...entry: Members[]): Promise<number[]> =>
  (await readAll(bundle(...entry))).map(({ digits: [first] }) => first!.length);

describe('Observations of one lead in a bundle', () => {
  it('are one recording if each begins where the one before it ends', async () => {
    const found = await readAll(bundle(part('00', { id: 'a' }), part('01', { id: 'b' }), part('02.1', { id: 'c' })));
    expect(found).to.have.length(1);
    expect(Array.from(found[0]!.digits[0]!)).to.deep.equal([1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4]);
    expect(found[0]!.recording).to.deep.include({ externalId: 'a', date: '2026-01-15T09:30:00+01:00' });
    expect(found[0]!.recording.warnings).to.deep.equal([
      '3 observations of one lead, each of which begins where the one before it ends, are one recording. It has the ' +
        'id of the first.',
    ]);
  });

  it('are recordings of their own with a gap, an overlap, another lead, scale or subject, or no time', async () => {
    expect(await lengths(part('00'), part('02'), part('03'))).to.deep.equal([4, 8]);
    expect(await lengths(part('01'), part('00'))).to.deep.equal([4, 4]);
    for (const members of [
      { code: { coding: [{ system: MDC, code: '131330' }] } },
      { valueSampledData: data({ period: 250, factor: 1 }) },
      { subject: { reference: 'Patient/2' } },
      { effectivePeriod: undefined },
      { effectivePeriod: { start: '2026-01-15' } },
      { component: [component('131329')], valueSampledData: undefined },
    ])
      expect(await readAll(bundle(part('00'), part('01', members))), JSON.stringify(members)).to.have.length(2);
  });

  it('are refused if what follows the data contradicts what went before', async () => {
    const { resource } = part('01') as { resource: Members };
    const { subject: _, valueSampledData, ...rest } = resource;
    const late = { resource: { ...rest, subject: { reference: 'Patient/1' }, valueSampledData } };
    expect(await lengths(part('00'), late)).to.deep.equal([8]);
    const unlike = { resource: { ...resource, valueSampledData: { data: '1', period: 250, dimensions: 1 } } };
    const error = await refusalOf(readAll(bundle(part('00'), unlike)));
    expect(error.message).to.match(/^This observation continues the data of "I", but has another code/);
    const { component: __, ...alone } = resource;
    const more = { resource: { ...alone, component: [component('131330')] } };
    expect((await refusalOf(readAll(bundle(part('00'), more)))).message).to.match(/has further data/);
  });
});
