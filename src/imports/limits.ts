/** The limits of one import. What one file may have in bytes is the setting MAX_UPLOAD_BYTES. */

/** Bytes of one record of a CSV file with its line breaks, those within quotes and the one that ends it. */
export const MAX_RECORD_BYTES = 262_144;
/** Columns of one record. */
export const MAX_COLUMNS = 1_000;
/** Rows that are written in one transaction: enough that its round trips do not count, few enough that it takes well below a second. */
export const BATCH_ROWS = 1_000;
/** Bytes of the records in one transaction. */
export const BATCH_BYTES = 2_097_152;
/** Entries in the error report of one import; rows beyond are counted and not listed. */
export const MAX_ERRORS_KEPT = 100_000;
/** Errors that one row may have in the report. */
export const MAX_ERRORS_A_ROW = 20;
/** Characters of a value in the error report. */
export const MAX_VALUE_LENGTH = 200;
/** How often an import is begun again without having got any further, before it is given up. */
export const MAX_ATTEMPTS = 10;
/** Imports that one instance of the service works on at once. */
export const CONCURRENT_IMPORTS = 2;
