/** The fingerprint of a request: equal for equal content, whatever the pieces and the boundary are. */
import { expect } from 'chai';
import { Fingerprint } from '../../../src/idempotency/fingerprint.ts';
import { multipart, type Part } from '../../support/multipart.ts';
import { uniform } from '../../support/signals.ts';

const KEY = Buffer.from('a key');
const HEAD = ['POST', '/ecgs'];

describe('the fingerprint of a request', () => {
  const random = uniform(7);
  const print = (bytes: Uint8Array, boundary: string | null = null, longest = bytes.length, head = HEAD): string => {
    const fingerprint = new Fingerprint(KEY, head, boundary);
    for (let from = 0; from < bytes.length;) {
      const until = from + 1 + Math.floor(random() * longest);
      fingerprint.add(bytes.subarray(from, until));
      from = until;
    }
    return fingerprint.digest();
  };
  const form = (parts: readonly Part[], boundary: string, longest?: number): string =>
    print(multipart(parts, boundary).raw, boundary, longest);
  const PARTS: Part[] = [
    { field: 'notes', value: '--b\r\n-- boundary\r\n' },
    { file: 'a.dat', bytes: Uint8Array.from({ length: 3_000 }, (_, i) => i * 7) },
  ];

  it('does not depend on the pieces in which a body arrives', () => {
    const bytes = Uint8Array.from({ length: 500 }, (_, i) => i);
    for (const longest of [1, 2, 7, 100]) expect(print(bytes, null, longest)).to.equal(print(bytes));
  });

  it('depends on every byte, on the address and on the key', () => {
    const bytes = Buffer.from('{"a":1}');
    const others = [
      print(Buffer.from('{"a":2}')),
      print(Buffer.from('{"a":1} ')),
      print(bytes, null, 10, ['POST', '/patients']),
      new Fingerprint(Buffer.from('another'), HEAD, null).digest(),
      print(Buffer.alloc(0)),
    ];
    expect(new Set([print(bytes), ...others]).size).to.equal(others.length + 1);
  });

  it('does not depend on the boundary of a form', () => {
    const boundaries = ['x', 'boundary-1', '--------WebKitFormBoundary7MA4YWxkTrZu0gW', 'aaaaaaab'];
    const whole = form(PARTS, 'first-boundary');
    for (const boundary of boundaries.slice(1))
      for (const longest of [1, 3, 50, 4_000]) expect(form(PARTS, boundary, longest), boundary).to.equal(whole);
  });

  it('depends on names, order and contents of the parts', () => {
    const [field, file] = PARTS as [Part, Part];
    const others = [
      form([file, field], 'b1'),
      form([field], 'b2'),
      form([field, { ...file, file: 'b.dat' }], 'b3'),
      form([field, { ...file, bytes: Uint8Array.of(1) }], 'b4'),
      form([...PARTS, { field: 'x', value: '' }], 'b5'),
    ];
    expect(new Set([form(PARTS, 'b6'), ...others]).size).to.equal(others.length + 1);
  });

  it('tells a boundary from the same text in another form', () => {
    // The first form has the boundary of the second one as text.
    expect(print(Buffer.from('--a\r\nb--b\r\n'), 'a')).to.not.equal(print(Buffer.from('--b\r\na--a\r\n'), 'a'));
    expect(print(Buffer.from('abab'), 'a')).to.not.equal(print(Buffer.from('abab'), 'b'));
  });

  it('ignores what is added after the end', () => {
    const fingerprint = new Fingerprint(KEY, HEAD, null);
    const before = fingerprint.digest();
    fingerprint.add(Uint8Array.of(1));
    expect(fingerprint.digest()).to.equal(before);
  });
});
