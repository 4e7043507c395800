/** Which channels the names in a request mean. */
import { expect } from 'chai';
import { Problem } from '../../../../src/errors.ts';
import { channelNumber, chosenChannels } from '../../../../src/ecgs/reading/chosen-channels.ts';
import type { StoredEcg } from '../../../../src/ecgs/store/model.ts';
import { canonicalLeads } from '../../../../src/signal/leads.ts';

const recording = (...names: string[]): StoredEcg => {
  const leads = canonicalLeads(names);
  return { channels: names.map((name, number) => ({ name, lead: leads[number] ?? null })) } as StoredEcg;
};

function problemOf(work: () => unknown): Problem {
  try {
    work();
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

describe('the channels named in a request', () => {
  it('are found by name, by standard lead, and by other spellings of both', () => {
    const ecg = recording('MLII', 'V5', 'Resp');
    const numbers = ['MLII', 'II', 'lead ii', 'V5', 'v5', 'C5', 'resp'].map((text) => channelNumber(ecg, text));
    expect(numbers).to.deep.equal([0, 0, 0, 1, 1, 1, 2]);
    expect(chosenChannels(ecg, ['resp, ii'])).to.deep.equal([2, 0]);
  });

  it('are those with exactly that name rather than with that lead', () => {
    const ecg = recording('MLII', 'II');
    expect(channelNumber(ecg, 'II')).to.equal(1);
    expect(channelNumber(recording('2', '1'), '1')).to.equal(1);
  });

  it('may have a comma in their names', () => {
    const ecg = recording('Resp, thorax', 'Resp', 'thorax');
    expect(chosenChannels(ecg, ['Resp, thorax'])).to.deep.equal([0]);
    expect(chosenChannels(ecg, ['thorax,Resp'])).to.deep.equal([2, 1]);
  });

  it('are refused with the choices if several can be meant', () => {
    const ecg = recording('ECG a', 'Ecg A', 'V1');
    const inPath = problemOf(() => channelNumber(ecg, 'ecg a'));
    expect([inPath.code, inPath.message]).to.deep.equal([
      'channel-ambiguous',
      '"ecg a" can be any of "ECG a", "Ecg A". Give the name exactly.',
    ]);
    const inQuery = problemOf(() => chosenChannels(ecg, ['V1,ecg a']));
    expect([inQuery.code, inQuery.errors]).to.deep.equal([
      'invalid-query',
      [{ path: '/channels', message: 'is ambiguous: "ecg a" can be any of "ECG a", "Ecg A"' }],
    ]);
    expect(channelNumber(ecg, 'Ecg A')).to.equal(1);
  });

  it('are refused with all names if there is no such channel, and if one is named twice', () => {
    const ecg = recording('I', 'II');
    expect(problemOf(() => channelNumber(ecg, 'V1')).code).to.equal('not-found');
    expect(problemOf(() => chosenChannels(ecg, ['I,V1'])).message).to.equal('Its channels are "I", "II".');
    expect(problemOf(() => chosenChannels(ecg, ['II,lead 2'])).code).to.equal('invalid-query');
    expect(problemOf(() => chosenChannels(ecg, ['II,ii'])).errors?.[0]?.message).to.equal('names "ii" twice');
    const many = recording(...Array.from({ length: 30 }, (_, i) => `n${i}`));
    expect(problemOf(() => chosenChannels(many, ['x'])).message).to.include('"n19" and 10 more.');
  });
});
