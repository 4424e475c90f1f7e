// Apache's mod_fcgid, as conf/apache-fcgid.conf sets it up.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import {after, afterEach, test} from 'node:test';
import {startApache} from '../lib/apache.mjs';
import {until} from '../lib/proc.mjs';
import {errorOf, post} from '../lib/real.mjs';
import {setting} from '../lib/stack.mjs';
import {PART, ask, open} from './ask.mjs';
import {conversation} from './keep.mjs';
import {below, hold} from './watch.mjs';

const LIMIT = {timeout: 60_000};
const apache = await startApache({
  claude: setting('FAKE_CLAUDE'), way: 'fcgid',
  replace: {
    'PROXY_HEARTBEAT_SECONDS 5': 'PROXY_HEARTBEAT_SECONDS 1',
    'FcgidIdleTimeout 300': 'FcgidIdleTimeout 3',
  },
  env: {PROXY_SPARES: '0'},
});
after(() => apache.stop());

/** The gateways that run: each a keeper, whose workers are processes of the same program. */
function gateways() {
  const bin = fs.realpathSync(setting('PROXY_BIN'));
  const ours = new Set(apache.children().filter(p => p.exe === bin).map(p => p.pid));
  return below(apache.pid).filter(p => ours.has(p.pid) && !ours.has(p.parent));
}

/** At most one gateway is left, with what it keeps. */
const settled = () => until(() => gateways().length <= 1, 20_000, 'idle gateways have ended');
afterEach(settled);

async function paused(api) {
  const stream = await open(apache, {api, text: 'fake:pause mid'});
  await stream.until(PART);
  return stream;
}

for (const api of ['chat', 'responses'])
  test(`the first event is there before there is another: ${api}`, LIMIT, async () => {
    const stream = await paused(api);
    assert.ok(!stream.raw.includes('the rest'));
    for (const {pid} of apache.claudes()) process.kill(pid, 'SIGUSR1');
    const got = await stream.rest();
    assert.equal(got.end, 'done');
    assert.equal(got.text, `${PART} and the rest`);
  });

test('a conversation goes on with its child', LIMIT, async () => {
  const talk = conversation(apache);
  const pid = await talk.pid();
  assert.equal(await talk.pid(), pid);
  assert.equal(await talk.pid(), pid);
  assert.equal(gateways().length, 1);
  assert.match(apache.log(), / lease=continued /);
});

test('answers under way at once have a gateway each, which ends when it is idle', LIMIT, async () => {
  const streams = await Promise.all(['chat', 'responses', 'chat'].map(paused));
  assert.equal(gateways().length, 3);
  const claudes = apache.claudes().map(p => hold(p.pid));
  assert.equal(claudes.length, 3, 'one for each');
  for (const {pid} of claudes) process.kill(pid, 'SIGUSR1');
  for (const stream of streams) assert.equal((await stream.rest()).end, 'done');
  await settled();
  await until(() => claudes.filter(c => c.alive()).length <= 1, 5000, 'with its claude');
  const got = await ask(apache, {text: 'hello'});
  assert.equal(got.status, 200, got.error?.message);
});

test('who leaves a stream ends its child at the next sign of life', LIMIT, async () => {
  const stream = await open(apache, {text: 'fake:hang mid'});
  await stream.until(PART);
  const [child, ...others] = apache.claudes().map(p => hold(p.pid));
  assert.deepEqual(others, []);
  stream.leave();
  await until(() => !child.alive(), 10_000, 'the child has ended');
});

test('errors are the gateway\'s', LIMIT, async () => {
  const stranger = await post(apache, '/v1/responses', '{}', {authorization: 'Bearer x'});
  assert.equal(errorOf(stranger, 401).code, 'invalid_api_key');
  assert.equal(stranger.headers.get('www-authenticate'), 'Bearer');
  errorOf(await post(apache, '/v1/nothing', '{}'), 404);
  assert.equal(errorOf(await post(apache, '/v1/responses', '{}'), 400).param, 'input');
  const health = await fetch(`${apache.url}/v1/health`);
  assert.equal(await health.text(), 'ok\n');
});

test('a body may be as large as the gateway takes it', LIMIT, async () => {
  const got = await ask(apache, {text: 'x'.repeat(1_000_000)});
  assert.equal(got.status, 200, got.error?.message);
  const large = await post(apache, '/v1/chat/completions', 'x'.repeat(1024 * 1024 + 1));
  assert.equal(errorOf(large, 413).code, 'request_too_large');
  const larger = await post(apache, '/v1/chat/completions', 'x'.repeat(3_000_000));
  assert.equal(larger.status, 400, 'Apache says it itself');
});
