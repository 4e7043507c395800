/** The line between a client and the service, which is cut whenever so many bytes of the client have passed. */
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

export class CuttingLine {
  /** Bytes of the client that have passed. */
  passed = 0;
  /** How often it has been cut so far. */
  cuts = 0;
  private readonly listener: Server;
  private readonly open = new Set<Socket>();
  private readonly places: number[];

  private constructor(port: number, places: readonly number[]) {
    this.places = places.toSorted((a, b) => a - b);
    this.listener = createServer((client) => this.take(client, connect(port, '127.0.0.1')));
  }

  /** @param url of the service. @param places numbers of bytes after which the line is cut */
  static async to({ url }: { url: string }, places: readonly number[]): Promise<CuttingLine> {
    const line = new CuttingLine(Number(new URL(url).port), places);
    await new Promise<void>((resolve) => {
      line.listener.listen(0, '127.0.0.1', resolve);
    });
    return line;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.listener.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    for (const socket of this.open) socket.destroy();
    await new Promise((resolve) => this.listener.close(resolve));
  }

  private take(client: Socket, server: Socket): void {
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.open.add(one);
      one.on('error', () => undefined);
      one.on('close', () => {
        this.open.delete(one);
        other.destroy();
      });
    }
    server.pipe(client);
    client.on('data', (bytes: Buffer) => {
      const place = this.places[0] ?? Infinity;
      const fitting = bytes.subarray(0, Math.min(bytes.length, place - this.passed));
      this.passed += fitting.length;
      if (fitting.length < bytes.length) {
        this.places.shift();
        this.cuts += 1;
        client.resetAndDestroy();
        server.end(fitting);
        return;
      }
      if (server.write(fitting)) return;
      client.pause();
      server.once('drain', () => client.resume());
    });
  }
}
