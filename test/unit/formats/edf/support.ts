/** Writes valid and invalid EDF and BDF files field by field: a writer that shares no code with ours. */

export interface MadeSignal {
  label?: string | Uint8Array;
  unit?: string | Uint8Array;
  physical?: [string, string];
  digital?: [string, string];
  /** Samples per record. */
  samples?: number | string;
  /** Per record: its digits, or its text for annotations. */
  records: readonly (readonly number[] | string)[];
}

export interface MadeFile {
  version?: string | Uint8Array;
  patient?: string | Uint8Array;
  recording?: string;
  startDate?: string;
  startTime?: string;
  headerBytes?: string;
  reserved?: string;
  count?: string;
  duration?: string;
  signalCount?: string;
  signals: readonly MadeSignal[];
  tail?: Uint8Array;
}

export const BIOSEMI = Uint8Array.from([0xff, ...Buffer.from('BIOSEMI')]);

/** The bytes of a file; fields not given are those of a valid file. @param sampleBytes 2 for EDF, 3 for BDF */
export function made(file: MadeFile, sampleBytes: 2 | 3 = 2): Uint8Array {
  const { signals } = file;
  const records = Math.max(...signals.map((signal) => signal.records.length));
  const perRecord = signals.map((signal) =>
    typeof signal.records[0] === 'string'
      ? Math.ceil(Math.max(...signal.records.map((text) => Buffer.byteLength(text as string))) / sampleBytes)
      : signal.records[0]!.length,
  );
  const fields = [
    field(file.version ?? (sampleBytes === 2 ? '0' : BIOSEMI), 8),
    field(file.patient ?? '', 80),
    field(file.recording ?? '', 80),
    field(file.startDate ?? '15.01.26', 8),
    field(file.startTime ?? '09.30.00', 8),
    field(file.headerBytes ?? String(256 * (signals.length + 1)), 8),
    field(file.reserved ?? '', 44),
    field(file.count ?? String(records), 8),
    field(file.duration ?? '1', 8),
    field(file.signalCount ?? String(signals.length), 4),
    ...signals.map((signal) =>
      field(
        signal.label ??
          (typeof signal.records[0] === 'string' ? `${sampleBytes === 2 ? 'E' : 'B'}DF Annotations` : 'ECG I'),
        16,
      ),
    ),
    ...signals.map(() => field('', 80)),
    ...signals.map((signal) => field(signal.unit ?? 'uV', 8)),
    ...signals.map((signal) => field(signal.physical?.[0] ?? '-3276.8', 8)),
    ...signals.map((signal) => field(signal.physical?.[1] ?? '3276.7', 8)),
    ...signals.map((signal) => field(signal.digital?.[0] ?? '-32768', 8)),
    ...signals.map((signal) => field(signal.digital?.[1] ?? '32767', 8)),
    ...signals.map(() => field('', 80)),
    ...signals.map((signal, at) => field(String(signal.samples ?? perRecord[at]), 8)),
    ...signals.map(() => field('', 32)),
  ];
  const data: Buffer[] = [];
  for (let record = 0; record < records; record++) {
    for (const [at, signal] of signals.entries()) {
      const content = signal.records[record]!;
      const bytes = Buffer.alloc(perRecord[at]! * sampleBytes);
      if (typeof content === 'string') bytes.write(content);
      else for (const [number, digit] of content.entries()) bytes.writeIntLE(digit, number * sampleBytes, sampleBytes);
      data.push(bytes);
    }
  }
  return Buffer.concat([...fields, ...data, file.tail ?? new Uint8Array(0)]);
}

/** The first annotation of a record, which gives its time, and what follows it. */
export const timed = (seconds: number | string, ...lists: string[]): string =>
  `+${seconds}\x14\x14\0${lists.map((list) => `${list}\0`).join('')}`;

function field(content: string | Uint8Array, length: number): Buffer {
  const bytes = Buffer.alloc(length, 0x20);
  bytes.set(Buffer.from(content).subarray(0, length));
  return bytes;
}
