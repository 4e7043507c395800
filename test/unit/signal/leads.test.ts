/** Spellings of leads, and their canonical names. */
import { expect } from 'chai';
import { canonicalLead, canonicalLeads, leadOf } from '../../../src/signal/leads.ts';

describe('canonicalLead', () => {
  for (const [name, lead] of [
    ['i', 'I'],
    ['avr', 'aVR'],
    ['AVL', 'aVL'],
    [' V1 ', 'V1'],
    ['MLII', 'II'],
    ['ECG I', 'I'],
    ['EKG V6', 'V6'],
    ['Lead III', 'III'],
    ['MDC_ECG_LEAD_aVF', 'aVF'],
    ['vx', 'X'],
    ['C3', 'V3'],
    ['resp', null],
    ['', null],
    ['V7', null],
    ['ECG', null],
    ['D1', 'I'],
    ['D2', 'II'],
    ['D3', 'III'],
    ['D III', 'III'],
    ['LI', 'I'],
    ['LII', 'II'],
    ['LIII', 'III'],
    ['Lead 1', 'I'],
    ['ECG lead 2', 'II'],
    ['ML II', 'II'],
    ['ML_III', 'III'],
    ['Lead I (Einthoven)', 'I'],
    ['Ableitung V2', 'V2'],
    ['Derivação DII', 'II'],
    ['Derivación 3', null],
    ['V 1', 'V1'],
    // The first channel of a recorder is not lead I.
    ['ECG 1', null],
    ['1', null],
    // Differences of leads are other leads.
    ['ECG I-AVF', null],
    ['ECG I-II', null],
    ['I - II', null],
    ['II-I', null],
    ['V2-V3', null],
    ['-aVR', null],
    ['CM5', null],
    ['V4R', null],
    ['NASA', null],
  ] as const) {
    it(`reads ${JSON.stringify(name)} as ${lead}`, () => expect(canonicalLead(name)).to.equal(lead));
  }

  it('knows other leads by name without claiming a standard one', () => {
    const names = ['V3R', 'ECG V4R', 'v7', 'cm5', 'CM 5', 'NASA', '-aVR', 'mcl1', 'A-I', 'lead V', 'V10', 'resp'];
    expect(names.map((name) => [leadOf(name), canonicalLead(name)])).to.deep.equal([
      ['V3R', null],
      ['V4R', null],
      ['V7', null],
      ['CM5', null],
      ['CM5', null],
      ['NASA', null],
      ['\u2212aVR', null],
      ['MCL1', null],
      ['AI', null],
      ['V', null],
      [null, null],
      [null, null],
    ]);
  });

  it('gives a lead only to the first channel that claims it', () =>
    expect(canonicalLeads(['II', 'MLII', 'V5'])).to.deep.equal(['II', null, 'V5']));
});
