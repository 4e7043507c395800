/** Input and output of `/auth/session` and `/auth/sessions`. These schemas are components of the API document. */
import { z } from 'zod';
import { User } from '../users/schema.ts';

const time = z.string().meta({ format: 'date-time' });
const id = z.string().meta({ example: '665f1c2ab7e4d1a2c3b4d5e6' });
const expiresAt = time.meta({ description: 'When it ends, even if it is in use' });
const idleExpiresAt = time.meta({ description: 'When it ends if it is not refreshed' });

export const SessionAnswer = z
  .strictObject({
    id,
    user: User,
    accessExpiresIn: z.int().meta({ description: 'Seconds until requests need a refresh' }),
    idleExpiresIn: z.int().meta({ description: 'Seconds until the session ends if it is not refreshed' }),
    expiresIn: z.int().meta({ description: 'Seconds until the session ends, even if it is in use' }),
    idleExpiresAt,
    expiresAt,
  })
  .meta({ id: 'SessionAnswer' });
export type SessionAnswer = z.infer<typeof SessionAnswer>;

export const Session = z
  .strictObject({
    id,
    createdAt: time,
    lastUsedAt: time.meta({ description: 'Its log-in or last refresh' }),
    idleExpiresAt,
    expiresAt,
    agent: z.string().nullable().meta({ description: 'The browser, as it calls itself' }),
    address: z.string().meta({ description: 'The network address of the log-in', example: '192.0.2.7' }),
    isCurrent: z.boolean().meta({ description: 'Whether this request belongs to it' }),
  })
  .meta({ id: 'Session' });
export type Session = z.infer<typeof Session>;

export const SessionList = z.strictObject({ items: z.array(Session) }).meta({ id: 'SessionList' });
export type SessionList = z.infer<typeof SessionList>;
