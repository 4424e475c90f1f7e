// A child whose output is hard to read.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {PART} from './ask.mjs';
import {matrix} from './matrix.mjs';

const BAD = [502, 'upstream_error'];
const NOISE = 'Heard through the noise.';
const MB = 1024 * 1024;

const stack = matrix([
  {text: 'fake:bytes 1', says: 'Z\u00fcrich \u20ac5 \u{1d11e} done.'},
  {text: 'fake:bytes 3', says: 'Z\u00fcrich \u20ac5 \u{1d11e} done.'},
  {text: 'fake:utf8', says: /^caf\ufffd+ \ufffd+ ok$/},
  {text: 'fake:surrogate', says: /^lone \ufffd+ half$/},

  {text: `fake:long delta ${4 * MB}`, says: 'x'.repeat(4 * MB)},
  {text: `fake:long delta ${9 * MB}`, fails: BAD, said: ''},
  {text: `fake:long other ${10 * MB}`, says: 'Past the long line.'},
  {text: `fake:long other ${17 * MB}`, fails: BAD},
  {text: 'fake:endless before', fails: BAD},
  {text: 'fake:endless mid', fails: BAD, said: PART},

  {text: 'fake:noise crlf', says: NOISE},
  {text: 'fake:noise empty', says: NOISE},
  {text: 'fake:noise banner', says: NOISE},
  {text: 'fake:noise unknown', says: NOISE},
  {text: 'fake:noise types', says: NOISE},
  {text: 'fake:results', says: PART},
  {text: 'fake:results twice', says: PART},

  {name: 'stderr is closed first', text: 'fake:stderr', says: 'Still here.'},
  {name: '10 MB on stderr', text: `fake:stderr ${10 * MB}`, says: 'Still here.'},
]);

test('what a child writes to stderr does not fill the log', () => {
  assert.ok(stack().log().length < MB, `${stack().log().length} bytes of log`);
});
