/** Reads a multipart/form-data body as it arrives: one part after the other, never the whole in memory. */
import type { Transform } from 'node:stream';
import { MultipartParser } from 'formidable';
import { Problem } from '../errors.ts';

export interface Part {
  /** Of the form's field. */
  name: string;
  /** As the client sent it, possibly with folders; null for a plain field. */
  fileName: string | null;
  /** To be read before the next part is requested; unread bytes are then discarded. */
  bytes: AsyncIterable<Uint8Array>;
}

/** Of all headers of a part together. */
const MAX_HEADER_BYTES = 16_384;
/** RFC 2046, section 5.1.1. */
const MAX_BOUNDARY_LENGTH = 70;

/** An event of the parser. Events with data have a `buffer` and its bounds. */
interface ParserEvent {
  name: 'partBegin' | 'headerField' | 'headerValue' | 'headerEnd' | 'headersEnd' | 'partData' | 'partEnd' | 'end';
  buffer?: Buffer;
  start?: number;
  end?: number;
}

/** The boundary that a Content-Type names; null if there is none. */
export const boundaryOf = (contentType: string): string | null =>
  /;\s*boundary=(?:"([^"]+)"|([^\s;"]+))/i
    .exec(contentType)
    ?.slice(1)
    .find((text) => text !== undefined) ?? null;

/**
 * The parts of a body, in their order.
 * @param contentType of the request, for the boundary
 * @param maxParts limited because each part costs time and memory, however short it is
 * Errors: `malformed-request`, `body-too-large`, and those of `body`.
 */
export async function* multipartParts(
  body: AsyncIterable<Uint8Array>,
  contentType: string,
  maxParts: number,
): AsyncGenerator<Part, void, void> {
  const boundary = boundaryOf(contentType);
  if (boundary === null || boundary.length > MAX_BOUNDARY_LENGTH) {
    throw malformed(`The Content-Type has no boundary of at most ${MAX_BOUNDARY_LENGTH} characters.`);
  }
  const parser = new MultipartParser();
  parser.initWithBoundary(boundary);
  const events = parsed(body, parser);
  const next = async (): Promise<ParserEvent | null> => {
    const { value, done } = await events.next();
    return done === true ? null : value;
  };
  let count = 0;
  try {
    for (let event = await next(); event !== null; event = await next()) {
      if (event.name !== 'partBegin') continue;
      if (++count > maxParts)
        throw new Problem(
          'body-too-large',
          `A form may have at most ${maxParts} parts, files and fields together (setting MAX_FORM_PARTS).`,
        );
      const { name, fileName } = await disposition(next);
      let isOver = false;
      const bytes = (async function* () {
        while (!isOver) {
          const data = await next();
          if (data === null || data.name === 'partEnd') isOver = true;
          else if (data.buffer) yield data.buffer.subarray(data.start, data.end);
        }
      })();
      yield { name, fileName, bytes };
      while (!isOver) isOver = ['partEnd', undefined].includes((await next())?.name);
    }
  } finally {
    await events.return();
    parser.destroy();
  }
}

/**
 * Parses piece by piece, only as far as requested: a caller that stops here has stopped reading the body, and may
 * answer.
 */
async function* parsed(body: AsyncIterable<Uint8Array>, parser: Transform): AsyncGenerator<ParserEvent, void, void> {
  // The callback of a piece also gets its error.
  parser.on('error', () => undefined);
  const read = (): ParserEvent | null => parser.read() as ParserEvent | null;
  for await (const piece of body) {
    const taken = new Promise<void>((resolve, reject) => {
      parser.write(piece, (error) => (error ? reject(malformed('A part has invalid headers.', error)) : resolve()));
    });
    taken.catch(() => undefined);
    for (let event = read(); event !== null; event = read()) yield event;
    await taken;
  }
  const ended = new Promise<void>((resolve, reject) => {
    parser.once('error', (error) => reject(malformed('It ends too early.', error)));
    parser.once('end', resolve);
  });
  ended.catch(() => undefined);
  parser.end();
  for (let event = read(); event !== null; event = read()) yield event;
  await ended;
}

/** Reads the headers of a part. */
async function disposition(
  next: () => Promise<ParserEvent | null>,
): Promise<{ name: string; fileName: string | null }> {
  let length = 0;
  let field = '';
  let value: Buffer[] = [];
  let found = '';
  for (let event = await next(); event?.name !== 'headersEnd'; event = await next()) {
    if (event === null) throw malformed('It ends too early.');
    const bytes = event.buffer?.subarray(event.start, event.end) ?? Buffer.alloc(0);
    length += bytes.length;
    if (length > MAX_HEADER_BYTES) throw malformed(`The headers of a part are longer than ${MAX_HEADER_BYTES} bytes.`);
    if (event.name === 'headerField') field += bytes.toString('latin1');
    else if (event.name === 'headerValue') value.push(bytes);
    else if (event.name === 'headerEnd') {
      if (field.toLowerCase() === 'content-disposition') found = Buffer.concat(value).toString();
      field = '';
      value = [];
    }
  }
  const name = parameter(found, 'name');
  if (name === null) throw malformed('A part has no name in its Content-Disposition.');
  const encoded = /;\s*filename\*=utf-8'[^']*'([^\s;]+)/i.exec(found)?.[1];
  return { name, fileName: (encoded === undefined ? null : decoded(encoded)) ?? parameter(found, 'filename') };
}

/** A parameter of a header, as browsers and curl write it: quoted, with a quote inside as %22 or \". */
function parameter(header: string, name: string): string | null {
  const [, quoted, plain] =
    new RegExp(String.raw`;\s*${name}=(?:"((?:[^"\\]|\\.)*)"|([^\s;"]+))`, 'i').exec(header) ?? [];
  return quoted?.replaceAll(String.raw`\"`, '"').replaceAll('%22', '"') ?? plain ?? null;
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

const malformed = (detail: string, cause?: unknown): Problem =>
  new Problem('malformed-request', `The multipart body cannot be read. ${detail}`, { cause });
