/**
 * The line between the service and its database, as a proxy that understands the wire protocol. It can lose a selected
 * answer, and cut the line for a while.
 */
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { lasting } from './eventually.ts';
import { answeredBy, type Command, commandOf, Messages, numberOf } from './wire.ts';

/**
 * `refused`: all connections break, and new ones are refused. `silent`: connections are accepted and kept, but nothing
 * passes.
 */
export type CutKind = 'refused' | 'silent';

export interface Cut {
  kind: CutKind;
  ms: number;
}

type IsMeant = (command: Command) => boolean;

/** Commands that change the database; reads and handshakes are not included. */
const WRITES = new Set(['insert', 'update', 'delete', 'findAndModify', 'commitTransaction', 'abortTransaction']);
export const isWrite: IsMeant = ({ name }) => WRITES.has(name);

/** Matches only the `n`th matching command, from 1. */
export function nth(n: number, isMeant: IsMeant): IsMeant {
  let seen = 0;
  return (command) => isMeant(command) && ++seen === n;
}

interface Pair {
  client: Socket;
  server: Socket;
  /** The number of the message whose answer is to be lost. */
  lost: number | null;
}

interface Loss {
  isMeant: IsMeant;
  cut: Cut;
  done: (whole: Promise<void>) => void;
}

export class LineCut {
  /** Every command that the service has sent, in order. */
  readonly commands: Command[] = [];
  private readonly listener: Server;
  private readonly pairs = new Set<Pair>();
  /** Sockets that are held while the line is cut silently. */
  private readonly held = new Set<Socket>();
  private readonly target: number;
  private loss: Loss | null = null;
  private broken: CutKind | null = null;
  private cutting: Promise<void> = Promise.resolve();

  private constructor(target: number) {
    this.target = target;
    this.listener = createServer((client) => this.take(client));
  }

  /** @param target the port of the mongod on 127.0.0.1 */
  static async open(target: number): Promise<LineCut> {
    const line = new LineCut(target);
    await new Promise<void>((resolve) => {
      line.listener.listen(0, '127.0.0.1', resolve);
    });
    return line;
  }

  /** The address of a database through the line. */
  uri(database: string): string {
    return `mongodb://127.0.0.1:${(this.listener.address() as AddressInfo).port}/${database}?directConnection=true`;
  }

  /**
   * The next matching command reaches the server and is executed; its answer is lost and the line is cut. Resolves when
   * the line works again.
   */
  loseAnswer(isMeant: IsMeant, cut: Cut): Promise<void> {
    return new Promise((resolve, reject) => {
      this.loss = { isMeant, cut, done: (whole) => void whole.then(resolve, reject) };
    });
  }

  /** Whether an answer that is to be lost has not come yet. */
  get isWaiting(): boolean {
    return this.loss !== null;
  }

  /** Cancels a loss that has not happened yet. */
  loseNothing(): void {
    this.loss = null;
  }

  /** Resolves when the line is not cut. */
  async whole(): Promise<void> {
    await this.cutting;
  }

  /** Cuts the line; resolves when it works again. */
  async cut(cut: Cut): Promise<void> {
    this.cutting = this.broke(cut);
    await this.cutting;
  }

  private async broke({ kind, ms }: Cut): Promise<void> {
    this.broken = kind;
    for (const pair of this.pairs) {
      if (kind === 'refused') breakOff(pair);
      else this.hold(pair);
    }
    await lasting(ms);
    this.broken = null;
    for (const socket of this.held) socket.resetAndDestroy();
    this.held.clear();
  }

  async close(): Promise<void> {
    for (const pair of this.pairs) breakOff(pair);
    for (const socket of this.held) socket.destroy();
    await new Promise((resolve) => this.listener.close(resolve));
  }

  private take(client: Socket): void {
    client.on('error', () => undefined);
    if (this.broken === 'refused') {
      client.resetAndDestroy();
      return;
    }
    if (this.broken === 'silent') {
      this.held.add(client.pause());
      return;
    }
    const pair: Pair = { client, server: connect(this.target, '127.0.0.1'), lost: null };
    this.pairs.add(pair);
    pair.server.on('error', () => undefined);
    client.on('close', () => breakOff(pair));
    pair.server.on('close', () => {
      this.pairs.delete(pair);
      if (!this.held.has(client)) client.resetAndDestroy();
    });
    const up = new Messages();
    const down = new Messages();
    client.on('data', (chunk: Buffer) => {
      const messages = up.push(chunk);
      for (const message of messages) this.note(pair, message);
      pass(messages, client, pair.server);
    });
    pair.server.on('data', (chunk: Buffer) => {
      pass(
        down.push(chunk).filter((message) => this.goesOn(pair, message)),
        pair.server,
        client,
      );
    });
  }

  /** Examines a message of the service. */
  private note(pair: Pair, message: Buffer): void {
    const command = commandOf(message);
    if (!command) return;
    this.commands.push(command);
    if (pair.lost === null && this.loss?.isMeant(command)) pair.lost = numberOf(message);
  }

  /** Whether to forward a message of the server. */
  private goesOn(pair: Pair, message: Buffer): boolean {
    if (pair.lost === null || answeredBy(message) !== pair.lost || !this.loss) return this.pairs.has(pair);
    const { cut, done } = this.loss;
    this.loss = null;
    done(this.cut(cut));
    return false;
  }

  /** Lets nothing pass any more. The server's side ends, as it would after its own timeout. */
  private hold(pair: Pair): void {
    this.held.add(pair.client.pause());
    pair.client.removeAllListeners('data');
    this.pairs.delete(pair);
    pair.server.destroy();
  }
}

const breakOff = ({ client, server }: Pair): void => {
  client.resetAndDestroy();
  server.destroy();
};

/** Forwards messages, no faster than the other side reads. */
function pass(messages: readonly Buffer[], from: Socket, to: Socket): void {
  for (const message of messages) {
    if (to.destroyed || to.write(message)) continue;
    from.pause();
    to.once('drain', () => from.resume());
  }
}
