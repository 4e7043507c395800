/**
 * Messages of MongoDB's wire protocol, as far as tests need them: their boundaries, which message they answer, and
 * their command.
 */
import { mongo } from 'mongoose';

/** A command sent to the server, such as `insert` into `ecgBlocks`. */
export interface Command {
  name: string;
  /** Null if the command has no collection, such as `commitTransaction`. */
  collection: string | null;
  /** Null if the command has none. */
  writeConcern: Record<string, unknown> | null;
}

/** Header: length of the message, its number, the number of the message that it answers, its kind. */
const HEADER_BYTES = 16;
const OP_MSG = 2013;
/** Flag of an OP_MSG that ends with a checksum after its sections. */
const HAS_CHECKSUM = 1;
const CHECKSUM_BYTES = 4;

/** Splits a stream of bytes into complete messages. */
export class Messages {
  private chunks: Buffer[] = [];
  private held = 0;

  /** The messages that are complete with this chunk. */
  push(chunk: Buffer): Buffer[] {
    this.chunks.push(chunk);
    this.held += chunk.length;
    const whole: Buffer[] = [];
    for (let length = this.nextLength(); length <= this.held; length = this.nextLength()) {
      const bytes = Buffer.concat(this.chunks, this.held);
      whole.push(bytes.subarray(0, length));
      this.chunks = [bytes.subarray(length)];
      this.held -= length;
    }
    return whole;
  }

  private nextLength(): number {
    if (this.held < HEADER_BYTES) return Infinity;
    const [first] = this.chunks;
    if (first && first.length < HEADER_BYTES) this.chunks = [Buffer.concat(this.chunks, this.held)];
    return this.chunks[0]!.readInt32LE(0);
  }
}

export const numberOf = (message: Buffer): number => message.readInt32LE(4);

/** The number of the message that this one answers. */
export const answeredBy = (message: Buffer): number => message.readInt32LE(8);

/** The command of a message; null for older kinds of messages, such as a driver's first handshake. */
export function commandOf(message: Buffer): Command | null {
  if (message.readInt32LE(12) !== OP_MSG) return null;
  const flags = message.readUInt32LE(HEADER_BYTES);
  const end = message.length - (flags & HAS_CHECKSUM ? CHECKSUM_BYTES : 0);
  for (let at = HEADER_BYTES + 4; at < end;) {
    const isBody = message[at] === 0;
    const size = message.readInt32LE(at + 1);
    if (isBody) {
      const body = mongo.BSON.deserialize(message.subarray(at + 1, at + 1 + size));
      const [[name, value] = ['', null]] = Object.entries(body);
      const writeConcern = (body['writeConcern'] ?? null) as Command['writeConcern'];
      return { name, collection: typeof value === 'string' ? value : null, writeConcern };
    }
    // A document sequence contains no fields of the command itself.
    at += 1 + size;
  }
  return null;
}
