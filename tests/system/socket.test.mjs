// Who speaks FastCGI to the gateway directly, and not as a web server does.
import assert from 'node:assert/strict';
import path from 'node:path';
import {after, test} from 'node:test';
import {begin, connect, params, request} from '../lib/fastcgi.mjs';
import {setting, startStack} from '../lib/stack.mjs';
import {get} from './ask.mjs';
import {below} from './watch.mjs';

const WORKERS = 5;
const stack = await startStack({
  claude: setting('FAKE_CLAUDE'),
  env: {PROXY_CHILDREN: '1', PROXY_WORKERS: String(WORKERS)},
});
const socket = path.join(stack.dir, 'proxy.sock');
after(() => stack.stop());

const some = params({REQUEST_METHOD: 'GET', PATH_INFO: '/v1/health'});

/** [what stops, what is sent, whether a byte more comes from time to time] */
const STOPS = [
  ['in the first record', begin().subarray(0, 5)],
  ['before the parameters', begin()],
  ['in the head of the parameters', Buffer.concat([begin(), some.subarray(0, 4)])],
  ['in the parameters', Buffer.concat([begin(), some.subarray(0, 20)])],
  ['never, but is slow', Buffer.concat([begin(), some.subarray(0, 8)]), some.subarray(8)],
];

/** Sends the beginning of a request; resolves when the gateway has closed the connection. */
async function stopShort(bytes, slowly) {
  const connection = await connect(socket);
  connection.on('error', () => {}); // EPIPE of a byte too late is as good as a close
  connection.write(bytes);
  let sent = 0;
  const timer = slowly && setInterval(() => {
    connection.write(slowly.subarray(sent, ++sent));
    if (sent === slowly.length) connection.destroy(); // not in the time the gateway has
  }, 700);
  await new Promise(resolve => connection.on('close', resolve).resume());
  clearInterval(timer);
}

test('a request that stops half-way holds no worker for ever', {timeout: 40_000}, async () => {
  assert.equal(STOPS.length, WORKERS);
  const workers = () => below(stack.pid).map(p => p.pid).sort();
  const before = workers();
  const started = performance.now();
  const stopped = STOPS.map(async ([name, bytes, slowly]) => {
    await stopShort(bytes, slowly);
    const ms = performance.now() - started;
    assert.ok(ms > 5000 && ms < 20_000, `what stops ${name} was dropped after ${ms} ms`);
  });
  await Promise.all(stopped);
  assert.equal((await get(stack, '/health')).status, 200);
  assert.deepEqual(workers(), before, 'no worker ended over it');
});

test('who is refused an upgrade is told what there is', {timeout: 20_000}, async () => {
  const ask = SERVER_PROTOCOL => request(socket, {
    GATEWAY_INTERFACE: 'CGI/1.1', REQUEST_METHOD: 'GET', PATH_INFO: '/v1/responses',
    SERVER_PROTOCOL, HTTP_UPGRADE: 'websocket',
  });
  for (const [protocol, upgrade] of [
    ['HTTP/1.1', 'HTTP/1.1'], ['HTTP/1.0', 'HTTP/1.1'], ['HTTP/2.0', null], ['', null]]) {
    const {status, headers, text} = await ask(protocol);
    assert.equal(status, 426);
    assert.equal(JSON.parse(text).error.code, 'upgrade_not_supported');
    assert.equal(headers.get('upgrade'), upgrade, protocol);
  }
});
