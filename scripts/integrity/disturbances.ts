/** Disturbs the service and its database during uploads, at moments chosen from a seed. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Cut, isWrite, type LineCut, nth } from '../../test/support/line-cut.ts';
import type { OwnMongod } from '../../test/support/own-mongod.ts';
import { Random } from '../../src/synth/random.ts';
import type { Service } from './service.ts';

export type Disturbance = 'kill of the service' | 'kill of mongod' | 'cut of the line';

export interface Counts {
  kills: number;
  cuts: number;
}

/** A cut may be shorter or longer than the ten seconds that the service waits. */
const CUT_MS = [500, 16_000] as const;
/** The maximum delay of a disturbance after its turn has come. */
const MOMENT_MS = 400;
/** How long to wait for a write before the line is cut without one. */
const WRITE_MS = 5_000;

export class Disturbances {
  private readonly random: Random;
  private readonly service: Service;
  private readonly mongod: OwnMongod;
  private readonly line: LineCut;

  constructor(seed: number, service: Service, mongod: OwnMongod, line: LineCut) {
    this.random = new Random(seed, 'disturbances');
    this.service = service;
    this.mongod = mongod;
    this.line = line;
  }

  /** All disturbances, in an order chosen from the seed. */
  plan({ kills, cuts }: Counts): Disturbance[] {
    const some = (kind: Disturbance, count: number): Disturbance[] => Array.from({ length: count }, () => kind);
    const killed = [...some('kill of the service', kills), ...some('kill of mongod', kills)];
    const all = [...killed, ...some('cut of the line', cuts)];
    const placed = all.map((kind) => ({ kind, place: this.random.uniform() }));
    return placed.toSorted((a, b) => a.place - b.place).map(({ kind }) => kind);
  }

  /** Causes one disturbance; resolves when everything is running again. Returns a description of it. */
  async happen(kind: Disturbance): Promise<string> {
    await sleep(this.random.uniform() * MOMENT_MS);
    if (kind === 'kill of the service') {
      await this.service.kill();
      return kind;
    }
    if (kind === 'kill of mongod') {
      await this.mongod.kill();
      this.mongod.restart();
      await this.mongod.primary();
      return kind;
    }
    const [least, most] = CUT_MS;
    const ms = Math.round(least + this.random.uniform() * (most - least));
    const cut: Cut = { kind: this.random.uniform() < 0.5 ? 'refused' : 'silent', ms };
    const words = `${kind}, ${cut.kind} for ${(cut.ms / 1_000).toFixed(1)} s`;
    const write = 1 + Math.floor(this.random.uniform() * 6);
    if (this.random.uniform() < 0.3) {
      await this.line.cut(cut);
      return words;
    }
    const lost = this.line.loseAnswer(nth(write, isWrite), cut);
    for (const until = performance.now() + WRITE_MS; this.line.isWaiting; await sleep(5)) {
      if (performance.now() < until) continue;
      this.line.loseNothing();
      await this.line.cut(cut);
      return words;
    }
    await lost;
    return `${words}, with the answer to a write lost`;
  }
}
