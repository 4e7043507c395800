/** Limits of one import. The size of its file is limited by the setting MAX_UPLOAD_BYTES. */

/** Bytes of one record with its line breaks, including those within quotes and the last one. */
export const MAX_RECORD_BYTES = 262_144;
/** Columns of one record. */
export const MAX_COLUMNS = 1_000;
/** Rows in one transaction: enough to make its round trips negligible, few enough to take well below a second. */
export const BATCH_ROWS = 1_000;
/** Bytes of the records in one transaction. */
export const BATCH_BYTES = 2_097_152;
/** Entries in the error report of one import; further errors are only counted. */
export const MAX_ERRORS_KEPT = 100_000;
/** Entries in the report for one row. */
export const MAX_ERRORS_A_ROW = 20;
/** Characters of a value in the error report. */
export const MAX_VALUE_LENGTH = 200;
/** Attempts without any progress after which an import is given up. */
export const MAX_ATTEMPTS = 10;
/** Imports that one instance works on at the same time. */
export const CONCURRENT_IMPORTS = 2;
