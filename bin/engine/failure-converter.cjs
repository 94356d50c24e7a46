'use strict';
const { DefaultFailureConverter } = require('@temporalio/common');

/** Messages and stack traces of failures are encrypted like payloads. Temporal loads this file by its path, by this name. */
exports.failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
