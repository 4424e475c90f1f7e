// The web server in trouble while answers are under way: slow clients, a reload, its end.
import assert from 'node:assert/strict';
import net from 'node:net';
import {afterEach, beforeEach, test} from 'node:test';
import {until} from '../lib/proc.mjs';
import {head} from '../lib/raw.mjs';
import {setting, startStack} from '../lib/stack.mjs';
import {PART, WAYS, ask, assertAnswers, open} from './ask.mjs';
import {below, hold} from './watch.mjs';

const LIMIT = {timeout: 60_000};
const SLOW = 300;
const WHOLE = `${PART} and the rest`;

let stack;
beforeEach(async () => {
  stack = await startStack({
    claude: setting('FAKE_CLAUDE'),
    env: {PROXY_START_SECONDS: '60', PROXY_IDLE_SECONDS: '60'},
  });
});
afterEach(() => stack.stop());

async function pausing(api) {
  const stream = await open(stack, {api, text: 'fake:pause mid'});
  await stream.until(PART);
  return stream;
}

function goOn() {
  for (const {pid} of stack.children()) process.kill(pid, 'SIGUSR1');
}

const nginxWorkers = () => below(stack.nginx.pid).filter(p => p.state !== 'Z').map(p => p.pid);

async function untilNewWorkers(old) {
  await until(() => nginxWorkers().some(pid => !old.includes(pid)), 10_000,
    'nginx has another worker');
}

async function childrenEnd() {
  await until(() => stack.children().length === 0, 10_000, 'no child is left');
}

test('a reload lets answers go on', LIMIT, async () => {
  const streams = [await pausing('chat'), await pausing('responses')];
  const before = nginxWorkers();
  process.kill(stack.nginx.pid, 'SIGHUP');
  await untilNewWorkers(before);
  await assertAnswers(stack);
  goOn();
  for (const stream of streams) {
    const got = await stream.rest();
    assert.equal(got.end, 'done');
    assert.equal(got.text, WHOLE);
  }
  await until(() => nginxWorkers().every(pid => !before.includes(pid)), 10_000,
    'the old workers have ended');
});

for (const api of ['chat', 'responses'])
  test(`a killed worker of nginx costs its answers alone: ${api}`, LIMIT, async () => {
    const cut = await pausing(api);
    const child = hold(stack.children()[0].pid);
    const before = nginxWorkers();
    for (const pid of before) process.kill(pid, 'SIGKILL');
    await until(() => !child.alive(), 10_000, 'the child whose client is gone has ended');
    assert.notEqual((await cut.rest().catch(() => ({end: 'cut'}))).end, 'done');
    await untilNewWorkers(before);
    await assertAnswers(stack);
    await childrenEnd();
    assert.match(stack.log(), /exited on signal 9/);
  });

test('SIGQUIT lets answers end, and takes no more', LIMIT, async () => {
  const streams = [await pausing('chat'), await pausing('responses')];
  process.kill(stack.nginx.pid, 'SIGQUIT');
  await until(() => new Promise(resolve => {
    const socket = net.connect(stack.port, '127.0.0.1', () => resolve(socket.destroy() && false));
    socket.on('error', () => resolve(true));
  }), 10_000, 'nobody listens any more');
  goOn();
  for (const stream of streams) assert.equal((await stream.rest()).text, WHOLE);
  await until(() => stack.nginx.exitCode !== null, 10_000, 'nginx has ended');
  await childrenEnd();
});

test('SIGTERM cuts them, and their children end', LIMIT, async () => {
  const cut = await pausing('chat');
  process.kill(stack.nginx.pid, 'SIGTERM');
  await until(() => stack.nginx.exitCode !== null, 10_000, 'nginx has ended');
  assert.notEqual((await cut.rest().catch(() => ({end: 'cut'}))).end, 'done');
  await childrenEnd();
});

const post = head('POST /v1/chat/completions HTTP/1.1', `Content-Length: ${SLOW}`);

/** Sends a head, or a body, byte by byte, as long as somebody asks. */
function dribble(i) {
  const socket = net.connect(stack.port, '127.0.0.1');
  const whole = i % 2 ? post : 'GET /v1/models HTTP/1.1\r\nX-Slow: ';
  socket.on('error', () => {});
  socket.write(whole);
  return {socket, more: () => socket.write('x')};
}

test(`${SLOW} clients that dribble keep no other waiting`, LIMIT, async () => {
  const slow = Array.from({length: SLOW}, (_, i) => dribble(i));
  const isOpen = ({socket}) => socket.readyState === 'open';
  await until(() => slow.every(isOpen), 10_000, 'all are connected');
  const asked = stack.log().match(/ msg=request /g)?.length ?? 0;
  for (let i = 0; i < 20; i++) {
    for (const {more} of slow) more();
    const got = await ask(stack, {...WAYS[i % WAYS.length], text: 'hello'});
    assert.equal(got.status, 200, got.error?.message);
    assert.equal(got.end, 'done');
    assert.ok(got.ms < 5000, `it took ${got.ms} ms`);
  }
  assert.ok(slow.every(isOpen), 'they are still there');
  await until(() => stack.log().match(/ msg=request /g).length === asked + 20, 5000,
    'no other request got as far as a worker');
  for (const {socket} of slow) socket.resetAndDestroy();
});
