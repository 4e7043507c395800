/** Addresses of the service. */

/** The prefix of all operations. */
export const API = '/api/v1';
