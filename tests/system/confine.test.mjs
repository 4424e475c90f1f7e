// What the kernel keeps from the processes of the gateway, and that they work without it.
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import fs from 'node:fs';
import {after, before, describe, test} from 'node:test';
import {processesIn, until} from '../lib/proc.mjs';
import {checkDir, gatewayEnv, makeDir, setting, startStack} from '../lib/stack.mjs';
import {PART, WAYS, ask, assertAnswers, body, get, open} from './ask.mjs';
import {conversation, deep, untilChildren} from './keep.mjs';
import {below} from './watch.mjs';

const FAKE = setting('FAKE_CLAUDE');
const PLAIN = setting('PROXY_PLAIN_BIN');

/** A line of /proc/PID/status. */
function status(pid, name) {
  const text = fs.readFileSync(`/proc/${pid}/status`, 'utf8');
  return text.match(new RegExp(`^${name}:\\s*(.*)$`, 'm'))?.[1];
}

/** Whether another process of the same user gets at it; root gets at all. */
function isOpen(pid) {
  try {
    return fs.readFileSync(`/proc/${pid}/environ`) && true;
  } catch {
    return false;
  }
}

const noCore = pid => /^Max core file size\s+0\s+0\s/m.test(
  fs.readFileSync(`/proc/${pid}/limits`, 'utf8'));

describe('what is taken from a process', () => {
  let stack, workers, child;
  before(async () => {
    stack = await startStack({claude: FAKE, env: {PROXY_SPARES: '1'}});
    await untilChildren(stack, {spare: 1});
    [child] = stack.children().map(p => p.pid);
    workers = below(stack.pid).map(p => p.pid).filter(pid => pid !== child);
  });
  after(() => stack?.stop());

  test('a worker: system calls', () => {
    assert.equal(workers.length, 12);
    const filter = stack.log().includes('no seccomp filters') ? '0' : '2';
    for (const pid of workers) assert.equal(status(pid, 'Seccomp'), filter);
  });
  test('the keeper and a child: none', () => {
    for (const pid of [stack.pid, child]) assert.equal(status(pid, 'Seccomp'), '0');
  });
  test('all: new privileges, and core files', () => {
    for (const pid of [stack.pid, child, ...workers]) {
      assert.equal(status(pid, 'NoNewPrivs'), '1');
      assert.ok(noCore(pid));
    }
  });
  test('the keeper and the workers: being looked at by a child', () => {
    const root = process.getuid() === 0;
    for (const pid of [stack.pid, ...workers]) assert.equal(isOpen(pid), root);
    assert.ok(isOpen(child));
  });
  test('a child may look at itself', async () => {
    const got = await ask(stack, {text: 'fake:dump'});
    assert.ok(JSON.parse(got.text).fds['0'], 'it reads its /proc/self/fd');
  });
  test('the log has once what the kernel has', () => {
    const found = stack.log().match(/^.*\bworkers are confined .*$/gm);
    assert.equal(found.length, 1);
    assert.match(found[0], /: (no )?seccomp filters, (no Landlock|Landlock \d+)"?$/);
    assert.doesNotMatch(stack.log(), /cannot be confined/);
  });
});

/** As a release is built: its filter lets less through than one for sanitizers can. */
describe('a release', () => {
  let stack;
  before(async () => {
    stack = await startStack({
      claude: FAKE, bin: PLAIN, env: {PROXY_SPARES: '1', PROXY_PARKED: '4'},
    });
  });
  after(() => stack?.stop());

  test('answers what it is asked', async () => {
    assert.equal((await get(stack, '/health')).status, 200);
    assert.equal((await get(stack, '/v1/models')).status, 200);
    assert.ok((await deep(stack)).claude.version);
    for (const way of WAYS) {
      const got = await ask(stack, {...way, text: 'fake:count 3000 0'});
      assert.equal(got.text.split(' ').length, 3000);
    }
  });
  test('goes on with a child, whose note is passed', async () => {
    const talk = conversation(stack);
    const pid = await talk.pid();
    assert.equal(await talk.pid(), pid);
    const tools = [{name: 'look'}];
    const first = await ask(stack, {text: 'fake:calls 2', tools});
    await untilChildren(stack, {leased: 0});
    const results = [first.calls, [1, 0]];
    const got = await ask(stack, {text: 'fake:calls 2', tools, results});
    assert.equal(got.text, 'Results: result 1, result 0');
  });
  test('takes a large body', async () => {
    const got = await ask(stack, {text: 'hello', system: 'x'.repeat(900_000)});
    assert.equal(got.status, 200, got.error?.message);
  });
  test('answers with an error, refuses, and is left', async () => {
    assert.equal((await ask(stack, {text: 'fake:error 529 overloaded_error'})).end, 'error');
    assert.equal((await ask(stack, {text: 'x', model: 'gpt-none'})).status, 404);
    const stream = await open(stack, {text: 'fake:hang mid'});
    await stream.until(PART);
    stream.leave();
    await untilChildren(stack, {leased: 0});
    await assertAnswers(stack);
  });
  test('drains', async () => {
    const stream = await open(stack, {text: 'fake:count 20 20'});
    await stream.until('"1"');
    process.kill(stack.pid, 'SIGTERM');
    assert.equal((await stream.rest()).end, 'done');
    await until(() => stack.proxy.exitCode === 0, 5000, 'it has ended well');
    assert.doesNotMatch(stack.log(), /worker \d+ (was )?ended|cannot|not permitted/);
  });
});

test('a release under CGI', async () => {
  const dir = makeDir();
  const text = JSON.stringify(body({text: 'hello', stream: true}));
  const got = spawnSync(PLAIN, [], {
    input: text, encoding: 'utf8', timeout: 20_000,
    env: {
      ...gatewayEnv(dir, 'sk-cgi', {CLAUDE_BIN: FAKE}), GATEWAY_INTERFACE: 'CGI/1.1',
      REQUEST_METHOD: 'POST', PATH_INFO: '/chat/completions', CONTENT_TYPE: 'application/json',
      CONTENT_LENGTH: String(text.length), HTTP_AUTHORIZATION: 'Bearer sk-cgi',
    },
  });
  assert.equal(got.status, 0, got.stderr);
  assert.match(got.stdout, /^Status: 200/m);
  assert.match(got.stdout, /data: \[DONE\]\n\n$/);
  assert.match(got.stderr, / status=200 .* error=none$/m);
  assert.equal(got.stderr.split('\n').length, 2, got.stderr);
  await until(() => processesIn(dir).length === 0, 5000, 'its keeper has ended');
  await checkDir(dir);
});
