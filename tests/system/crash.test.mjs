// A child that ends, hangs or will not end.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {PART} from './ask.mjs';
import {matrix} from './matrix.mjs';

const CRASH = [502, 'upstream_error'];
const LATE = [504, 'timeout'];
const INSTALLATION = [500, 'internal_error'];
const START = {fails: LATE, late: 'PROXY_START_SECONDS'};
const FIRST = {fails: LATE, late: 'PROXY_FIRST_SECONDS'};
const IDLE = {fails: LATE, late: 'PROXY_IDLE_SECONDS', said: PART};
const WHOLE = {says: PART, prompt: true};

const ABORT = 6;
const KILL = 9;
const SEGV = 11;
const MARK = 'zebra-9317';

/** Nothing that the child wrote to stderr is the client's business. */
function assertDiscreet(got) {
  assert.ok(!got.error.message.includes(MARK), got.error.message);
}

const stack = matrix([
  {text: 'fake:exit before 0', fails: CRASH},
  {text: 'fake:exit before 3', fails: CRASH},
  {text: 'fake:exit init 0', fails: CRASH},
  {text: 'fake:exit init 1', fails: CRASH},
  {text: 'fake:exit mid 0', fails: CRASH, said: PART},
  {text: 'fake:exit mid 3', fails: CRASH, said: PART},
  {text: 'fake:exit line 0', fails: CRASH, said: PART},
  {text: 'fake:exit done 0', ...WHOLE},
  {text: 'fake:exit after 1', ...WHOLE},
  {text: `fake:gripe before ${MARK}`, fails: CRASH, also: assertDiscreet},
  {text: `fake:gripe mid ${MARK}`, fails: CRASH, said: PART, also: assertDiscreet},

  {name: 'wants more memory than it may have', text: 'fake:long other 5000000000', fails: CRASH},

  {text: `fake:signal before ${KILL}`, fails: CRASH},
  {text: `fake:signal before ${SEGV}`, fails: CRASH},
  {text: `fake:signal init ${ABORT}`, fails: CRASH},
  {text: `fake:signal mid ${KILL}`, fails: CRASH, said: PART},
  {text: `fake:signal mid ${SEGV}`, fails: CRASH, said: PART},
  {text: `fake:signal mid ${ABORT}`, fails: CRASH, said: PART},
  {text: `fake:signal done ${SEGV}`, ...WHOLE},

  {text: 'fake:close before', fails: CRASH},
  {text: 'fake:close init', fails: CRASH},
  {text: 'fake:close mid', fails: CRASH, said: PART},
  {text: 'fake:close done', ...WHOLE},

  {text: 'fake:hang before', ...FIRST},
  {text: 'fake:hang init', ...FIRST},
  {text: 'fake:hang mid', ...IDLE},
  {text: 'fake:hang line', ...IDLE},
  {text: 'fake:hang done', ...WHOLE},
  {text: 'fake:hang after', ...WHOLE},
  {name: 'says much, but no word of the model', text: 'fake:chatter init', ...FIRST},
  {text: 'fake:chatter done', ...WHOLE},
  {text: 'fake:chatter after', ...WHOLE},
  {
    name: 'does not say whether its answer fits the schema',
    text: 'fake:schema hang',
    schema: {type: 'object', properties: {}},
    ...IDLE,
    said: '{}',
  },

  {text: 'fake:stubborn before', ...FIRST},
  {text: 'fake:stubborn mid', ...IDLE},
  {text: 'fake:stubborn done', ...WHOLE},
  {text: 'fake:stubborn after', ...WHOLE},

  {text: 'fake:grandchild before', fails: CRASH},
  {text: 'fake:grandchild mid', fails: CRASH, said: PART},
  ...['deaf', 'session', 'daemon'].flatMap(kind => [
    {text: `fake:grandchild mid ${kind}`, fails: CRASH, said: PART},
    {text: `fake:grandchild after ${kind}`, ...WHOLE},
    {text: `fake:grandchild init ${kind} stay`, ...FIRST},
    {text: `fake:grandchild after ${kind} stay`, ...WHOLE},
  ]),

  {name: 'exits at boot', system: 'fake:exit before 3', text: 'hello', fails: CRASH},
  {
    name: 'complains and exits at boot',
    system: `fake:gripe before ${MARK}`, text: 'hello', fails: CRASH, also: assertDiscreet,
  },
  {name: 'killed at boot', system: `fake:signal before ${KILL}`, text: 'hello', fails: CRASH},
  {name: 'closes stdout at boot', system: 'fake:close before', text: 'hello', fails: CRASH},
  {name: 'hangs at boot', system: 'fake:hang before', text: 'hello', ...START},
  {name: 'says much at boot', system: 'fake:chatter before', text: 'hello', ...START},
  {name: 'refuses to initialize', system: 'fake:refuse', text: 'hello', fails: INSTALLATION},
  {
    name: 'does not read 1 MB',
    system: 'fake:deaf',
    text: 'long '.repeat(209_000),
    ...FIRST,
  },
  {
    name: 'closes its stdin before 1 MB',
    system: 'fake:deaf close',
    text: 'long '.repeat(209_000),
    ...FIRST,
  },
  {
    name: 'exits in the history',
    turns: [['user', 'fake:exit before 1'], ['assistant', 'so']],
    text: 'hello',
    fails: CRASH,
  },
  {
    name: 'hangs in the history',
    turns: [['user', 'fake:hang before'], ['assistant', 'so']],
    text: 'hello',
    ...FIRST,
  },
]);

test('what it wrote to stderr is not logged', () => {
  assert.ok(!stack().log().includes(MARK));
});
