/** Base64 in the text of XML, against Node's own. */
import { expect } from 'chai';
import { Base64Text } from '../../../../src/formats/common/xml/base64-text.ts';
import { Window } from '../../../../src/formats/common/window.ts';
import { uniform } from '../../../support/signals.ts';

/** Decodes a text that comes in pieces of random lengths. */
function decoded(text: string, random: () => number): Buffer {
  const [reader, window, found] = [new Base64Text((_, reason) => new Error(reason) as never), new Window(), []] as [
    Base64Text,
    Window,
    Buffer[],
  ];
  const bytes = Buffer.from(`${text}<`);
  for (let at = 0; at < bytes.length;) {
    const length = 1 + Math.floor(random() * 60_000);
    window.add(bytes.subarray(at, at + length));
    at += length;
    while (reader.read(window) === 'full') found.push(Buffer.from(reader.take()));
  }
  expect(reader.finish()).to.equal(true);
  found.push(Buffer.from(reader.take()));
  return Buffer.concat(found);
}

describe('base64 in XML', () => {
  it('gives the same bytes as Node, with and without blanks and padding', () => {
    const random = uniform(7);
    for (let length = 0; length < 300_000; length = Math.ceil(1.7 * length) + 1) {
      const bytes = Buffer.from(Array.from({ length }, () => Math.floor(256 * random())));
      const text = bytes.toString('base64');
      for (const written of [text, text.replaceAll('=', ''), text.replaceAll(/.{1,76}/g, '  $&\r\n')])
        expect(decoded(written, random).equals(bytes), `${length} bytes`).to.equal(true);
    }
  });

  it('keeps a group that blanks or pieces divide', () => {
    for (let seed = 1; seed < 50; seed++) {
      const random = uniform(seed);
      const text = Array.from('AAECAwQFBgcICQ==', (letter) => letter + ' '.repeat(Math.floor(4 * random()))).join('');
      const short = (): number => random() / 20_000;
      expect([...decoded(text, short)]).to.deep.equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    }
  });

  it('refuses what Node passes over or takes for another character, at its place', () => {
    const text = Buffer.from(Array.from({ length: 3_000 }, (_, at) => (at * 7) & 0xff)).toString('base64');
    for (const written of [text, text.replaceAll(/.{76}/g, '$&\r\n'), text.replaceAll(/.{50}/g, '$&&#13;')])
      for (const bad of ['-', '_', '*', '.', '\x7f', '\x80', '\xff'])
        for (const place of [0, 1, 1_001, 2_222, text.length - 1]) {
          const bytes = Buffer.from(`${written.slice(0, place)}${bad}${written.slice(place + 1)}<`, 'latin1');
          const at = bytes.indexOf(bad, 0, 'latin1');
          expect(() => readAll(bytes), `${bad} at ${place}`).to.throw(`${at}: `);
        }
  });

  it('takes blanks of any number before, between and behind its groups', () => {
    const text = `\0 ${' '.repeat(70_000)}AAEC${'\t'.repeat(70_001)}AwQ${' '.repeat(65_536)}FBgcI${' '.repeat(9)}`;
    expect([...decoded(text, () => 0.9)]).to.deep.equal([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });
});

/** Reads bytes in one piece. @throws Error with the offset before its reason */
function readAll(bytes: Uint8Array): void {
  const window = new Window();
  const reader = new Base64Text((at, reason) => new Error(`${at}: ${reason}`) as never);
  window.add(bytes);
  reader.read(window);
}
