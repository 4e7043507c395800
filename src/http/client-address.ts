/**
 * Finds the network address of the client. Anybody can write X-Forwarded-For; each proxy appends the address it got the
 * request from. So the list is read from its end, and only as far as the proxies that wrote it are trusted.
 */
import { BlockList, isIP, isIPv4 } from 'node:net';
import type { Middleware } from 'koa';

/**
 * Sets `ctx.ip`, and `ctx.state.isHttps` to whether a trusted proxy says that the client uses HTTPS. Usage:
 * `koa.use(clientAddress(config.trustProxy))`, before everything that counts by address.
 * @param trusted how many proxies are in front, or their addresses and networks such as `10.0.0.0/8`
 */
export function clientAddress(trusted: number | readonly string[]): Middleware {
  const isTrusted = trust(trusted);
  return (ctx, next) => {
    const peer = plain(ctx.req.socket.remoteAddress ?? '') ?? '';
    let client = peer;
    const claimed = ctx.get('X-Forwarded-For').split(',');
    for (let hops = 0; claimed.length > 0 && isTrusted(client, hops); hops++) {
      const before = plain(claimed.pop() ?? '');
      if (before === null) break;
      client = before;
    }
    ctx.request.ip = client;
    ctx.state['isHttps'] = ctx.get('X-Forwarded-Proto') === 'https' && isTrusted(peer, 0);
    return next();
  };
}

function trust(trusted: number | readonly string[]): (address: string, hops: number) => boolean {
  if (typeof trusted === 'number') return (_address, hops) => hops < trusted;
  const proxies = new BlockList();
  for (const network of trusted) {
    const [address = '', prefix] = network.split('/');
    proxies.addSubnet(address, prefix === undefined ? (isIPv4(address) ? 32 : 128) : Number(prefix), family(address));
  }
  return (address) => isIP(address) > 0 && proxies.check(address, family(address));
}

const family = (address: string): 'ipv4' | 'ipv6' => (isIPv4(address) ? 'ipv4' : 'ipv6');

/** An address without port, brackets, zone or IPv4-mapped prefix; null if it is not an address. */
function plain(text: string): string | null {
  const bare = text
    .trim()
    .replace(/^\[([^\]]*)\](:\d+)?$/, '$1')
    .replace(/^([\d.]+):\d+$/, '$1')
    .replace(/%.*$/, '')
    .toLowerCase();
  const address = bare.replace(/^::ffff:(?=[\d.]+$)/, '');
  return isIP(address) > 0 ? address : null;
}

const groups = (text: string): string[] => (text === '' ? [] : text.split(':'));

/**
 * What counts as one client: an IPv4 address, or a /64 network of IPv6, since one subscriber has all of its addresses.
 */
export function networkOf(address: string): string {
  if (isIP(address) !== 6) return address;
  const [left = '', right] = address.split('::');
  const zeros = right === undefined ? 0 : 8 - groups(left).length - groups(right).length;
  const all = [...groups(left), ...Array.from({ length: Math.max(0, zeros) }, () => '0'), ...groups(right ?? '')];
  return all
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}
