// Sockets that somebody else holds: systemd's, and a restart on them.
import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import {afterEach, test} from 'node:test';
import {until} from '../lib/proc.mjs';
import {checkDir, gatewayEnv, makeDir, setting, startStack} from '../lib/stack.mjs';
import {PART, assertAnswers, get, open} from '../system/ask.mjs';
import {below} from '../system/watch.mjs';
import {askSteadily} from './steady.mjs';

const LIMIT = {timeout: 30_000};
const claude = setting('FAKE_CLAUDE');
const gateway = fs.realpathSync(setting('PROXY_BIN'));

/* Of the shipped socket unit. */
const units = path.resolve(import.meta.dirname, '../../conf/systemd/system');
const BACKLOG = Number(fs.readFileSync(path.join(units, 'claude-code-proxy.socket'), 'utf8')
  .match(/^Backlog=(\d+)$/m)[1]);

let undo = () => {};
afterEach(async () => {
  await undo();
  undo = () => {};
});

async function start(options) {
  const stack = await startStack({claude, ...options});
  undo = () => stack.stop();
  return stack;
}

/** It passes on only the settings it is told to, and root alone may connect to what it makes. */
const activate = {
  listen: (socket, backlog, env) => ['systemd-socket-activate', '-l', socket,
    ...Object.keys(env).map(name => `-E${name}`)],
  async listening(socket) {
    await until(() => fs.existsSync(socket), 10_000, 'it listens');
    fs.chmodSync(socket, 0o666);
  },
};

test('a socket that systemd passes as descriptor 3', LIMIT, async () => {
  const stack = await start(activate);
  await assertAnswers(stack);
  const stream = await open(stack, {text: 'fake:hang mid'});
  await stream.until(PART);
  const [child] = stack.children();
  assert.deepEqual(child.environ.filter(entry => entry.startsWith('LISTEN_')), []);
  assert.equal(fs.existsSync(`/proc/${stack.pid}/fd/3/`), false);
  stream.leave();
});

/** [status, stderr] of the gateway, started by a shell's command that ends in "$@". */
async function runBy(command, env = {}, meanwhile = () => {}) {
  const dir = makeDir();
  undo = () => checkDir(dir);
  const child = spawn('sh', ['-c', command, 'sh', gateway], {
    cwd: dir, env: gatewayEnv(dir, 'sk-1', {CLAUDE_BIN: claude, ...env}),
    stdio: ['ignore', 'ignore', 'pipe'], timeout: 10_000, killSignal: 'SIGKILL',
  });
  let text = '';
  child.stderr.setEncoding('utf8').on('data', data => text += data);
  const closed = new Promise(resolve => child.on('close', resolve));
  await meanwhile(dir);
  await closed;
  return [child.exitCode, text];
}

test('two sockets are one too many', LIMIT, async () => {
  const [status, text] = await runBy('exec systemd-socket-activate -l "$PWD/a" -l "$PWD/b" ' +
    '-E HOME -E PROXY_API_KEY -E CLAUDE_BIN "$@"', {}, async dir => {
    await until(() => fs.existsSync(path.join(dir, 'b')), 5000, 'it listens');
    await until(() => new Promise(resolve => {
      const socket = net.connect(path.join(dir, 'a'), () => resolve(true));
      socket.on('error', () => resolve(false)).unref();
    }), 5000, 'it is connected to');
  });
  assert.match(text, /claude-code-proxy: 2 sockets were passed with LISTEN_FDS: it takes one\n/);
  assert.equal(status, 1);
});

test('what does not listen is refused', LIMIT, async () => {
  const [status, text] = await runBy('LISTEN_PID=$$ LISTEN_FDS=1 exec "$@" 3</dev/null');
  assert.match(text, /^claude-code-proxy: .* LISTEN_FDS is not a listening socket\n$/);
  assert.equal(status, 1);
});

test('variables that are meant for another process, or mean nothing', LIMIT, async () => {
  for (const env of [{LISTEN_PID: '1', LISTEN_FDS: '1'}, {LISTEN_FDS: '1'}, {LISTEN_PID: '-1'}]) {
    const [status, text] = await runBy('exec "$@" 3</dev/null', env);
    assert.match(text, /^usage: /);
    assert.equal(status, 2);
    await undo();
  }
  for (const fds of ['', '0', '-1', '1x', ' 1', '99999999999999999999']) {
    const [status] = await runBy('LISTEN_PID=$$ exec "$@" 3</dev/null', {LISTEN_FDS: fds});
    assert.equal(status, 2, `LISTEN_FDS="${fds}"`);
    await undo();
  }
  undo = () => {};
});

const RESTARTS = 2;

const gatewayOf = holder => below(holder).find(p => p.parent === holder && p.state !== 'Z')?.pid;

/** As `systemctl restart`, with an answer under way that the old one must finish. */
async function restart(stack) {
  const before = gatewayOf(stack.pid);
  const stream = await open(stack, {text: 'fake:count 20 20'});
  await stream.until('"1"');
  process.kill(stack.pid, 'SIGHUP');
  const {end} = await stream.rest();
  assert.equal(end, 'done', 'the answer under way is finished');
  const after = await until(() => {
    const pid = gatewayOf(stack.pid);
    return pid !== before && pid;
  }, 10_000, 'it is started again');
  assert.ok(after);
}

/* More conversations than PROXY_WORKERS - 2 at once get a 503, and here they gather meanwhile:
 * a slow machine must not ask for more of them. */
const WORKERS = 48;

for (const as of ['0', '3'])
  test(`no request is lost when it is restarted, descriptor ${as}`, {timeout: 60_000}, async () => {
    const stack = await start({
      backlog: BACKLOG, env: {PROXY_WORKERS: String(WORKERS), PROXY_DRAIN_SECONDS: '30'},
      listen: (socket, backlog) => [setting('HOLD'), as, socket, String(backlog)],
    });
    const clients = askSteadily(stack, WORKERS - 8);
    for (let i = 0; i < RESTARTS; i++) {
      await clients.more(5);
      await restart(stack);
    }
    await clients.more(5);
    await clients.finish();
    assert.equal(stack.log().match(/ msg=ended$/gm).length, RESTARTS);
  });

test('the socket may be made blocking behind its back', LIMIT, async () => {
  const stack = await start({
    backlog: BACKLOG, env: {PROXY_DRAIN_SECONDS: '20', PROXY_WORKERS: '32'},
    listen: (socket, backlog) => [setting('HOLD'), '0', socket, String(backlog)],
  });
  process.kill(stack.pid, 'SIGUSR1');
  for (let i = 0; i < 100; i++) assert.equal((await get(stack, '/health')).status, 200);
  const started = performance.now();
  process.kill(stack.pid, 'SIGHUP');
  await until(() => !gatewayOf(stack.pid), 30_000, 'it has ended');
  assert.ok(performance.now() - started < 10_000, 'a worker was stuck in accept');
});
