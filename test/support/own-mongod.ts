/** A test's own mongod that is stopped, killed and restarted on the same data and port. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mongoose from 'mongoose';
import { eventually } from './eventually.ts';
import { freePort } from './free-port.ts';

const ARGUMENTS = [
  '--bind_ip',
  '127.0.0.1',
  '--replSet',
  'rs0',
  '--wiredTigerCacheSizeGB',
  '0.25',
  '--oplogSize',
  '256',
  '--quiet',
  '--setParameter',
  'diagnosticDataCollectionEnabled=false',
];
/** Recovery after a kill, on a busy machine. */
const PRIMARY_MS = 60_000;

export class OwnMongod {
  readonly port: number;
  private readonly binary: string;
  private readonly folder: string;
  private child: ChildProcess;

  private constructor(binary: string, folder: string, port: number) {
    this.binary = binary;
    this.folder = folder;
    this.port = port;
    this.child = this.launched();
  }

  /** Starts a replica set of one on a free port. @param binary path of a mongod */
  static async start(binary: string): Promise<OwnMongod> {
    const mongod = new OwnMongod(binary, mkdtempSync(join(tmpdir(), 'leadwire-mongod-')), await freePort());
    try {
      const members = [{ _id: 0, host: `127.0.0.1:${mongod.port}` }];
      await mongod.command({ replSetInitiate: { _id: 'rs0', members } });
      await mongod.primary();
    } catch (error) {
      await mongod.stop();
      throw error;
    }
    return mongod;
  }

  uri(database: string): string {
    return `mongodb://127.0.0.1:${this.port}/${database}?directConnection=true`;
  }

  /** SIGSTOP, or SIGCONT after it. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.child.kill(signal);
  }

  /** Kills it without warning. */
  async kill(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await ended;
  }

  /** Restarts it after `kill`; it is not primary yet. */
  restart(): void {
    this.child = this.launched();
  }

  /** Resolves when it accepts writes. */
  async primary(): Promise<void> {
    const isPrimary = async (): Promise<boolean> => Boolean((await this.command({ hello: 1 }))['isWritablePrimary']);
    await eventually('mongod is primary', isPrimary, PRIMARY_MS);
  }

  /** Ends it and removes its data. */
  async stop(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private launched(): ChildProcess {
    const place = ['--dbpath', this.folder, '--port', String(this.port)];
    return spawn(this.binary, [...place, ...ARGUMENTS], { stdio: 'ignore' });
  }

  private async command(command: object): Promise<Record<string, unknown>> {
    const options = { serverSelectionTimeoutMS: PRIMARY_MS };
    const connection = await mongoose.createConnection(this.uri('admin'), options).asPromise();
    try {
      return await connection.getClient().db('admin').command(command);
    } finally {
      await connection.close();
    }
  }
}
