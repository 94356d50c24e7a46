export const TEMPLATE = 'rollbook_template';
export const WORKER_PASSWORD = 'worker';
export const API_PASSWORD = 'api';
/** Namespaces that the test server knows from its start; every test district takes one of its own. */
export const NAMESPACES = Array.from({ length: 60 }, (_, n) => `district-${n + 1}`);
