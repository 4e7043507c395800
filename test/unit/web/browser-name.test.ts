/** What browsers say of themselves. */
import { expect } from 'chai';
import { browserName } from '../../../web/account/browser-name.ts';

const AGENTS: readonly (readonly [agent: string | null, name: string | null])[] = [
  ['Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0', 'Firefox 128 · Windows'],
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 ' +
      'Safari/537.36 Edg/126.0.0.0',
    'Edge 126 · Windows',
  ],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 ' +
      'Mobile/15E148 Safari/604.1',
    'Safari 17 · iPhone',
  ],
  [
    'Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/125.0.0.0 Mobile Safari/537.36',
    'Chrome 125 · Android',
  ],
  ['curl/8.5.0', null],
  [null, null],
];

describe('the name of a browser', () => {
  for (const [agent, name] of AGENTS)
    it(`is ${name ?? 'not known'}`, () => {
      expect(browserName(agent)).to.equal(name);
    });
});
