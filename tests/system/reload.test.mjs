// SIGHUP: the file of keys is read again.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import {afterEach, beforeEach, test} from 'node:test';
import {until} from '../lib/proc.mjs';
import {checkDir, makeDir, setting, startStack} from '../lib/stack.mjs';
import {WAYS, ask, get, open} from './ask.mjs';
import {untilChildren} from './keep.mjs';
import {workersOf} from './watch.mjs';

const FAKE = setting('FAKE_CLAUDE');
const LIMIT = {timeout: 60_000};
const WORKERS = 8;
const COUNT = Array.from({length: 60}, (_, i) => i + 1).join(' ');

let dir, file, stack;
beforeEach(() => {
  dir = makeDir();
  file = path.join(dir, 'keys');
});
afterEach(async () => {
  await stack.stop();
  await checkDir(dir);
});

/** Writes a file with these keys, each its own label: [key, limit]. */
function write(...keys) {
  const lines = keys.map(([key, limit = '']) =>
    `${key} ${crypto.createHash('sha256').update(key).digest('hex')} ${limit}\n`);
  fs.writeFileSync(file, lines.join(''), {mode: 0o644});
}

async function start(env = {}) {
  stack = await startStack({
    claude: FAKE,
    env: {
      PROXY_API_KEY_FILE: file, PROXY_CHILDREN: '6', PROXY_WORKERS: String(WORKERS), ...env,
    },
  });
  /* The first of them answers before the last one is forked. */
  await until(() => workers().length === WORKERS, 5000, 'all workers are there');
}

const workers = () => workersOf(stack.pid);

/** Sends SIGHUP and waits until no worker of before is left, but for those that are `busy`. */
async function reload(busy = 0) {
  const before = workers();
  assert.equal(before.length, WORKERS);
  process.kill(stack.pid, 'SIGHUP');
  await until(() => {
    const now = workers();
    return now.length === WORKERS && now.filter(pid => before.includes(pid)).length === busy;
  }, 10_000, 'the workers are replaced');
}

const as = key => ({...stack, key});
const statusOf = async key => (await ask(as(key), {text: 'hello'})).status;

test('a new key is let in, one that is gone is not', LIMIT, async () => {
  write(['old'], ['both']);
  await start();
  assert.deepEqual(await Promise.all(['old', 'both', 'new'].map(statusOf)), [200, 200, 401]);
  write(['both'], ['new']);
  assert.deepEqual(await Promise.all(['old', 'both', 'new'].map(statusOf)), [200, 200, 401]);
  await reload();
  for (let i = 0; i < WORKERS; i++)
    assert.deepEqual(await Promise.all(['old', 'both', 'new', stack.key].map(statusOf)),
      [401, 200, 200, 200]);
  assert.match(stack.log(), /msg="3 keys"$/m);
  await reload();
  assert.equal(await statusOf('new'), 200);
});

test('a limit changes', LIMIT, async () => {
  write(['one']);
  await start();
  const streams = [];
  for (let i = 0; i < 2; i++) {
    streams.push(await open(as('one'), {text: 'fake:hang mid'}));
    await streams.at(-1).until('Half');
  }
  write(['one', 2]);
  await reload(2);
  assert.equal(await statusOf('one'), 429, 'those of before count');
  for (const stream of streams) stream.leave();
  await untilChildren(stack, {leased: 0, stopping: 0});
  assert.equal(await statusOf('one'), 200);
});

test('what runs goes on, even for a key that is gone', LIMIT, async () => {
  write(['old']);
  await start();
  const streams = await Promise.all(WAYS.slice(0, 2).map(way =>
    open(as('old'), {...way, stream: true, text: 'fake:count 60 20'})));
  for (const stream of streams) await stream.until('"1"');
  write(['new']);
  await reload(2);
  assert.equal(await statusOf('old'), 401);
  for (const stream of streams) {
    const got = await stream.rest();
    assert.equal(got.end, 'done');
    assert.equal(got.text, COUNT);
  }
  await until(() => workers().length === WORKERS, 5000, 'all workers are back');
});

test('no request fails meanwhile', LIMIT, async () => {
  write(['one']);
  await start();
  let over = false;
  const statuses = {};
  const count = status => statuses[status] = (statuses[status] ?? 0) + 1;
  const clients = [0, 1, 2].map(async i => {
    while (!over) count((await ask(as('one'), {...WAYS[i], text: 'fake:count 20 200'})).status);
  });
  const checks = [0, 1, 2].map(async () => {
    while (!over) count((await get(stack, '/health')).status);
  });
  for (let round = 0; round < 5; round++) {
    write(['one'], [`more${round}`]);
    const before = workers();
    process.kill(stack.pid, 'SIGHUP');
    await until(() => !workers().some(pid => before.includes(pid)), 10_000, 'all are replaced');
  }
  over = true;
  await Promise.all([...clients, ...checks]);
  assert.deepEqual(Object.keys(statuses), ['200'], JSON.stringify(statuses));
  assert.doesNotMatch(stack.log(), /worker \d+ (was )?ended/);
});

test('a file with a fault changes nothing', LIMIT, async () => {
  write(['one']);
  await start();
  const before = workers();
  const faults = [
    () => fs.writeFileSync(file, 'one zebra\n'), () => fs.writeFileSync(file, ''),
    () => (write(['two']), fs.chmodSync(file, 0o666)), () => fs.unlinkSync(file),
  ];
  for (const [i, damage] of faults.entries()) {
    damage();
    process.kill(stack.pid, 'SIGHUP');
    await until(() => stack.log().match(/the keys stay as they were/g)?.length === i + 1, 5000,
      'the log says so');
    assert.equal(await statusOf('one'), 200);
    assert.equal(await statusOf('two'), 401);
  }
  assert.match(stack.log(), /PROXY_API_KEY_FILE .*keys: line 1: a hash must be/);
  assert.ok(!stack.log().includes('zebra'));
  assert.deepEqual(workers(), before);
  write(['two']);
  await reload();
  assert.equal(await statusOf('two'), 200);
});

test('without a file no worker is replaced', LIMIT, async () => {
  await start({PROXY_API_KEY_FILE: '', PROXY_SPARES: '1'});
  await untilChildren(stack, {spare: 1});
  const before = workers();
  const [spare] = stack.children();
  process.kill(stack.pid, 'SIGHUP');
  await until(() => !stack.children().some(p => p.pid === spare.pid), 5000, 'the spare has ended');
  assert.deepEqual(workers(), before);
});

test('SIGTERM while workers are replaced', LIMIT, async () => {
  write(['one']);
  await start();
  const stream = await open(as('one'), {text: 'fake:count 60 20'});
  await stream.until('"1"');
  process.kill(stack.pid, 'SIGHUP');
  process.kill(stack.pid, 'SIGTERM');
  assert.equal((await stream.rest()).text, COUNT);
  await until(() => stack.proxy.exitCode === 0, 10_000, 'it ends');
});
