/** A data set or item whose known elements have been read. Values are accessed by name and checked on access. */
import { ELEMENTS, type ElementName, printed } from './tags.ts';
import { contentError } from './failure.ts';

/** One value field, as it is in the file. */
export interface Field {
  vr: string;
  bytes: Uint8Array;
  littleEndian: boolean;
  offset: number | null;
}

/** Decodes text in the file's character set, which may become known only after the first item. */
export interface Text {
  decode(bytes: Uint8Array): string;
}

/** Bytes per number of each binary representation. */
const WIDTHS: Readonly<Record<string, number>> = { US: 2, SS: 2, UL: 4, SL: 4, FL: 4, FD: 8, UV: 8, SV: 8 };
const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

export class Dataset {
  readonly #text: Text;
  readonly #fields = new Map<ElementName, Field>();
  readonly #items = new Map<ElementName, Dataset[]>();

  constructor(text: Text) {
    this.#text = text;
  }

  setField(name: ElementName, field: Field): void {
    this.#fields.set(name, field);
  }

  setItems(name: ElementName, items: Dataset[]): void {
    this.#items.set(name, items);
  }

  has(name: ElementName): boolean {
    return this.#fields.has(name) || this.#items.has(name);
  }

  items(name: ElementName): readonly Dataset[] {
    return this.#items.get(name) ?? [];
  }

  field(name: ElementName): Field | null {
    return this.#fields.get(name) ?? null;
  }

  /** File offset of a value. */
  offset(name: ElementName): number | null {
    return this.#fields.get(name)?.offset ?? null;
  }

  /** The whole value as text without padding; null if it is absent or empty. */
  text(name: ElementName): string | null {
    const field = this.#fields.get(name);
    if (field === undefined || field.vr in WIDTHS) return null;
    const text = this.#text
      .decode(field.bytes)
      // oxlint-disable-next-line no-control-regex
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '')
      .trim();
    return text === '' ? null : text;
  }

  /** The values of an element that may have several; empty values are ''. */
  texts(name: ElementName): string[] {
    const text = this.text(name);
    return text === null ? [] : text.split('\\').map((value) => value.trim());
  }

  /** The first of several values. */
  first(name: ElementName): string | null {
    return this.texts(name)[0] || null;
  }

  /**
   * Numbers of a binary or a decimal element; none where it is absent or empty.
   * @throws FormatError `content` if one of them is not a finite number
   */
  numbers(name: ElementName): number[] {
    const field = this.#fields.get(name);
    if (field === undefined) return [];
    const width = WIDTHS[field.vr];
    if (width === undefined)
      return this.texts(name)
        .filter((value) => value !== '')
        .map((value) => this.#decimal(value, name));
    if (field.bytes.length % width !== 0)
      throw contentError(
        field.offset,
        `${name} ${printed(ELEMENTS[name][0])} must hold numbers of ${width} bytes each.`,
      );
    const view = new DataView(field.bytes.buffer, field.bytes.byteOffset, field.bytes.length);
    return Array.from({ length: field.bytes.length / width }, (_, index) => {
      const number = read(view, index * width, field.vr, field.littleEndian);
      return Number.isFinite(number) ? number : this.#refuse(String(number), name);
    });
  }

  /** The first of `numbers`, or null. */
  number(name: ElementName): number | null {
    return this.numbers(name)[0] ?? null;
  }

  #decimal(value: string, name: ElementName): number {
    const number = DECIMAL.test(value) ? Number(value) : NaN;
    return Number.isFinite(number) ? number : this.#refuse(value, name);
  }

  #refuse(value: string, name: ElementName): never {
    throw contentError(
      this.offset(name),
      `${name} ${printed(ELEMENTS[name][0])} must be a number, not ${JSON.stringify(value.slice(0, 40))}.`,
    );
  }
}

function read(view: DataView, at: number, vr: string, littleEndian: boolean): number {
  switch (vr) {
    case 'US':
      return view.getUint16(at, littleEndian);
    case 'SS':
      return view.getInt16(at, littleEndian);
    case 'UL':
      return view.getUint32(at, littleEndian);
    case 'SL':
      return view.getInt32(at, littleEndian);
    case 'FL':
      return view.getFloat32(at, littleEndian);
    case 'FD':
      return view.getFloat64(at, littleEndian);
    case 'UV':
      return Number(view.getBigUint64(at, littleEndian));
    default:
      return Number(view.getBigInt64(at, littleEndian));
  }
}
