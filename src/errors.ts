/** The complete catalogue of errors: a stable code with its status and title. Answers are RFC 9457 problem details. */
const CATALOGUE = {
  // 400: the request cannot be read
  'malformed-json': { status: 400, title: 'The body is not one valid JSON document' },
  'malformed-file': { status: 400, title: 'The file breaks the rules of its format' },
  'malformed-request': { status: 400, title: 'The request cannot be read' },
  'invalid-query': { status: 400, title: 'A query parameter is unknown or has an unusable value' },
  'invalid-header': { status: 400, title: 'A header is missing or has an unusable value' },
  'invalid-cursor': { status: 400, title: 'The cursor does not belong to this list' },
  'idempotency-key-invalid': { status: 400, title: 'The Idempotency-Key is not usable' },
  // 401 and 403: who is asking
  'credentials-invalid': { status: 401, title: 'E-mail address or password is wrong' },
  'token-missing': { status: 401, title: 'This operation needs a bearer token or a session' },
  'token-invalid': { status: 401, title: 'The token is invalid, expired or revoked' },
  'session-ended': { status: 401, title: 'The session has ended' },
  'cross-origin-refused': { status: 403, title: 'The request does not come from a page of this service' },
  'role-forbidden': { status: 403, title: 'Your role does not allow this operation' },
  // 404 to 406: what is requested
  'not-found': { status: 404, title: 'It does not exist, or you have no access to it' },
  'original-not-kept': { status: 404, title: 'The uploaded file is not kept' },
  'method-not-allowed': { status: 405, title: 'This resource does not support that method' },
  'not-acceptable': { status: 406, title: 'None of the accepted media types is available' },
  // 408: sent too slowly
  'upload-timeout': { status: 408, title: 'The request did not arrive in time' },
  // 409 to 412: in conflict with what is stored
  'email-taken': { status: 409, title: 'Another user has this e-mail address' },
  'external-id-taken': { status: 409, title: 'You have another recording with this id' },
  'content-exists': { status: 409, title: 'You already have this recording' },
  'attendance-id-taken': { status: 409, title: 'Another attendance has this external id' },
  'other-patient': { status: 409, title: 'The study belongs to another patient than the recording' },
  'already-known': { status: 409, title: 'This value is already known and cannot be replaced' },
  'identifier-taken': { status: 409, title: 'This identifier is already in use' },
  'patient-in-use': { status: 409, title: 'Recordings refer to the patient' },
  'study-in-use': { status: 409, title: 'Recordings refer to the study' },
  'encounter-in-use': { status: 409, title: 'Conditions refer to the encounter' },
  'user-in-use': { status: 409, title: 'The user owns recordings' },
  'user-inactive': { status: 409, title: 'The user is deactivated' },
  'last-admin': { status: 409, title: 'There must always be one active admin' },
  'own-account': { status: 409, title: 'You cannot delete, demote or deactivate yourself' },
  'too-many-annotations': { status: 409, title: 'The recording has as many annotations as it may have' },
  'too-many-versions': { status: 409, title: 'The comment has as many versions as it may have' },
  'nothing-to-sign': { status: 409, title: 'There is no comment to sign' },
  'comment-signed': { status: 409, title: 'The comment is signed' },
  'import-ended': { status: 409, title: 'The import has already ended' },
  'offset-stale': { status: 409, title: 'The offset is not where the upload goes on' },
  'upload-incomplete': { status: 409, title: 'The upload has not been received completely' },
  'upload-in-use': { status: 409, title: 'A recording is being made of the upload' },
  'upload-used': { status: 409, title: 'The upload was made into a recording' },
  'upload-expired': { status: 410, title: 'The upload has expired' },
  'tus-version-unsupported': { status: 412, title: 'This version of the tus protocol is not supported' },
  'request-in-progress': { status: 409, title: 'A request with this Idempotency-Key is still in progress' },
  'answer-not-kept': { status: 409, title: 'The request has been carried out, but its answer is not kept' },
  'version-stale': { status: 412, title: 'The resource has changed since you read it' },
  // 413 to 416: what was sent, and which part is asked for
  'body-too-large': { status: 413, title: 'The body is larger than the limit' },
  'upload-quota-exceeded': { status: 413, title: 'Your unfinished uploads would be larger than the limit' },
  'media-type-unsupported': { status: 415, title: 'This content type or content encoding is not accepted' },
  'format-unknown': { status: 415, title: 'The format of the file is not supported' },
  'range-unsatisfiable': { status: 416, title: 'The range begins after the end of the file' },
  // 422: readable, but impossible to carry out
  'validation-failed': { status: 422, title: 'One or more fields are not valid' },
  'reference-unknown': { status: 422, title: 'The request refers to something that does not exist' },
  'recording-invalid': { status: 422, title: 'The content of the recording is not valid' },
  'annotations-invalid': { status: 422, title: 'The file has no annotations that fit this recording' },
  'sampling-rate-unknown': { status: 422, title: 'The sampling rate of this recording is not known' },
  'channel-ambiguous': { status: 422, title: 'Several channels of the recording can be meant' },
  'window-outside': { status: 422, title: 'The window lies outside the recording' },
  'date-missing': { status: 422, title: 'The recording has no date, which this format needs' },
  'format-unfit': { status: 422, title: 'The format cannot hold this recording' },
  'answer-too-large': { status: 422, title: 'The answer would be larger than the limit' },
  'idempotency-key-reused': { status: 422, title: 'The Idempotency-Key belongs to another request' },
  'reset-token-invalid': { status: 422, title: 'The link to set a password is not valid' },
  'cohort-too-large': { status: 422, title: 'These are more recordings than can be counted at once' },
  // 429 and 431: too many requests, or too large a head
  'too-many-uploads': { status: 429, title: 'You have too many uploads in progress' },
  'too-many-reads': { status: 429, title: 'You have too many large answers in progress' },
  'too-many-streams': { status: 429, title: 'You have too many event streams open' },
  'rate-limited': { status: 429, title: 'Too many requests' },
  'head-too-large': { status: 431, title: 'The request line and headers are larger than the limit' },
  // 460: of the tus protocol
  'checksum-mismatch': { status: 460, title: 'The bytes do not have the checksum that was sent with them' },
  // 500 to 507: not the client's fault
  'internal-error': { status: 500, title: 'Something went wrong on our side' },
  'too-busy': { status: 503, title: 'The service is too busy at the moment' },
  'not-ready': { status: 503, title: 'The service cannot do this at the moment' },
  'storage-full': { status: 507, title: 'There is not enough disk space to store this' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ErrorCode = keyof typeof CATALOGUE;

/**
 * One invalid field and the reason. `path` is a JSON Pointer into the body, or into the form or the query taken as an
 * object.
 */
export interface FieldError {
  path: string;
  message: string;
}

/** A failure on our side of which the client may know. It is `internal-error`, and logged with its message. */
export class OwnFault extends Error {
  /** What is shown to the client. */
  readonly detail: string;

  constructor(message: string, detail: string, options?: ErrorOptions) {
    super(message, options);
    this.detail = detail;
  }
}

/** An error that is shown to the client. Any other error becomes `internal-error` and is logged. */
export class Problem extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly title: string;
  readonly errors: readonly FieldError[] | undefined;
  readonly headers: Readonly<Record<string, string>>;

  /** @param detail what happened in this case and what to do about it; shown to the client */
  constructor(
    code: ErrorCode,
    detail: string,
    extra: { errors?: readonly FieldError[]; headers?: Record<string, string>; cause?: unknown } = {},
  ) {
    super(detail, { cause: extra.cause });
    this.name = 'Problem';
    this.code = code;
    this.status = CATALOGUE[code].status;
    this.title = CATALOGUE[code].title;
    this.errors = extra.errors;
    this.headers = extra.headers ?? {};
  }
}

/** The one answer for an id that is unknown, malformed or another user's, so that the three cannot be told apart. */
export const notFound = (): Problem => new Problem('not-found', 'There is nothing at this address that you may see.');

/** The answer to a token that is not accepted, or not any more. */
export const tokenInvalid = (detail: string): Problem =>
  new Problem('token-invalid', detail, { headers: { 'WWW-Authenticate': 'Bearer error="invalid_token"' } });

/**
 * The answer while the database cannot be reached, and to a request that lost a race against others.
 * @param detail what happened, when the same request may succeed if it is repeated at once
 */
export const notReady = (cause?: unknown, detail = 'Try again in a few seconds.'): Problem =>
  new Problem('not-ready', detail, { cause, headers: { 'Retry-After': '5' } });

/** The catalogue as rows, for the API document and its test. */
export const catalogue = (): { code: ErrorCode; status: number; title: string }[] =>
  (Object.keys(CATALOGUE) as ErrorCode[]).map((code) => ({ code, ...CATALOGUE[code] }));
