// Limits and full disks around the gateway: what it cannot have it does without, or says so.
import assert from 'node:assert/strict';
import {spawn, spawnSync} from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import {test} from 'node:test';
import {until} from '../lib/proc.mjs';
import {checkDir, gatewayEnv, makeDir, setting, startStack} from '../lib/stack.mjs';
import {ask, assertAnswers} from '../system/ask.mjs';
import {conversation, deep, untilChildren} from '../system/keep.mjs';
import {descriptorsOf} from '../system/watch.mjs';
import {done, failed, logOf, watch} from './outcome.mjs';

const CLAUDE = setting('FAKE_CLAUDE');
const LIMIT = {timeout: 60_000};
const IS_ROOT = process.getuid() === 0;
const COUNT = 'fake:count 20 0';
const counted = done(Array.from({length: 20}, (_, i) => i + 1).join(' '));

/** The gateway's stack, stopped when the work is done, which has to be well. */
async function withStack(options, work) {
  const stack = await startStack({claude: CLAUDE, ...options});
  try {
    await work(stack);
  } finally {
    await stack.stop();
  }
}

/** Starts the gateway within a command and its end: {code, err}. */
async function refused(within) {
  const dir = makeDir();
  const child = spawn(within[0], [...within.slice(1), 'spawn-fcgi', '-n', '-s',
    path.join(dir, 'socket'), '--', setting('PROXY_BIN')], {
    env: gatewayEnv(dir, 'sk-limits', {CLAUDE_BIN: CLAUDE}),
    stdio: ['ignore', 'ignore', 'pipe'], signal: AbortSignal.timeout(20_000),
  });
  let err = '';
  child.stderr.setEncoding('utf8').on('data', text => err += text);
  await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  await checkDir(dir);
  assert.equal(child.exitCode, 1, err);
  return err;
}

/** As much at once as is configured: every child busy, then parked, and others waiting. */
async function useAll(stack, children) {
  for (let round = 0; round < 2; round++) {
    const all = await Promise.all(Array.from({length: children}, () =>
      ask(stack, {stream: true, text: COUNT})));
    all.forEach(counted);
    await Promise.all(Array.from({length: children}, (_, i) =>
      ask(stack, {text: 'fake:calls 1', system: `${i}`, tools: [{name: 'look'}]})));
    await untilChildren(stack, {leased: 0, stopping: 0});
  }
}

test('open files: as many as the configuration needs', LIMIT, async () => {
  const err = await refused(['prlimit', '--nofile=24']);
  const [, needed] = err.match(
    /^claude-code-proxy: PROXY_WORKERS and PROXY_CHILDREN need (\d+) open files.*24.*\n$/);
  await refused(['prlimit', `--nofile=${needed - 1}`]);
  await withStack({
    within: ['prlimit', `--nofile=${needed}`], env: {PROXY_SPARES: '1', PROXY_PARKED: '6'},
  }, stack => useAll(stack, 6));
});

test('open files: a soft limit is raised', LIMIT, async () => {
  await withStack({
    within: ['prlimit', '--nofile=24:4096'], env: {PROXY_SPARES: '1', PROXY_PARKED: '6'},
  }, stack => useAll(stack, 6));
});

test('open files: none is left, and then there are some', LIMIT, async () => {
  await withStack({}, async stack => {
    await deep(stack);
    const settled = await watch(stack);
    const limit = value => {
      const set = spawnSync('prlimit', [`--pid=${stack.pid}`, `--nofile=${value}:`]);
      assert.equal(set.status, 0, String(set.stderr));
    };
    limit(descriptorsOf(stack.pid));
    failed('internal_error')(await ask(stack, {text: COUNT}));
    assert.match(logOf(stack), /no working directory .*: Too many open files/);
    assert.ok(fs.readdirSync(stack.workdir).length <= 1);
    limit(1024);
    counted(await ask(stack, {text: COUNT}));
    await settled();
  });
});

/* Root's processes are not counted, so another user's, with root's right to all files. */
const AS_OTHER = !IS_ROOT ? ['/usr/bin/env'] : ['/usr/bin/env', 'setpriv', '--reuid=65534',
  '--regid=65534', '--clear-groups', '--inh-caps=+dac_override', '--ambient-caps=+dac_override'];
const [, MOST] = fs.readFileSync('/proc/self/limits', 'utf8')
  .match(/^Max processes .* (\S+)\s+\S+\s*$/m);

/** A copy of the CLI: the directories above the built one may be closed to another user. */
function claudeForAll(t) {
  const dir = makeDir();
  t.after(() => checkDir(dir));
  const copy = path.join(dir, 'claude');
  fs.copyFileSync(CLAUDE, copy);
  fs.chmodSync(copy, 0o755);
  return copy;
}

test('processes: none can be started, and then they can', LIMIT, async t => {
  const listen = (socket, backlog) =>
    ['spawn-fcgi', '-n', '-s', socket, '-M', '0666', '-b', String(backlog), '--',
      ...AS_OTHER];
  const claude = claudeForAll(t);
  await withStack({claude, listen, env: {PROXY_CHILDREN: '2', PROXY_WORKERS: '4'}}, async stack => {
    const limit = value => {
      const [env, ...rest] = AS_OTHER;
      const set = spawnSync(env, [...rest, 'prlimit', `--pid=${stack.pid}`, `--nproc=${value}:`]);
      assert.equal(set.status, 0, String(set.stderr));
    };
    await deep(stack);
    const settled = await watch(stack);
    limit(1);
    failed('internal_error')(await ask(stack, {text: COUNT}));
    assert.match(logOf(stack), /claude cannot be started: Resource temporarily unavailable/);
    process.kill(stack.workers()[0], 'SIGKILL');
    await until(() => /no worker could be forked/.test(logOf(stack)), 10_000, 'it tries to');
    failed('internal_error')(await ask(stack, {text: COUNT}));
    limit(MOST);
    counted(await ask(stack, {text: COUNT}));
    await settled(15_000);
  });
});

/** A log that is full says nothing; all else goes on, notes of kept children apart. */
test('file size: nothing can be written', LIMIT, async () => {
  await withStack({
    within: ['prlimit', '--fsize=0'], env: {PROXY_PARKED: '2'},
  }, async stack => {
    for (const stream of [false, true]) counted(await ask(stack, {stream, text: COUNT}));
    assert.equal((await ask(stack, {text: 'fake:exit mid 1'})).status, 502);
    const talk = conversation(stack);
    for (let i = 0; i < 2; i++) assert.equal((await talk.say('hello')).status, 200);
    process.kill(stack.workers()[0], 'SIGKILL');
    await assertAnswers(stack);
    assert.equal(logOf(stack), '');
  });
});

/* Its stderr and its home are on a file system of its own, which is full once it has started. */
const FULL = `
  mount -t tmpfs -o size=64k,nr_inodes=16 none "$HOME" &&
  mkdir -p "$HOME/.cache/claude-code-proxy/cwd" &&
  ! cat /dev/zero >"$HOME/fill" 2>/dev/null && ! echo >"$HOME/more" 2>/dev/null &&
  exec "$@" 2>"$HOME/log"`;
const inOwn = script => ['unshare', ...IS_ROOT ? [] : ['--map-root-user'], '--mount',
  'sh', '-c', script, 'sh'];

test('a full disk: home and log', LIMIT, async () => {
  await withStack({
    within: inOwn(FULL), env: {PROXY_PARKED: '2', PROXY_SPARES: '1', PROXY_CHILDREN: '3'},
  }, async stack => {
    const talk = conversation(stack);
    const pid = await talk.pid();
    assert.equal(await talk.pid(), pid, 'children are kept');
    for (const stream of [false, true]) counted(await ask(stack, {stream, text: COUNT}));
    assert.equal((await ask(stack, {text: 'fake:exit mid 1'})).status, 502);
    assert.equal(logOf(stack), '', 'the log is elsewhere');
  });
});

test('a full disk: no directory can be made at the start', LIMIT, async () => {
  const err = await refused(inOwn(`
    mount -t tmpfs -o nr_inodes=1 none "$HOME" && exec "$@"`));
  assert.match(err, /^claude-code-proxy: the working directory .* cannot be made: No .*\n$/);
});
