// What is written down about a request, and what never is.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import {after, before, describe, test} from 'node:test';
import {until} from '../lib/proc.mjs';
import {startStack} from '../lib/stack.mjs';
import {WAYS, ask, get, post, requestLine} from './ask.mjs';

const MARK = 'zebra-5521';

/** Requests that go well, badly and wrong, with the mark wherever a client can put it. */
async function makeTraffic(stack) {
  const ids = [];
  const prompts = [MARK, 'fake:heard', 'fake:exit mid 3', 'fake:error 429 rate_limit_error',
    'fake:noise banner', 'fake:init tools', 'fake:stderr 100000'];
  for (const text of prompts)
    for (const api of ['chat', 'responses'])
      for (const stream of [false, true])
        ids.push((await ask(stack, {
          api, stream, text, system: MARK, turns: [['user', MARK], ['assistant', MARK]],
        }, {headers: {'user-agent': MARK}})).headers.get('x-request-id'));
  const tools = [{name: MARK, description: MARK, parameters: {type: 'object', title: MARK}}];
  const schema = {type: 'object', properties: {[MARK]: {type: 'string'}}};
  for (const way of WAYS)
    for (const query of [
      {text: 'fake:calls 2', tools}, {text: 'fake:calls bare', tools}, {text: MARK, schema},
      {text: 'fake:schema none', schema}, {text: MARK, more: {user: MARK, seed: MARK}},
      {text: 'fake:init fewer', tools}, {text: MARK, more: {tool_choice: MARK}},
    ])
      ids.push((await ask(stack, {...way, ...query, system: MARK}, {headers: {origin: MARK}}))
        .headers.get('x-request-id'));
  await ask(stack, {text: MARK, model: MARK});
  await ask(stack, {text: MARK}, {headers: {'content-type': MARK}});
  await ask(stack, {text: MARK}, {headers: {authorization: `Bearer ${MARK}`}});
  await ask(stack, {text: MARK, turns: [[MARK, MARK]]});
  await get(stack, `/v1/${MARK}?${MARK}=1`);
  await get(stack, `/v1/models/${MARK}`);
  return ids;
}

function assertSilent(log, words) {
  for (const word of words)
    assert.ok(!log.includes(word), log.split('\n').find(line => line.includes(word)));
}

/** The fields of a line: values as texts, but numbers where JSON has them. */
const FORMATS = {
  json: JSON.parse,
  logfmt(line) {
    const field = /([a-z_]+)=("(?:[^"\\]|\\.)*"|[^\s"=\\]+)( |$)/y;
    const fields = {};
    while (field.lastIndex < line.length) {
      const [, name, value, space] = field.exec(line) ?? assert.fail(line);
      assert.ok(!(name in fields), `${name} twice: ${line}`);
      fields[name] = value.startsWith('"') ? JSON.parse(value) : value;
      assert.equal(space === ' ', field.lastIndex < line.length, line);
    }
    return fields;
  },
};

/** All of a stack's lines. */
function linesOf(stack, format) {
  const log = fs.readFileSync(path.join(stack.dir, 'proxy.log'), 'utf8');
  assert.ok(log.endsWith('\n'));
  return log.split('\n').slice(0, -1).map(line => {
    assert.ok(Buffer.byteLength(line) < 1024, `${line.length} bytes`);
    assert.match(line, /^[\x20-\x7e]*$/);
    return FORMATS[format](line);
  });
}

const REQUEST = ['time', 'level', 'pid', 'msg', 'id', 'method', 'path', 'key', 'status', 'model',
  'lease', 'first_ms', 'ms', 'in', 'out', 'error'];

function assertLines(stack, format) {
  const lines = linesOf(stack, format);
  assert.ok(lines.length > 10);
  for (const line of lines) {
    assert.deepEqual(Object.keys(line).slice(0, 4), REQUEST.slice(0, 4));
    assert.match(line.time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    assert.match(line.level, /^(error|warn|info|debug)$/);
    for (const name of ['pid', 'status', 'first_ms', 'ms', 'in', 'out'])
      if (name in line) {
        assert.equal(typeof line[name], format === 'json' ? 'number' : 'string');
        assert.match(String(line[name]), /^\d+$/, name);
      }
    if (line.msg === 'request') assert.deepEqual(Object.keys(line), REQUEST);
  }
}

function assertNoFileHolds(stack, word) {
  for (const entry of fs.readdirSync(stack.dir, {recursive: true, withFileTypes: true})) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    assert.ok(!fs.readFileSync(file, 'latin1').includes(word), file);
  }
}

for (const level of ['info', 'debug'])
  describe(`PROXY_LOG=${level}`, () => {
    let stack;
    let ids;
    before(async () => {
      stack = await startStack({claude: process.env.FAKE_CLAUDE, env: {PROXY_LOG: level}});
      ids = await makeTraffic(stack);
    });
    after(() => stack?.stop());

    test('every request has its line', () => {
      for (const id of ids) {
        assert.ok(id, 'an answer without an id');
        assert.ok(stack.log().includes(id), `request ${id} is not in the log`);
      }
    });
    test('the line names the key that was sent, if there was one', async () => {
      for (const id of ids) assert.match(await requestLine(stack, id), / key=default /);
      const strangers = [
        await get(stack, '/health'), await get(stack, `/v1/${MARK}`),
        await post(stack, {text: MARK}, {headers: {authorization: `Bearer ${MARK}`}}),
        await post(stack, {text: MARK}, {headers: {authorization: 'Bearer default'}}),
      ];
      for (const res of strangers)
        assert.match(await requestLine(stack, res.headers.get('x-request-id')), / key=- /);
    });
    test('no byte of a request or an answer, and no key, is in it', () =>
      assertSilent(stack.log(), [MARK, 'fake:', 'You wrote', 'Half an answer', stack.key]));
    test('every line is logfmt with its time and level, and none is long', () =>
      assertLines(stack, 'logfmt'));
    test('no file of the service holds a prompt', () => assertNoFileHolds(stack, MARK));
  });

test('what a child says on stderr may quote its prompt, and is not logged', async () => {
  const stack = await startStack({claude: process.env.FAKE_CLAUDE});
  try {
    for (const way of WAYS)
      assert.equal((await ask(stack, {...way, text: `fake:stderr echo ${MARK}`})).status, 200);
    assertSilent(stack.log(), [MARK, 'You said']);
  } finally {
    await stack.stop();
  }
});

test('but at debug its last words are, if it did not start', async () => {
  const stack = await startStack({claude: process.env.FAKE_CLAUDE, env: {PROXY_LOG: 'debug'}});
  try {
    for (const way of WAYS) {
      const system = `fake:gripe before ${way.api}-${way.stream} 1000000`;
      const got = await ask(stack, {...way, system, text: 'hello'});
      assert.equal(got.status, 502);
      const told = await until(() => stack.log().split('\n').find(line =>
        line.includes('said on stderr') && line.includes(`It was ${way.api}-${way.stream}`)),
      5000, 'it is in the log');
      assert.ok(told.length <= 1024, `${told.length} bytes`);
    }
    assertLines(stack, 'logfmt');
  } finally {
    await stack.stop();
  }
});

test('PROXY_LOG_FORMAT=json', async () => {
  const env = {PROXY_LOG_FORMAT: 'json', PROXY_LOG: 'debug'};
  const stack = await startStack({claude: process.env.FAKE_CLAUDE, env});
  try {
    const ids = await makeTraffic(stack);
    const find = id => linesOf(stack, 'json').find(line => line.id === id);
    for (const id of ids) await until(() => find(id), 5000, `request ${id} is in the log`);
    assertLines(stack, 'json');
    assertSilent(stack.log(), [MARK, 'fake:', 'You wrote', 'Half an answer', stack.key]);
    const stranger = await post(stack, {text: MARK}, {headers: {authorization: 'Bearer x'}});
    const id = stranger.headers.get('x-request-id');
    const {time, pid, ms, first_ms, ...rest} =
      await until(() => find(id), 5000, 'it is in the log');
    assert.deepEqual(rest, {
      level: 'info', msg: 'request', id, method: 'POST', path: '/chat/completions', key: null,
      status: 401, model: null, lease: null, in: 0, out: 0, error: 'key',
    });
  } finally {
    await stack.stop();
  }
});
