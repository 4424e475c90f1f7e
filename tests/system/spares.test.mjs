// Children that are booted before anybody asks for one.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import {afterEach, test} from 'node:test';
import {until} from '../lib/proc.mjs';
import {startStack} from '../lib/stack.mjs';
import {PART, ask, assertAnswers, open} from './ask.mjs';
import {conversation, deep, leases, untilChildren} from './keep.mjs';

const LIMIT = {timeout: 30_000};
let stack;

/** The models are learnt first, which takes a child. */
async function start(env = {}, claude = process.env.FAKE_CLAUDE) {
  stack = await startStack({
    claude, env: {PROXY_SPARES: '1', PROXY_CHILDREN: '3', PROXY_WORKERS: '8', ...env},
  });
  await deep(stack);
}

afterEach(() => stack.stop());

const pids = () => stack.children().map(p => p.pid);

async function spares(n) {
  await untilChildren(stack, {spare: n, stopping: 0, leased: 0});
  const list = pids();
  assert.equal(list.length, n);
  return list;
}

const pidOf = got => JSON.parse(got.text).pid;
const dump = () => ask(stack, {text: 'fake:dump'});

test('a request gets the spare, and another takes its place', LIMIT, async () => {
  await start();
  const [spare] = await spares(1);
  const {result, grown} = await leases(stack, dump);
  assert.equal(pidOf(result), spare);
  assert.deepEqual(grown, [0, 1, 0]);
  const [next] = await spares(1);
  assert.notEqual(next, spare);
});

test('as many as were wanted, and no more children than there may be', LIMIT, async () => {
  await start({PROXY_SPARES: '3'});
  await spares(3);
  const streams = await Promise.all([1, 2].map(() => open(stack, {text: 'fake:hang mid'})));
  await Promise.all(streams.map(stream => stream.until(PART)));
  const all = await untilChildren(stack, {leased: 2, spare: 1});
  assert.equal(all.children.limit, 3);
  assert.equal(pids().length, 3);
  const {grown} = await leases(stack, dump);
  assert.deepEqual(grown, [0, 1, 0], 'the last slot is a spare that a request can have');
  streams.forEach(stream => stream.leave());
  await spares(3);
});

test('no spare is booted for a slot that a request waits for', LIMIT, async () => {
  await start({PROXY_CHILDREN: '1'});
  await spares(1);
  const first = await open(stack, {text: 'fake:hang mid'});
  await first.until(PART);
  const waiting = [1, 2, 3].map(dump);
  await until(async () => (await deep(stack)).queue === 3, 5000, 'all wait');
  const before = (await deep(stack)).leases;
  first.leave();
  for (const got of await Promise.all(waiting)) assert.equal(got.status, 200);
  const after = (await deep(stack)).leases;
  assert.equal(after.cold - before.cold, 3);
  await spares(1);
});

test('a spare that dies is replaced', LIMIT, async () => {
  await start();
  const seen = new Set();
  for (let i = 0; i < 3; i++) {
    const [spare] = await spares(1);
    assert.ok(!seen.has(spare));
    seen.add(spare);
    process.kill(spare, 'SIGKILL');
    await until(() => !pids().includes(spare), 5000, 'it has ended');
  }
  await spares(1);
  await assertAnswers(stack);
});

test('spares that cannot live are not booted again and again', LIMIT, async () => {
  const counter = fs.mkdtempSync('/tmp/ccp-count-');
  const script = path.join(counter, 'claude');
  fs.writeFileSync(script, `#!/bin/sh
[ "$1" = --version ] && exec ${process.env.FAKE_CLAUDE} --version
echo x >>${counter}/starts
exit 1
`, {mode: 0o755});
  fs.chmodSync(counter, 0o777);
  stack = await startStack({claude: script, env: {PROXY_SPARES: '1'}});
  const starts = () => fs.existsSync(`${counter}/starts`)
    ? fs.readFileSync(`${counter}/starts`, 'utf8').length / 2 : 0;
  const from = performance.now();
  await until(() => starts() >= 4, 10_000, 'it is tried again');
  assert.ok(performance.now() - from > 1500, 'four starts within 250 + 500 + 1000 ms');
  fs.rmSync(counter, {recursive: true});
});

test('no spare is booted where memory is short, until it is there', LIMIT, async () => {
  const dir = fs.mkdtempSync('/tmp/ccp-memory-');
  const meminfo = path.join(dir, 'meminfo');
  const tell = mib => fs.writeFileSync(meminfo, `MemAvailable: ${mib * 1024} kB\n`);
  const user = process.getuid() === 0 ? [] : ['--map-current-user', '--keep-caps'];
  tell(500);
  stack = await startStack({
    claude: process.env.FAKE_CLAUDE, env: {PROXY_SPARES: '1', PROXY_LOG: 'debug'},
    within: ['unshare', ...user, '--mount', 'sh', '-c',
      `mount --bind ${meminfo} /proc/meminfo && exec "$@"`, 'sh'],
  });
  await until(() => stack.log().includes('no memory for a spare'), 5000, 'it is told');
  assert.equal((await dump()).status, 200, 'a request is served all the same');
  await until(() => pids().length === 0, 5000, 'nothing is kept');
  tell(5000);
  await until(() => pids().length === 1, 8000, 'the spare is there');
  fs.rmSync(dir, {recursive: true});
});

test('a spare that is too old is replaced', LIMIT, async () => {
  await start({PROXY_SPARE_SECONDS: '1'});
  const [first] = await spares(1);
  await until(() => !pids().includes(first), 5000, 'the first has ended');
  await until(() => pids().length === 1, 5000, 'another is there');
});

test('spares of a CLI that was updated are renewed', LIMIT, async () => {
  const dir = fs.mkdtempSync('/tmp/ccp-cli-');
  fs.chmodSync(dir, 0o755);
  const claude = path.join(dir, 'claude');
  const install = () => {
    fs.copyFileSync(process.env.FAKE_CLAUDE, `${claude}.new`);
    fs.renameSync(`${claude}.new`, claude);
  };
  install();
  await start({}, claude);
  const [old] = await spares(1);
  install();
  const got = await dump();
  assert.notEqual(pidOf(got), old, 'a request got the old one');
  await until(() => !pids().includes(old), 5000, 'the old one has ended');
  const [next] = await spares(1);
  install();
  await until(() => !pids().includes(next), 8000, 'it is renewed with no request');
  await spares(1);
  fs.rmSync(dir, {recursive: true});
});

test('SIGHUP renews what is kept', LIMIT, async () => {
  await start({PROXY_PARKED: '1'});
  const talk = conversation(stack);
  const parked = await talk.pid();
  await untilChildren(stack, {spare: 1, parked: 1});
  const before = pids();
  process.kill(stack.pid, 'SIGHUP');
  await until(() => pids().every(pid => !before.includes(pid)), 5000, 'all have ended');
  await spares(1);
  assert.notEqual(await talk.pid(), parked);
});

test('SIGTERM ends what is kept at once, and what is busy at its end', LIMIT, async () => {
  await start({PROXY_PARKED: '1', PROXY_DRAIN_SECONDS: '20'});
  const stream = await open(stack, {text: 'fake:pause mid'});
  await stream.until(PART);
  await conversation(stack).pid();
  await untilChildren(stack, {spare: 1, parked: 1, leased: 1});
  process.kill(stack.pid, 'SIGTERM');
  await until(() => pids().length === 1, 5000, 'only the busy one is left');
  process.kill(pids()[0], 'SIGUSR1');
  assert.equal((await stream.rest()).end, 'done');
  assert.deepEqual(await stack.exited, {code: 0, signal: null});
});
