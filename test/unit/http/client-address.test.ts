/** The address of a client, behind any number of proxies. */
import { expect } from 'chai';
import { clientAddress, networkOf } from '../../../src/http/client-address.ts';

/** What is found out about the client. @param from the address of the connection. @param headers of the request */
function found(trusted: number | readonly string[], from: string, headers: Record<string, string>) {
  const request = { ip: '' };
  const state = { isHttps: null as boolean | null };
  void clientAddress(trusted)(
    {
      req: { socket: { remoteAddress: from } },
      get: (name: string) => headers[name] ?? '',
      request,
      state,
    } as never,
    () => Promise.resolve(),
  );
  return { ...request, ...state };
}

/** The address that a request is attributed to. */
const clientOf = (trusted: number | readonly string[], from: string, forwarded = ''): string =>
  found(trusted, from, { 'X-Forwarded-For': forwarded }).ip;

/** Whether the client is considered to use HTTPS. */
const isHttps = (trusted: number | readonly string[], from: string, protocol: string): boolean | null =>
  found(trusted, from, { 'X-Forwarded-Proto': protocol }).isHttps;

describe('the address of a client', () => {
  it('is that of the connection if no proxy is trusted, whatever the request claims', () => {
    expect(clientOf(0, '192.0.2.1', '198.51.100.9')).to.equal('192.0.2.1');
  });

  it('is what the one trusted proxy has added, not what the header contained before', () => {
    expect(clientOf(1, '10.0.0.1', '198.51.100.9, 192.0.2.1')).to.equal('192.0.2.1');
    expect(clientOf(2, '10.0.0.1', '198.51.100.9, 192.0.2.1, 10.0.0.2')).to.equal('192.0.2.1');
  });

  it('is the first known address if fewer proxies have added one than are trusted', () => {
    expect(clientOf(3, '10.0.0.1', '192.0.2.1')).to.equal('192.0.2.1');
    expect(clientOf(1, '10.0.0.1')).to.equal('10.0.0.1');
  });

  it('is the last in the list that is not a trusted proxy', () => {
    const trusted = ['10.0.0.0/8', '2001:db8::/32', '203.0.113.5'];
    expect(clientOf(trusted, '10.0.0.1', '198.51.100.9, 192.0.2.1, 203.0.113.5, 10.9.9.9')).to.equal('192.0.2.1');
    expect(clientOf(trusted, '::ffff:10.0.0.1', '192.0.2.1')).to.equal('192.0.2.1');
    expect(clientOf(trusted, '2001:db8:1::7', '2001:db9::1')).to.equal('2001:db9::1');
    expect(clientOf(trusted, '203.0.113.6', '198.51.100.9')).to.equal('203.0.113.6');
  });

  it('is read with a port and with brackets, and never from invalid text', () => {
    expect(clientOf(1, '10.0.0.1', '192.0.2.1:4711')).to.equal('192.0.2.1');
    expect(clientOf(1, '10.0.0.1', '[2001:DB9::1]:4711')).to.equal('2001:db9::1');
    for (const claim of ['unknown', '_hidden', '300.1.1.1', 'x'.repeat(9_000)])
      expect(clientOf(2, '10.0.0.1', `192.0.2.1, ${claim}`)).to.equal('10.0.0.1');
  });

  it('comes with HTTPS only if a trusted proxy says so', () => {
    expect(isHttps(1, '10.0.0.1', 'https')).to.equal(true);
    expect(isHttps(['10.0.0.0/8'], '10.0.0.1', 'https')).to.equal(true);
    expect(isHttps(1, '10.0.0.1', 'http')).to.equal(false);
    expect(isHttps(0, '10.0.0.1', 'https')).to.equal(false);
    expect(isHttps(['10.0.0.0/8'], '192.0.2.1', 'https')).to.equal(false);
  });

  it('counts as the same client as the whole IPv6 network of a subscriber', () => {
    const same = ['2001:db8:0:1::1', '2001:db8:0:1:ffff:1:2:3', '2001:0db8:0000:0001::'];
    for (const address of same) expect(networkOf(address)).to.equal('2001:db8:0:1');
    expect(networkOf('2001:db8:0:2::1')).to.equal('2001:db8:0:2');
    expect(networkOf('::1')).to.equal('0:0:0:0');
    expect(networkOf('192.0.2.1')).to.equal('192.0.2.1');
  });
});
