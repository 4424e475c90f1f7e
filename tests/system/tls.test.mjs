// The public server as shipped: TLS, HTTP/2, its limits, its errors.
import assert from 'node:assert/strict';
import {execFile} from 'node:child_process';
import net from 'node:net';
import {after, afterEach, test} from 'node:test';
import {promisify} from 'node:util';
import {connectTo} from '../lib/h2.mjs';
import {until} from '../lib/proc.mjs';
import {errorOf} from '../lib/real.mjs';
import {setting} from '../lib/stack.mjs';
import {startTls} from '../lib/tls.mjs';
import {PART, PATHS, body, frames} from './ask.mjs';
import {hold} from './watch.mjs';

const LIMIT = {timeout: 30_000};
const ORIGIN = 'https://app.example.org';
const CHAT = '/v1/chat/completions';
const AT_ONCE = 8; /* as shipped */

const server = await startTls({
  claude: setting('FAKE_CLAUDE'), origin: ORIGIN,
  env: {PROXY_CHILDREN: '10', PROXY_WORKERS: '14', PROXY_ALLOWED_ORIGINS: ORIGIN},
});
after(() => server.stop());

/** Each test comes from an address of its own: what one has used up is not missed by another. */
let last = 1;
const open = [];
function connection() {
  const c = connectTo(server, {from: `127.0.0.${++last}`});
  open.push(c);
  return c;
}
afterEach(async () => {
  for (const c of open.splice(0)) c.close();
  await until(() => server.children().length === 0, 5000, 'no child is left');
});

/** What curl says, with the version of HTTP and the status in a last line. */
async function curl(...args) {
  const {stdout} = await promisify(execFile)('curl', ['-sS', '--http2', '-m', '20',
    '--cacert', server.cert, '--resolve', `${server.name}:${server.port}:127.0.0.1`,
    '-H', `Authorization: Bearer ${server.key}`, '-H', 'Content-Type: application/json',
    '-w', '\n%{http_version} %{http_code}', ...args]);
  return [stdout.slice(0, stdout.lastIndexOf('\n')), stdout.slice(stdout.lastIndexOf('\n') + 1)];
}
const url = where => `https://${server.name}:${server.port}${where}`;

test('curl speaks HTTP/2 to it, whole and streamed', LIMIT, async () => {
  for (const api of ['chat', 'responses'])
    for (const stream of [false, true]) {
      const [text, how] = await curl(url(`/v1${PATHS[api]}`), '-d',
        JSON.stringify(body({api, stream, text: 'hello'})));
      assert.equal(how, '2 200', text);
      assert.match(text, /hello/);
    }
});

test('the bare paths are served, and browsers are told to stay with TLS', LIMIT, async () => {
  const c = connection();
  for (const where of ['/health', '/models', '/v1/models/opus'])
    assert.equal((await c.ask(where)).status, 200, where);
  const {headers} = await c.ask(PATHS.chat, {body: body({text: 'hello'})});
  assert.equal(headers.get('strict-transport-security'), 'max-age=31536000');
});

for (const api of ['chat', 'responses'])
  test(`the first event is there before there is another: ${api}`, LIMIT, async () => {
    const answer = await connection().send(`/v1${PATHS[api]}`,
      {body: body({api, stream: true, text: 'fake:pause mid'})});
    assert.equal(answer.status, 200);
    await answer.until(PART);
    assert.ok(!answer.text.includes('the rest'));
    const [child, ...others] = server.children();
    assert.deepEqual(others, []);
    process.kill(child.pid, 'SIGUSR1');
    await answer.rest();
    assert.match(answer.text, /and the rest/);
    const {event, data} = frames(answer.text).at(-1);
    assert.equal(api === 'chat' ? data : event, api === 'chat' ? '[DONE]' : 'response.completed');
  });

test('who resets a stream ends its child and no other', LIMIT, async () => {
  const c = connection();
  const pausing = {body: body({stream: true, text: 'fake:pause mid'})};
  const stays = await c.send(CHAT, pausing);
  await stays.until(PART);
  const [kept] = server.children().map(p => hold(p.pid));
  const leaves = await c.send(CHAT, pausing);
  await leaves.until(PART);
  const [lost] = server.children().filter(p => p.pid !== kept.pid).map(p => hold(p.pid));
  leaves.leave();
  await until(() => !lost.alive(), 4000, 'the child of the stream that was reset has ended');
  assert.ok(kept.alive());
  process.kill(kept.pid, 'SIGUSR1');
  await stays.rest();
  assert.match(stays.text, /and the rest/);
});

test('who closes the connection ends every child of it', LIMIT, async () => {
  const c = connection();
  const streams = await Promise.all([1, 2, 3].map(() =>
    c.send(CHAT, {body: body({stream: true, text: 'fake:hang mid'})})));
  for (const stream of streams) await stream.until(PART);
  assert.equal(server.children().length, 3);
  for (const {stream} of streams) stream.on('error', () => {});
  c.close();
  await until(() => server.children().length === 0, 4000, 'all three have ended');
});

/** What the gateway lets a page read of the headers; what nginx says by itself shows the same. */
const exposed = (await connection().ask('/v1/models', {headers: {origin: ORIGIN}}))
  .headers.get('access-control-expose-headers');
assert.match(exposed, /\bretry-after\b/);

/** Asserts what a page of the allowed origin is shown, and that another is shown nothing. */
async function assertReadable(ask, status) {
  const allowed = await ask({headers: {origin: ORIGIN}});
  const error = errorOf(allowed, status);
  assert.equal(allowed.headers.get('access-control-allow-origin'), ORIGIN);
  assert.match(allowed.headers.get('vary') ?? '', /\bOrigin\b/);
  if (allowed.headers.get('retry-after'))
    assert.equal(allowed.headers.get('access-control-expose-headers'), exposed);
  const other = await ask({headers: {origin: `${ORIGIN}.evil.example`}});
  assert.equal(other.headers.get('access-control-allow-origin'), null);
  assert.equal((await ask()).headers.get('access-control-allow-origin'), null);
  return error;
}

test('errors are JSON, and a page of an allowed origin may read them', LIMIT, async () => {
  const c = connection();
  const large = options => c.ask(CHAT, {body: 'x'.repeat(1024 * 1024 + 1), ...options});
  assert.equal((await assertReadable(large, 413)).code, 'request_too_large');
  assert.equal((await assertReadable(o => c.ask('/', o), 404)).code, 'unknown_url');
  await assertReadable(o => c.ask('/v1/models', {method: 'TRACE', ...o}), 405);
  errorOf(await c.ask('/v1/models', {key: 'x'}), 401);
  errorOf(await c.ask('/v1/responses', {body: '{}'}), 400);
});

/* Over HTTP/2 there is no answer to be had: nginx ends the connection. */
test('what is too long for HTTP/1.1 is answered', LIMIT, async () => {
  const long = 'x'.repeat(9000);
  const requests = [[414, url(`/v1/${long}`)], [431, url('/'), '-H', `X: ${long}`]];
  for (const [status, ...args] of requests) {
    const [text, how] = await curl('--http1.1', ...args);
    assert.equal(how, `1.1 ${status}`);
    assert.ok(JSON.parse(text).error.message);
  }
});

test('plain HTTP where TLS is spoken is answered in JSON', LIMIT, async () => {
  const socket = net.connect(server.port, '127.0.0.1');
  socket.write('GET /v1/models HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
  const text = Buffer.concat(await socket.toArray()).toString();
  assert.match(text, /^HTTP\/1.1 400 .*\r\nContent-Type: application\/json\r\n/s);
  assert.ok(JSON.parse(text.split('\r\n\r\n')[1]).error.message);
});

const assertLimited = answer => {
  assert.equal(errorOf(answer, 429).code, 'rate_limit_exceeded');
  assert.match(answer.headers.get('retry-after'), /^[1-9]\d*$/);
};

test('one address has so many answers at once and no more', LIMIT, async () => {
  const [c, other] = [connection(), connection()];
  const hanging = {body: body({stream: true, text: 'fake:hang mid'})};
  const streams = await Promise.all(Array.from({length: AT_ONCE}, () => c.send(CHAT, hanging)));
  for (const stream of streams) await stream.until(PART);
  const shed = o => c.ask(CHAT, {body: body({text: 'hello'}), ...o});
  assertLimited(await shed());
  await assertReadable(shed, 429);
  assert.equal(server.children().length, AT_ONCE, 'what is refused here costs no child');
  const hello = await other.ask(CHAT, {body: body({text: 'hello'})});
  assert.equal(hello.status, 200, 'another address is not concerned');
  streams[0].leave();
  await until(async () => (await shed()).status === 200, 5000, 'one that left makes room');
  for (const stream of streams) stream.leave();
});

test('one address asks so fast and no faster', LIMIT, async () => {
  const [c, other] = [connection(), connection()];
  let answer, passed = 0;
  while ((answer = await c.ask('/health')).status === 200)
    assert.ok(++passed < 200, 'there is no limit');
  assertLimited(answer);
  assert.ok(passed > 20, `a burst of 20 is served, not ${passed}`);
  assert.equal((await other.ask('/health')).status, 200, 'another address is not concerned');
});

test('a gateway that is gone is a 503 that the page may read', LIMIT, async () => {
  await server.gateways[0].stop();
  const c = connection();
  const error = await assertReadable(o => c.ask(CHAT, {body: body({text: 'hello'}), ...o}), 503);
  assert.equal(error.code, 'overloaded');
});
