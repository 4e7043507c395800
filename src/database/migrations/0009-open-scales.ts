/**
 * Recordings list what their file left open, and are `calibrated` only with a physical unit. For existing recordings it
 * is no longer known what their file stated, so only values that were certainly missing are open: a rate of null; and
 * unit, gain and an unchanged zero level if no unit is known.
 */
import type { Migration } from './migration.ts';

/** As in `signal/units.ts` at that time: a migration keeps its own copy. */
const NO_QUANTITY: ReadonlySet<string> = new Set([
  '',
  '1',
  '-',
  '?',
  'nu',
  'none',
  'null',
  'unknown',
  'unitless',
  'dimensionless',
  'raw',
  'arb',
  'arb.',
  'arbitrary',
  'arbitrary unit',
  'arbitrary units',
  'au',
  'a.u.',
  "[arb'u]",
  'adc',
  'adu',
  'adus',
  'lsb',
  'lsbs',
  'bit',
  'bits',
  'digit',
  'digits',
  'count',
  'counts',
  'step',
  'steps',
]);
const isPhysical = (unit: string): boolean =>
  !NO_QUANTITY.has(
    unit
      .replaceAll(/\{[^{}]*\}/g, '')
      .trim()
      .toLowerCase(),
  );

interface Channel {
  samplingRate: number | null;
  unit: string | null;
  zeroLevel: number;
  calibrated: boolean;
  open?: string[];
}

export const openScales: Migration = {
  name: '0009-open-scales',
  async up(db) {
    const ecgs = db.collection<{ channels: Channel[] }>('ecgs');
    const unfinished = { channels: { $elemMatch: { open: { $exists: false } } } } as never;
    const fields = ['samplingRate', 'unit', 'zeroLevel', 'calibrated', 'open'].map((name) => [`channels.${name}`, 1]);
    for await (const { _id, channels } of ecgs.find(unfinished, { projection: Object.fromEntries(fields) })) {
      const set: Record<string, unknown> = {};
      for (const [i, channel] of channels.entries()) {
        const hasUnit = channel.unit !== null && isPhysical(channel.unit);
        if (channel.calibrated && !hasUnit) set[`channels.${i}.calibrated`] = false;
        set[`channels.${i}.open`] = [
          ...(channel.samplingRate === null ? ['samplingRate'] : []),
          ...(hasUnit ? [] : ['unit']),
          ...(hasUnit && channel.calibrated ? [] : ['gain']),
          ...(hasUnit || channel.zeroLevel !== 0 ? [] : ['zeroLevel']),
        ];
      }
      const isShown = Object.keys(set).some((path) => path.endsWith('.calibrated'));
      await ecgs.updateOne({ _id }, { $set: set, ...(isShown && { $inc: { version: 1 } }) });
    }
  },
  async down(db) {
    await db.collection('ecgs').updateMany({ channels: { $type: 'array' } }, { $unset: { 'channels.$[].open': 1 } });
  },
};
