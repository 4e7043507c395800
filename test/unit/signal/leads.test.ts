/** Spellings of leads, and their canonical names. */
import { expect } from 'chai';
import { canonicalLead, canonicalLeads } from '../../../src/signal/leads.ts';

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
  ] as const) {
    it(`reads ${JSON.stringify(name)} as ${lead}`, () => expect(canonicalLead(name)).to.equal(lead));
  }

  it('gives a lead only to the first channel that claims it', () =>
    expect(canonicalLeads(['II', 'MLII', 'V5'])).to.deep.equal(['II', null, 'V5']));
});
