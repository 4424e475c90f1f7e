// Plain CGI under Apache: the same answers from a process that lives for one request.
import assert from 'node:assert/strict';
import {after, afterEach, test} from 'node:test';
import {startApache} from '../lib/apache.mjs';
import {until} from '../lib/proc.mjs';
import {LIMIT, SETTLED_MS, all, clientOf, errorOf, post, realEnv} from '../lib/real.mjs';
import {setting} from '../lib/stack.mjs';
import {gate, says, startUpstream, systemOf, turnsOf} from '../lib/upstream.mjs';

const upstream = await startUpstream();
const apache = await startApache({
  claude: setting('REAL_CLAUDE'), env: {...realEnv(upstream), PROXY_MAX_BODY: '100k'},
});
const client = clientOf(apache.baseURL, apache.key);
const MESSAGES = [{role: 'system', content: 'Be brief.'}, {role: 'user', content: 'Hi'}];

afterEach(() => until(() => apache.children().length === 0, SETTLED_MS, 'no process is left'));
after(async () => {
  try {
    await apache.stop();
  } finally {
    await upstream.stop();
  }
});

test('a whole answer', LIMIT, async () => {
  const asked = upstream.script(says('Hello', ' there'));
  const completion = await client.chat.completions.create({model: 'opus', messages: MESSAGES});
  assert.equal(completion.choices[0].message.content, 'Hello there');
  const {body} = await asked;
  assert.deepEqual(turnsOf(body), [['user', 'Hi']]);
  assert.equal(systemOf(body), 'Be brief.');
  assert.match(body.model, /^claude-opus-/);
});

test('each delta goes through before the next one exists', LIMIT, async () => {
  const second = gate();
  upstream.script(async turn => {
    turn.begin();
    turn.text('one');
    await turn.pass(second);
    turn.text('two');
    turn.end();
  });
  const deltas = [];
  for await (const event of await client.responses.create({input: 'Count', stream: true})) {
    if (event.type === 'response.output_text.delta') deltas.push(event.delta);
    if (deltas.length === 1) second.open();
  }
  assert.deepEqual(deltas, ['one', 'two']);
});

test('the list of models', LIMIT, async () => {
  const ids = (await all(await client.models.list())).map(model => model.id);
  assert.ok(ids.includes('opus'), `${ids}`);
});

test('a wrong key, a wrong URL, a wrong body', LIMIT, async () => {
  const stranger = await post(apache, '/v1/responses', '{}', {authorization: 'Bearer x'});
  assert.equal(errorOf(stranger, 401).code, 'invalid_api_key');
  errorOf(await post(apache, '/v1/nothing', '{}'), 404);
  assert.equal(errorOf(await post(apache, '/v1/responses', '{}'), 400).param, 'input');
});

test('no metrics: a process knows of one request alone', LIMIT, async () => {
  for (const headers of [{}, {authorization: `Bearer ${apache.key}`}]) {
    const res = await fetch(`${apache.baseURL}/metrics`, {headers});
    assert.equal(res.status, 404);
    assert.equal((await res.json()).error.code, 'unknown_url');
  }
});

test('a body that is too large', LIMIT, async () => {
  const res = await post(apache, '/v1/chat/completions', 'x'.repeat(100 * 1024 + 1));
  assert.equal(errorOf(res, 413).code, 'request_too_large');
});

test('a client that leaves takes the whole chain with it', LIMIT, async () => {
  // Apache learns that its client has left when it has something to send.
  const asked = upstream.script(async turn => {
    turn.begin();
    for (let gone = false; !gone;) {
      turn.text('more');
      gone = await turn.goneWithin(100);
    }
  });
  const abort = new AbortController();
  const stream = await client.responses.create({input: 'Go on', stream: true},
    {signal: abort.signal});
  for await (const event of stream) {
    if (event.type !== 'response.output_text.delta') continue;
    assert.ok(apache.children().length >= 2, 'the program and its claude run');
    abort.abort();
  }
  const record = await asked;
  await until(() => record.state === 'early', 10_000, 'the upstream connection is closed');
});
