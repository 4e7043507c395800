/**
 * The grammar of a data set (PS3.5, chapter 7): elements, sequences and items of any transfer syntax. Every length is
 * checked against the enclosing scope.
 */
import { figure } from '../common/messages.ts';
import type { DecoderLimits } from '../types.ts';
import type { ByteReader } from '../common/byte-reader.ts';
import { Dataset, type Text } from './dataset.ts';
import { contentError, syntaxError } from './failure.ts';
import {
  ELEMENTS,
  type ElementName,
  ITEM,
  ITEM_END,
  LONG_VRS,
  NAMES,
  printed,
  SEQUENCE_END,
  SHORT_VRS,
  UNDEFINED_LENGTH,
} from './tags.ts';

/** A scope of elements: the whole data set, or an item. */
export interface Scope {
  implicit: boolean;
  littleEndian: boolean;
  /** Position after its last byte; that of the enclosing scope if its own length is undefined. */
  end: number;
  /** Whether it ends with a delimiter. */
  delimited: boolean;
  depth: number;
}

/** An element whose value has not been read yet. */
export interface Element {
  tag: number;
  name: ElementName | null;
  vr: string;
  /** Its representation is unknown (UN): nested elements are implicit VR little endian in any scope (PS3.5, 6.2.2). */
  unknown: boolean;
  /** Length of the value; null if undefined: it then ends with a delimiter. */
  length: number | null;
  offset: number | null;
}

/** A budget of bytes that may be held; bytes no longer needed are returned to it. */
export class Budget {
  readonly #most: number;
  #used = 0;

  constructor(most: number) {
    this.#most = most;
  }

  take(bytes: number, offset: number | null): void {
    this.#used += bytes;
    if (this.#used > this.#most)
      throw contentError(
        offset,
        `The file contains more than ${figure(this.#most)} bytes of values besides its waveforms.`,
      );
  }

  get used(): number {
    return this.#used;
  }

  /** Resets the use to an earlier value. */
  release(used: number): void {
    this.#used = used;
  }
}

/** Cost of a field in addition to its bytes, so that very many empty fields are bounded, too. */
const FIELD_OVERHEAD = 32;

export class ElementReader {
  readonly bytes: ByteReader;
  readonly budget: Budget;
  readonly #limits: DecoderLimits;

  constructor(bytes: ByteReader, limits: DecoderLimits) {
    this.bytes = bytes;
    this.#limits = limits;
    this.budget = new Budget(limits.maxMetadataBytes);
  }

  /** The next element of a scope, with its value unread; null at the end of the scope. */
  async next(scope: Scope): Promise<Element | null> {
    const { bytes } = this;
    if (bytes.position >= scope.end) {
      if (scope.delimited) throw this.#error('An item has no end.');
      return null;
    }
    if (scope.depth === 0 && !(await bytes.has(1))) return null;
    const offset = bytes.offset();
    await this.#need(8, scope);
    const tag = this.#tag(scope);
    if (tag === ITEM_END && scope.delimited) {
      bytes.take(8);
      return null;
    }
    if (tag >>> 16 === 0xfffe)
      throw syntaxError(offset, `${printed(tag)} is not allowed here, where an element is expected.`);
    const name = NAMES.get(tag) ?? null;
    let vr: string = name === null ? 'UN' : ELEMENTS[name][1];
    let unknown = scope.implicit;
    let length: number;
    if (scope.implicit) length = bytes.uint32(4, scope.littleEndian);
    else {
      const given = String.fromCharCode(bytes.uint8(4), bytes.uint8(5));
      if (LONG_VRS.has(given)) {
        await this.#need(12, scope);
        length = bytes.uint32(8, scope.littleEndian);
        bytes.take(4);
      } else {
        if (!SHORT_VRS.has(given))
          throw syntaxError(
            offset,
            `${printed(tag)} has the value representation ${JSON.stringify(given)}, which DICOM does not define.`,
          );
        length = bytes.uint16(6, scope.littleEndian);
      }
      unknown = given === 'UN';
      if (!unknown) vr = given;
    }
    bytes.take(8);
    if (length !== UNDEFINED_LENGTH && bytes.position + length > scope.end) {
      throw syntaxError(
        offset,
        `${printed(tag)} declares ${figure(length)} bytes, which is more than the item around it has.`,
      );
    }
    return { tag, name, vr, unknown, length: length === UNDEFINED_LENGTH ? null : length, offset };
  }

  /** Skips an element's value. */
  async skip(element: Element, scope: Scope): Promise<void> {
    if (element.length !== null) {
      if (!(await this.bytes.skip(element.length))) throw this.#cutOff(element);
      return;
    }
    const items = this.open(element, scope);
    for (let item = await items.next(); item !== null; item = await items.next()) {
      for (let inner = await this.next(item); inner !== null; inner = await this.next(item))
        await this.skip(inner, item);
    }
  }

  /** The bytes of an element's value: a copy, charged to the budget before it is made. */
  async value(element: Element): Promise<Uint8Array> {
    if (element.length === null) throw syntaxError(element.offset, `${printed(element.tag)} must have a length.`);
    this.budget.take(element.length + FIELD_OVERHEAD, element.offset);
    if (!(await this.bytes.has(element.length))) throw this.#cutOff(element);
    return new Uint8Array(this.bytes.take(element.length));
  }

  /** The items of a sequence, one by one; each must be read to its end before the next is requested. */
  open(element: Element, scope: Scope): { next(): Promise<Scope | null> } {
    const { bytes } = this;
    if (element.vr !== 'SQ' && !element.unknown)
      throw syntaxError(element.offset, `${printed(element.tag)} must have a length.`);
    const depth = scope.depth + 1;
    if (depth > this.#limits.maxDepth)
      throw contentError(element.offset, `Sequences are nested deeper than ${this.#limits.maxDepth} levels.`);
    const end = element.length === null ? scope.end : bytes.position + element.length;
    const inner = element.unknown
      ? { implicit: true, littleEndian: true }
      : { implicit: scope.implicit, littleEndian: scope.littleEndian };
    const next = async (): Promise<Scope | null> => {
      if (bytes.position >= end) {
        if (element.length === null) throw this.#error(`The sequence ${printed(element.tag)} has no end.`);
        return null;
      }
      await this.#need(8, { ...scope, end });
      const tag = this.#tag(inner);
      const length = bytes.uint32(4, inner.littleEndian);
      if (tag === SEQUENCE_END && element.length === null) {
        bytes.take(8);
        return null;
      }
      if (tag !== ITEM)
        throw this.#error(`The sequence ${printed(element.tag)} contains ${printed(tag)} instead of an item.`);
      bytes.take(8);
      if (length === UNDEFINED_LENGTH) return { ...inner, end, delimited: true, depth };
      if (bytes.position + length > end)
        throw this.#error(
          `An item of ${printed(element.tag)} declares ${figure(length)} bytes, which is more than its sequence has.`,
        );
      return { ...inner, end: bytes.position + length, delimited: false, depth };
    };
    return { next };
  }

  /** Keeps the value of a known element with everything nested in it; skips any other element. */
  async keep(element: Element, scope: Scope, into: Dataset, text: Text): Promise<void> {
    const { name } = element;
    if (name === null) return this.skip(element, scope);
    if (ELEMENTS[name][1] !== 'SQ') {
      if (element.vr === 'SQ') return this.skip(element, scope);
      const bytes = await this.value(element);
      into.setField(name, {
        vr: element.vr,
        bytes,
        littleEndian: element.unknown || scope.littleEndian,
        offset: element.offset,
      });
      return undefined;
    }
    const items = this.open(element, scope);
    const datasets: Dataset[] = [];
    for (let item = await items.next(); item !== null; item = await items.next()) {
      this.budget.take(FIELD_OVERHEAD, element.offset);
      datasets.push(await this.dataset(item, text));
    }
    into.setItems(name, datasets);
    return undefined;
  }

  /** Reads a scope to its end. */
  async dataset(scope: Scope, text: Text): Promise<Dataset> {
    const dataset = new Dataset(text);
    for (let element = await this.next(scope); element !== null; element = await this.next(scope))
      await this.keep(element, scope, dataset, text);
    return dataset;
  }

  async #need(count: number, scope: Scope): Promise<void> {
    if (this.bytes.position + count > scope.end) throw this.#error('An element is longer than the item around it.');
    if (!(await this.bytes.has(count))) throw this.#error('The file ends within an element.');
  }

  #tag(order: { littleEndian: boolean }): number {
    return this.bytes.uint16(0, order.littleEndian) * 65536 + this.bytes.uint16(2, order.littleEndian);
  }

  #error(reason: string): Error {
    return syntaxError(this.bytes.offset(), reason);
  }

  #cutOff(element: Element): Error {
    return syntaxError(
      element.offset,
      `The file ends within ${printed(element.tag)}, which declares ${figure(element.length ?? 0)} bytes.`,
    );
  }
}
