// Hostile HTTP, as bytes: each request is answered in JSON, and no worker is lost over any.
import assert from 'node:assert/strict';
import net from 'node:net';
import {after, test} from 'node:test';
import {until} from '../lib/proc.mjs';
import {head, raw, rawAnswers} from '../lib/raw.mjs';
import {setting, startStack} from '../lib/stack.mjs';

const stack = await startStack({claude: setting('FAKE_CLAUDE')});
after(() => stack.stop());
const before = stack.workers();

const KEY = `Authorization: Bearer ${stack.key}`;
const BODY = JSON.stringify({model: 'sonnet', messages: [{role: 'user', content: 'hello'}]});
const LENGTH = `Content-Length: ${BODY.length}`;
const CHUNKED = 'Transfer-Encoding: chunked';
const TYPE = 'Content-Type: application/json';
const chunk = text => `${text.length.toString(16)}\r\n${text}\r\n`;
const get = (...lines) => head('GET /v1/models HTTP/1.1', KEY, ...lines);
const at = url => head(`GET ${url} HTTP/1.1`, KEY);
const post = (...lines) => head('POST /v1/chat/completions HTTP/1.1', KEY, TYPE, ...lines);
const long = n => 'x'.repeat(n);

/** [what is wrong, its pieces, the status; 0 is HTTP/0.9, which has none] */
const REQUESTS = [
  ['the first bytes of TLS', ['\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03' + long(500)], 400],
  ['no HTTP', ['HELLO\r\n\r\n'], 400],
  ['a line of noise', ['\x80\xff\xfe\x01\x02\r\n\r\n'], 400],
  ['HTTP/0.9', ['GET /v1/models\r\n'], 0],
  ['the preface of HTTP/2', ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'], 400],
  ['HTTP/3.0', [head('GET /v1/models HTTP/3.0')], 505],
  ['HTTP/1.99', [head('GET /v1/models HTTP/1.99', KEY)], 200],
  ['a version that is none', [head('GET /v1/models HTTP/1.1x')], 400],
  ['http in small letters', [head('GET /v1/models http/1.1')], 400],
  ['a method in small letters', [head('get /v1/models HTTP/1.1')], 400],
  ['a method that nobody knows', [head('BREW /v1/models HTTP/1.1', KEY)], 405],
  ['TRACE', [head('TRACE /v1/models HTTP/1.1')], 405],
  ['CONNECT', [head('CONNECT example.org:443 HTTP/1.1')], 400],
  ['OPTIONS of everything', [head('OPTIONS * HTTP/1.1')], 400],
  ['a long method', [head(`${long(9000).toUpperCase()} /v1/models HTTP/1.1`)], 414],

  ['a NUL in the URL', [at('/v1/models\0/x')], 400],
  ['an escaped NUL in the URL', [at('/v1/%00')], 400],
  ['an escape that is none', [at('/v1/%zz')], 400],
  ['a URL above the root', [at('/../../etc/passwd')], 400],
  ['the same in escapes', [at('/v1/%2e%2e/%2e%2e/etc/passwd')], 400],
  ['backslashes', [at('/v1\\models')], 404],
  ['a slash in overlong UTF-8', [at('/v1/models/%c0%af')], 404],
  ['a byte that is not UTF-8', [at('/v1/models/\xff')], 404],
  ['half a surrogate pair', [at('/v1/models/%ed%a0%80')], 404],
  ['a line break in the path', [at('/v1/models/a%0d%0aX-Evil:%201')], 404],
  ['a line break in the query', [at('/v1/models?x=%0d%0aX-Evil:%201')], 200],
  ['another server\'s URL', [at('http://evil.example/v1/models')], 200],
  ['a URL of another scheme', [at('file:///etc/passwd')], 400],
  ['a URL with a user', [at('http://user:pw@x/v1/models')], 400],
  ['a long URL', [at(`/v1/${long(40_000)}`)], 414],
  ['a long query', [at(`/v1/models?${long(40_000)}`)], 414],
  ['a page for errors', [at('/__err/500')], 404],
  ['a blank in the URL', [at('/v1/models /x')], 400],

  ['no Host', ['GET /v1/models HTTP/1.1\r\n\r\n'], 400],
  ['two Hosts', [get('Host: y')], 400],
  ['a Host that is none', ['GET /v1/models HTTP/1.1\r\nHost: a/../b\r\n\r\n'], 400],
  ['two keys', [get('Authorization: Bearer x')], 400],
  ['a long key', [head('GET /v1/models HTTP/1.1', `Authorization: Bearer ${long(7000)}`)], 401],
  ['a key of odd bytes', [head('GET /v1/models HTTP/1.1', 'Authorization: Bearer \xff\x01 \t')],
    401],
  ['a NUL in a header', [get('X: a\0b')], 400],
  ['a CR in a header', [get('X: a\rY: b')], 400],
  ['a folded header', [get('X: a', ' b')], 400],
  ['a header without a colon', [get('Nonsense')], 200],
  ['a blank before the colon', [get('X : a')], 400],
  ['a name with an underscore', [get('Content_Length: 5', 'X_Y: a')], 200],
  ['a Proxy header', [get('Proxy: http://evil.example')], 200],
  ['X-Accel-Redirect', [get('X-Accel-Redirect: /etc/passwd')], 200],
  ['a long header', [get(`X: ${long(40_000)}`)], 431],
  ['a long name of a header', [get(`${long(40_000)}: x`)], 431],
  ['a thousand headers', [get(...Array.from({length: 1000}, (_, i) => `X-${i}: ${long(40)}`))],
    431],
  ['LF alone at the ends of lines', [get().replaceAll('\r\n', '\n')], 200],
  ['empty lines before it', ['\r\n\r\n', get()], 200],
  ['an upgrade to HTTP/2', [get('Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c',
    'HTTP2-Settings: AAMAAABkAAQAAP__')], 200],

  ['two lengths', [post('Content-Length: 1', 'Content-Length: 2'), BODY], 400],
  ['a length twice', [post(LENGTH, LENGTH), BODY], 400],
  ['lengths in a list', [post('Content-Length: 5, 5'), BODY], 400],
  ['a length with a sign', [post('Content-Length: +5'), BODY], 400],
  ['a length below zero', [post('Content-Length: -1'), BODY], 400],
  ['a length in hexadecimal', [post('Content-Length: 0x5'), BODY], 400],
  ['a length that is empty', [post('Content-Length: '), BODY], 400],
  ['a length past 64 bits', [post('Content-Length: 18446744073709551621'), BODY], 400],
  ['a length of a terabyte', [post('Content-Length: 1099511627776'), BODY], 413],
  ['a length that is too short', [post('Content-Length: 7'), BODY], 400],
  ['no body', [post()], 400],
  ['a length beside chunks', [post(LENGTH, CHUNKED), `${chunk(BODY)}0\r\n\r\n`], 400],
  ['another transfer encoding', [post('Transfer-Encoding: gzip'), BODY], 501],
  ['chunks in chunks', [post('Transfer-Encoding: chunked, chunked'), chunk(BODY)], 501],
  ['nearly chunks', [post('Transfer-Encoding: xchunked'), BODY], 501],
  ['two transfer encodings', [post(CHUNKED, 'Transfer-Encoding: identity'), BODY], 400],
  ['chunks in HTTP/1.0', [post(CHUNKED).replace('1.1', '1.0'), chunk(BODY)], 400],
  ['chunks that are none', [post(CHUNKED), 'zz\r\n'], 400],
  ['a chunk below zero', [post(CHUNKED), '-1\r\nx\r\n0\r\n\r\n'], 400],
  ['a chunk past 64 bits', [post(CHUNKED), 'fffffffffffffffff\r\nx\r\n'], 400],
  ['a chunk of a terabyte', [post(CHUNKED), '10000000000\r\nx'], 413],
  ['a chunk that is longer than it says', [post(CHUNKED), `2\r\n${BODY}\r\n0\r\n\r\n`], 400],
  ['chunks with extensions and a trailer',
    [post(CHUNKED), `${chunk(BODY).replace('\r', ';a="b"\r')}0\r\nX-Evil: 1\r\n\r\n`], 200],
  ['Expect, and no waiting for it', [post(LENGTH, 'Expect: 100-continue'), BODY], 200],
  ['an expectation that nobody knows', [post(LENGTH, 'Expect: the-spanish-inquisition'), BODY],
    200],
  ['a body beside GET', [get(LENGTH), BODY], 200],
  ['garbage behind the body', [post(LENGTH), `${BODY}garbage\0\xff`], 200],
  ['a compressed body', [post('Content-Encoding: gzip', 'Content-Length: 4'), '\x1f\x8b\x08\0'],
    400],
];

test('there are enough of them', () => {
  assert.ok(REQUESTS.length >= 60, `${REQUESTS.length}`);
  assert.equal(new Set(REQUESTS.map(([name]) => name)).size, REQUESTS.length);
});

/** JSON that is an error's where the status is. */
function assertJson({status, headers, text}) {
  const {error, object} = JSON.parse(text);
  if (status > 0) assert.match(headers.get('content-type'), /^application\/json/);
  assert.equal(headers.get('x-evil'), null);
  if (status === 200) assert.ok(object, text);
  else assert.ok(error.message && 'type' in error && 'param' in error && 'code' in error, text);
}

for (const [name, pieces, status] of REQUESTS)
  test(name, async () => {
    const answer = await raw(stack.port, ...pieces);
    assert.equal(answer.status, status, answer.text);
    assertJson(answer);
  });

test('requests in one piece are answered one by one', async () => {
  const answers = await rawAnswers(stack.port, 4,
    get() + post(LENGTH) + BODY + at('/v1/none') + get('X: a\0b') + get());
  assert.deepEqual(answers.map(({status}) => status), [200, 200, 404, 400]);
  answers.forEach(assertJson);
});

test('a body that holds a request is no request', async () => {
  const inner = head('GET /v1/none HTTP/1.1');
  const answers = await rawAnswers(stack.port, 2,
    post(`Content-Length: ${inner.length}`) + inner + get());
  assert.deepEqual(answers.map(({status}) => status), [400, 200]);
});

/* nginx alone waits for these, and gives up without an answer. */
test('requests that do not go on hold no worker', async () => {
  const halves = ['GET', 'GET /v1/models HTTP/1.1\r\nHo', get().slice(0, -2), post(LENGTH),
    post(LENGTH) + BODY.slice(0, 9), post(CHUNKED) + 'ff', post(CHUNKED) + chunk(BODY)];
  const sockets = Array.from({length: 70}, (_, i) => {
    const socket = net.connect(stack.port, '127.0.0.1');
    socket.on('error', () => {}).write(halves[i % halves.length]);
    return socket;
  });
  for (let i = 0; i < 30; i++) assert.equal((await raw(stack.port, get())).status, 200);
  for (const socket of sockets) socket.resetAndDestroy();
});

test('no worker was lost, and no child is left', async () => {
  assert.deepEqual(stack.workers(), before);
  assert.equal((await raw(stack.port, post(LENGTH), BODY)).status, 200);
  await until(() => stack.children().length === 0, 5000, 'every child has ended');
});
