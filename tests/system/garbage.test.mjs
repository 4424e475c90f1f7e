// A child whose output is hard to read.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {PART} from './ask.mjs';
import {matrix} from './matrix.mjs';

const BAD = [502, 'upstream_error'];
const TOO_LONG = [400, null];
const NOISE = 'Heard through the noise.';
const MB = 1024 * 1024;
const LONGEST_LINE = 16 * MB;

/** One U+FFFD for each byte that is no character, and for each half of a surrogate pair. */
const BROKEN = [['caf', 1], [' ', 2], [' ', 3], [' ', 3], [' ', 3], [' ', 1], [' ', 1], [' ', 2]];
const REPAIRED = BROKEN.map(([text, n]) => text + '\ufffd'.repeat(n)).join('')
  + ' \u{1d11e} \u20ac\u{1d11e}.';

const stack = matrix([
  {text: 'fake:bytes 1', says: 'Z\u00fcrich \u20ac5 \u{1d11e} done.'},
  {text: 'fake:bytes 3', says: 'Z\u00fcrich \u20ac5 \u{1d11e} done.'},
  {text: 'fake:broken', says: REPAIRED},
  {name: 'cut at every byte', text: 'fake:broken 1', says: REPAIRED},
  {name: 'cut at every second byte', text: 'fake:broken 2', says: REPAIRED},
  {name: 'cut at every third byte', text: 'fake:broken 3', says: REPAIRED},

  {text: `fake:long delta ${4 * MB}`, says: 'x'.repeat(4 * MB)},
  {text: `fake:long delta ${9 * MB}`, fails: TOO_LONG, said: ''},
  {text: `fake:long other ${10 * MB}`, says: 'Past the long line.'},
  {text: `fake:long other ${17 * MB}`, fails: BAD},
  {text: `fake:long line ${LONGEST_LINE}`, says: 'Past the long line.'},
  {text: `fake:long line ${LONGEST_LINE + 1}`, fails: BAD},
  {text: 'fake:endless before', fails: BAD},
  {text: 'fake:endless mid', fails: BAD, said: PART},

  {text: 'fake:noise crlf', says: NOISE},
  {text: 'fake:noise empty', says: NOISE},
  {text: 'fake:noise banner', says: NOISE},
  {text: 'fake:noise nul', says: NOISE},
  {text: 'fake:noise unknown', says: NOISE},
  {text: 'fake:noise types', says: NOISE},
  {name: 'no newline at the end', text: 'fake:unended 0', says: PART},
  {text: 'fake:truncate init', fails: BAD},
  {text: 'fake:truncate mid', fails: BAD, said: PART},
  {text: 'fake:truncate done', says: PART},
  {text: 'fake:results', says: PART},
  {text: 'fake:results twice', says: PART},

  {name: 'stderr is closed first', text: 'fake:stderr', says: 'Still here.'},
  {name: '100 MB on stderr', text: `fake:stderr ${100 * MB}`, says: 'Still here.'},
], {PROXY_FIRST_SECONDS: '20', PROXY_IDLE_SECONDS: '20'}); /* long lines take a busy machine long */

test('what a child writes to stderr does not fill the log', () => {
  assert.ok(stack().log().length < MB, `${stack().log().length} bytes of log`);
});
