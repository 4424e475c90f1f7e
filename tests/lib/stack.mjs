// The shipped configuration at work: nginx, spawn-fcgi and the gateway, on a free port.
import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import {end, processesIn, until} from './proc.mjs';

const CONF = path.resolve(import.meta.dirname, '../../conf');

/** A setting of the test environment that has no default. */
export function setting(name) {
  assert.ok(process.env[name], `${name} is not set; run the tests through meson`);
  return path.resolve(process.env[name]);
}

export async function freePort() {
  const server = net.createServer().listen(0, '127.0.0.1');
  await new Promise(resolve => server.once('listening', resolve));
  const {port} = server.address();
  await new Promise(resolve => server.close(resolve));
  return port;
}

/** Copies files of conf/ into `dir`, each shipped text replaced, which has to be there. */
export function copyConf(dir, names, replacements) {
  const left = new Set(Object.keys(replacements));
  for (const name of names) {
    let text = fs.readFileSync(path.join(CONF, name), 'utf8');
    for (const [shipped, ours] of Object.entries(replacements)) {
      if (!text.includes(shipped)) continue;
      text = text.replaceAll(shipped, ours);
      left.delete(shipped);
    }
    fs.writeFileSync(path.join(dir, name), text, {mode: 0o600});
  }
  assert.deepEqual([...left], [], 'lines that conf/ should have');
}

/** A directory of a test's own, which other users' processes can pass through but not list. */
export function makeDir() {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'ccp-'));
  fs.chmodSync(dir, 0o711);
  fs.mkdirSync(path.join(dir, 'home'));
  return dir;
}

/**
 * What the gateway gets: a home of its own, and sanitizers that write where checkDir looks;
 * ASAN_OPTIONS in `env` are added to ours.
 */
export function gatewayEnv(dir, key, {ASAN_OPTIONS: more = '', ...env}) {
  const log = name => path.join(dir, 'home', name);
  return {
    PATH: process.env.PATH, HOME: path.join(dir, 'home'), PROXY_API_KEY: key,
    ASAN_OPTIONS: `log_path=${log('asan')}:detect_leaks=1:exitcode=99:${more}`,
    UBSAN_OPTIONS: `log_path=${log('ubsan')}:print_stacktrace=1:halt_on_error=1`,
    ...env,
  };
}

/** No fault: it was asked for more than there is, and allocator_may_return_null was set. */
const MALLOC_GAVE_NULL = /^==\d+==WARNING: AddressSanitizer failed to allocate \S+ bytes\n$/;

/** Asserts that nothing of a test is left, and removes its directory. */
export async function checkDir(dir) {
  const home = path.join(dir, 'home');
  const reports = fs.readdirSync(home).filter(name => /^(asan|ubsan)\./.test(name))
    .map(name => fs.readFileSync(path.join(home, name), 'utf8'))
    .filter(text => !MALLOC_GAVE_NULL.test(text));
  const left = processesIn(dir);
  for (const p of left) process.kill(p.pid, 'SIGKILL');
  await until(() => processesIn(dir).length === 0, 5000, 'killed processes end');
  fs.rmSync(dir, {recursive: true, force: true});
  assert.deepEqual(reports, [], 'sanitizer reports');
  assert.deepEqual(left.map(p => p.argv.join(' ')), [], 'processes left behind');
}

export function readLog(file) {
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '';
}

/** Waits for an answer from a URL, but no longer than the processes live that should give it. */
export async function untilUp(url, processes, log, ms = 30_000) {
  const answers = async () => (await fetch(url, {signal: AbortSignal.timeout(5000)})).ok;
  try {
    await until(async () => {
      const dead = processes.find(p => p.exitCode !== null || p.signalCode !== null);
      assert.ok(!dead, `${dead?.spawnfile} ended: ${dead?.exitCode ?? dead?.signalCode}`);
      return answers().catch(() => false);
    }, ms, 'the servers answer');
  } catch (err) {
    throw new Error(`${err.message}\n${log()}`, {cause: err});
  }
}

/** Starts a program with its output in a file of the directory. */
export function run(dir, name, argv, env) {
  const file = path.join(dir, `${name}.log`);
  const out = fs.openSync(file, 'a');
  const child = spawn(argv[0], argv.slice(1), {cwd: dir, env, stdio: ['ignore', out, out]});
  child.on('error', err => fs.appendFileSync(file, `${err.message}\n`));
  fs.closeSync(out);
  return child;
}

/** How conf/ has it. Root's nginx works as nobody, so nobody owns the socket then. */
function spawnFcgi(socket, backlog) {
  const owner = process.getuid() === 0 ? ['-U', 'nobody'] : [];
  return ['spawn-fcgi', '-n', '-s', socket, '-M', '0600', ...owner, '-b', String(backlog), '--'];
}

/**
 * Starts everything and waits until /health answers. `claude` is the CLI, `env` is added to the
 * gateway's environment, in which no child is kept: a test that wants some says so. `bin` may be
 * another program than the gateway, `within` is a command that runs it. `listen` gives the command
 * line that makes the socket and starts the gateway on it; `listening` is done before nginx starts.
 */
export async function startStack({
  claude, env = {}, maxBody = '1m', backlog = 24, bin = setting('PROXY_BIN'), within = [],
  listen = spawnFcgi, listening = () => {}, key = 'sk-test-0123456789',
} = {}) {
  const gateway = fs.realpathSync(bin);
  const dir = makeDir();
  const port = await freePort();
  const socket = path.join(dir, 'proxy.sock');
  copyConf(dir, ['nginx.conf', 'claude-code-proxy.location.conf'], {
    'listen 127.0.0.1:8080;': `listen 127.0.0.1:${port};`,
    'unix:/run/claude-code-proxy/claude-code-proxy.sock': `unix:${socket}`,
    'client_max_body_size 1m;': `client_max_body_size ${maxBody};`,
    'client_body_buffer_size 1m;': `client_body_buffer_size ${maxBody};`,
  });
  const proxyEnv = gatewayEnv(dir, key, {
    CLAUDE_BIN: claude, PROXY_MAX_BODY: maxBody, PROXY_DRAIN_SECONDS: '5',
    PROXY_SPARES: '0', PROXY_PARKED: '0', ...env,
  });
  const proxy = run(dir, 'proxy', [...within, ...listen(socket, backlog, proxyEnv), gateway],
    proxyEnv);
  const ended = () => proxy.exitCode !== null || proxy.signalCode !== null;
  await until(() => fs.existsSync(socket) || ended(), 10_000, 'the socket is there');
  await listening(socket);
  const nginx = run(dir, 'nginx', ['nginx', '-e', 'stderr', '-p', `${dir}/`,
    '-c', path.join(dir, 'nginx.conf')], {PATH: process.env.PATH});
  const url = `http://127.0.0.1:${port}`;
  const log = () => ['proxy', 'nginx'].map(name => readLog(path.join(dir, `${name}.log`))).join('');
  let stopped = null;

  /** Only a test sends SIGKILL: to a gateway that was gone before this, or to a worker of nginx. */
  async function stop() {
    const killed = proxy.signalCode === 'SIGKILL';
    let codes, text;
    try {
      codes = [await end(proxy, 'SIGTERM', 15_000), await end(nginx, 'SIGTERM', 5000)];
    } finally {
      text = log();
      await checkDir(dir);
    }
    assert.deepEqual(codes, [killed ? [null, 'SIGKILL'] : [0, null], [0, null]],
      `exit of the gateway and of nginx\n${text}`);
    assert.doesNotMatch(text,
      /buffered to a temporary file|\[(crit|emerg)\]|\[alert\](?!.* exited on signal 9$)/m);
    assert.ok(!text.includes(key), 'the key is in the log');
  }

  const stack = {
    port, url, baseURL: `${url}/v1`, key, dir, log, proxy, nginx, pid: proxy.pid,
    workdir: path.join(dir, 'home/.cache/claude-code-proxy/cwd'),
    exited: new Promise(resolve => proxy.on('exit', (code, signal) => resolve({code, signal}))),

    /** The living processes that belong to the gateway and are not it: `claude`, mostly. */
    children: () => processesIn(path.join(dir, 'home')).filter(p => p.exe !== gateway),

    /** The pids of the gateway's own processes but for the keeper, in order. */
    workers: () => processesIn(path.join(dir, 'home'))
      .filter(p => p.exe === gateway && p.pid !== proxy.pid).map(p => p.pid).sort((a, b) => a - b),

    /** Ends it, and asserts that it ended well and left nothing. */
    stop: () => stopped ??= stop(),
  };
  try {
    await untilUp(`${url}/health`, [proxy, nginx], log);
  } catch (err) {
    await stack.stop().catch(() => {});
    throw err;
  }
  return stack;
}
