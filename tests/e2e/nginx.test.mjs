// The shipped nginx configuration: what it takes, what it lets through, what it says by itself.
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import path from 'node:path';
import {after, test} from 'node:test';
import {LIMIT, errorOf, post} from '../lib/real.mjs';
import {end} from '../lib/proc.mjs';
import {head, raw} from '../lib/raw.mjs';
import {checkDir, copyConf, makeDir, setting, startStack} from '../lib/stack.mjs';

const MAX = 100_000;
const stack = await startStack({claude: setting('FAKE_CLAUDE'), maxBody: String(MAX)});
after(() => stack.stop());

test('a body that is too large', LIMIT, async () => {
  for (const where of ['/v1/chat/completions', '/responses']) {
    const res = await post(stack, where, 'x'.repeat(MAX + 1));
    assert.equal(errorOf(res, 413).code, 'request_too_large');
  }
});

test('a chunked body that is too large', LIMIT, async () => {
  const chunks = ReadableStream.from(Array(30).fill(Buffer.alloc(MAX / 10, 'x')));
  const res = await post(stack, '/chat/completions', chunks);
  assert.equal(errorOf(res, 413).code, 'request_too_large');
});

/** A chat request of exactly n bytes. */
function bodyOf(n) {
  const body = content => JSON.stringify({model: 'opus', messages: [{role: 'user', content}]});
  return body('x'.repeat(n - body('').length));
}

test('a body as large as may be, whole and in chunks', LIMIT, async () => {
  const body = bodyOf(MAX);
  assert.equal(body.length, MAX);
  assert.equal((await post(stack, '/v1/chat/completions', body)).status, 200);
  const chunks = ReadableStream.from(
    [body.slice(0, 30_000), body.slice(30_000)].map(text => Buffer.from(text)));
  assert.equal((await post(stack, '/v1/chat/completions', chunks)).status, 200);
});

test('what a URL may look like', LIMIT, async () => {
  for (const [url, status] of [
    ['/health', 200], ['/v1/health', 200], ['//v1//health', 200], ['/v1/%68ealth?x=%00', 200],
    ['/v1%2Fhealth', 200], ['/health/', 404], ['/healthy', 404], ['/v1/x/../health', 200],
    ['/models/opus', 200], ['/v1/models/opus%3F', 404], ['/v1/models/op%0Aus', 404],
    ['/models/%C3%A9', 404], ['/chat', 404], ['/favicon.ico', 404], ['/nginx.conf', 404]]) {
    const res = await raw(stack.port,
      head(`GET ${url} HTTP/1.1`, `Authorization: Bearer ${stack.key}`, 'Connection: close'));
    assert.equal(res.status, status, `${url}: ${res.text}`);
  }
});

test('HEAD has no body', LIMIT, async () => {
  const res = await raw(stack.port, head('HEAD /health HTTP/1.1', 'Connection: close'));
  assert.equal(res.status, 200);
  assert.equal(res.text, '');
});

test('the gateway\'s own errors come through as they are', LIMIT, async () => {
  const res = await raw(stack.port, head('GET /v1/responses HTTP/1.1',
    `Authorization: Bearer ${stack.key}`, 'Connection: close'));
  errorOf(res, 405);
  assert.equal(res.headers.get('allow'), 'POST');
  assert.ok(res.headers.get('x-request-id'));
  const wrong = await post(stack, '/v1/responses', '{}');
  assert.equal(errorOf(wrong, 400).param, 'input');
  const stranger = await raw(stack.port, head('GET /v1/models HTTP/1.1', 'Connection: close'));
  assert.equal(errorOf(stranger, 401).code, 'invalid_api_key');
});

test('nothing is compressed', LIMIT, async () => {
  const {headers} = await post(stack, '/v1/chat/completions', bodyOf(10_000),
    {'accept-encoding': 'gzip, deflate, br'});
  assert.equal(headers.get('content-encoding'), null);
});

test('an nginx without a gateway says so', LIMIT, async () => {
  await end(stack.proxy, 'SIGTERM', 15_000);
  const res = await post(stack, '/v1/chat/completions', bodyOf(1000));
  assert.equal(errorOf(res, 503).code, 'overloaded');
  assert.ok(Number(res.headers.get('retry-after')) > 0);
});

/** What `nginx -t` has to say. */
function check(dir, file) {
  const {status, stderr} = spawnSync('nginx', ['-t', '-e', 'stderr', '-p', `${dir}/`,
    '-c', path.join(dir, file)], {encoding: 'utf8', timeout: 20_000});
  assert.equal(status, 0, stderr);
  assert.doesNotMatch(stderr, /\[warn\]/);
}

test('the shipped files are valid as they are', LIMIT, async () => {
  const dir = makeDir();
  try {
    copyConf(dir, ['nginx.conf', 'claude-code-proxy.location.conf'], {});
    check(dir, 'nginx.conf');
  } finally {
    await checkDir(dir);
  }
});
