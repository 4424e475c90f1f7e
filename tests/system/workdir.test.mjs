// The directories that children run in.
import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import {afterEach, test} from 'node:test';
import {end, processesIn, until} from '../lib/proc.mjs';
import {checkDir, gatewayEnv, makeDir, setting, startStack} from '../lib/stack.mjs';
import {PART, ask, body, open} from './ask.mjs';
import {untilChildren} from './keep.mjs';

const FAKE = setting('FAKE_CLAUDE');
const LIMIT = {timeout: 30_000};
const FOREIGN = 'a foreign file';

let dir, stacks;
const own = () => path.join(dir, 'home/cwd');

async function start(env = {}) {
  stacks.push(await startStack({claude: FAKE, env: {PROXY_WORKDIR: own(), ...env}}));
  return stacks.at(-1);
}

function prepare() {
  dir = makeDir();
  stacks = [];
}
prepare();

afterEach(async () => {
  for (const stack of stacks) await stack.stop();
  await checkDir(dir);
  prepare();
});

const names = () => fs.readdirSync(own()).sort((a, b) => a - b);
const cwds = stack => stack.children().map(p => p.cwd).sort();

/** Where a child runs that is started when no other is there. */
async function cwdOf(stack) {
  await untilChildren(stack, {leased: 0, stopping: 0});
  return JSON.parse((await ask(stack, {text: 'fake:dump'})).text).cwd;
}

/** Children that go on with their answer until they are left. */
async function hang(stack, n) {
  const streams = [];
  for (let i = 0; i < n; i++) {
    streams.push(await open(stack, {text: 'fake:hang mid'}));
    await streams.at(-1).until(PART);
  }
  return {
    async leave() {
      for (const stream of streams) stream.leave();
      await untilChildren(stack, {leased: 0, stopping: 0});
    },
  };
}

test('each child has its own, with the same names again', LIMIT, async () => {
  const stack = await start();
  for (let round = 0; round < 2; round++) {
    const hanging = await hang(stack, 3);
    assert.deepEqual(cwds(stack), ['1', '2', '3'].map(name => path.join(own(), name)));
    for (const name of names()) {
      assert.deepEqual(fs.readdirSync(path.join(own(), name)), []);
      assert.equal(fs.statSync(path.join(own(), name)).mode & 0o777, 0o700);
    }
    await hanging.leave();
  }
  for (let i = 0; i < 3; i++) assert.equal(await cwdOf(stack), path.join(own(), '1'));
  await stack.stop();
  assert.deepEqual(names(), [], 'all of them are removed at the end');
});

test('what a child left is gone for the next one', LIMIT, async () => {
  const stack = await start();
  const hanging = await hang(stack, 1);
  const outside = path.join(dir, 'home/outside');
  const inside = name => path.join(own(), '1', name);
  fs.mkdirSync(outside);
  fs.writeFileSync(path.join(outside, 'file'), FOREIGN);
  fs.mkdirSync(inside('a/b/c'), {recursive: true});
  fs.writeFileSync(inside('a/b/.hidden'), '');
  fs.symlinkSync(outside, inside('link'));
  fs.symlinkSync('/nonexistent', inside('a/dangling'));
  await hanging.leave();
  assert.equal(await cwdOf(stack), path.join(own(), '1'));
  assert.deepEqual(fs.readdirSync(path.join(own(), '1')), []);
  assert.equal(fs.readFileSync(path.join(outside, 'file'), 'utf8'), FOREIGN);
  assert.equal(stack.log().match(/left something in its working directory/g)?.length, 1);
});

test('one that cannot be emptied is not used again', LIMIT, async () => {
  const stack = await start();
  const hanging = await hang(stack, 1);
  for (let i = 0; i < 1100; i++) fs.writeFileSync(path.join(own(), '1', `${i}`), '');
  await hanging.leave();
  assert.equal(await cwdOf(stack), path.join(own(), '2'));
  assert.equal(await cwdOf(stack), path.join(own(), '2'));
});

test('one that was removed is made again', LIMIT, async () => {
  const stack = await start();
  assert.equal(await cwdOf(stack), path.join(own(), '1'));
  fs.rmdirSync(path.join(own(), '1'));
  assert.equal(await cwdOf(stack), path.join(own(), '1'));
});

test('what is in one that is not ours is left alone', LIMIT, async () => {
  fs.mkdirSync(path.join(own(), '1'), {recursive: true});
  fs.writeFileSync(path.join(own(), '1/file'), FOREIGN);
  fs.mkdirSync(path.join(own(), '2'));
  const stack = await start();
  assert.equal(await cwdOf(stack), path.join(own(), '2'));
  await stack.stop();
  assert.equal(fs.readFileSync(path.join(own(), '1/file'), 'utf8'), FOREIGN);
  assert.deepEqual(names(), ['1']);
});

test('proxies may share a directory', LIMIT, async () => {
  const [one, other] = [await start(), await start()];
  const hanging = await hang(one, 2);
  assert.equal(await cwdOf(other), path.join(own(), '3'));
  await hanging.leave();
  await one.stop();
  assert.deepEqual(names(), ['3']);
  assert.equal(await cwdOf(other), path.join(own(), '3'));
});

test('those of a killed keeper are used again', LIMIT, async () => {
  const killed = await start();
  await hang(killed, 2);
  process.kill(killed.pid, 'SIGKILL');
  await until(() => killed.children().length === 0, 5000, 'its children have ended');
  assert.deepEqual(names(), ['1', '2']);
  const next = await start();
  assert.equal(await cwdOf(next), path.join(own(), '1'));
});

/** A CGI process whose child is in the middle of its answer. */
async function cgi() {
  const text = JSON.stringify(body({text: 'fake:hang mid', stream: true}));
  const env = {
    ...gatewayEnv(dir, 'sk', {CLAUDE_BIN: FAKE, PROXY_WORKDIR: own()}), REQUEST_METHOD: 'POST',
    GATEWAY_INTERFACE: 'CGI/1.1', PATH_INFO: '/chat/completions', HTTP_AUTHORIZATION: 'Bearer sk',
    CONTENT_TYPE: 'application/json', CONTENT_LENGTH: String(text.length),
  };
  const it = spawn(setting('PROXY_BIN'), [], {env, stdio: ['pipe', 'pipe', 'ignore']});
  let out = '';
  it.stdin.end(text);
  it.stdout.setEncoding('utf8').on('data', chunk => out += chunk);
  await until(() => out.includes(PART), 10_000, 'half an answer is there');
  return it;
}

test('CGI processes share one, and remove what they used', LIMIT, async () => {
  const all = [await cgi(), await cgi(), await cgi()];
  assert.deepEqual(names(), ['1', '2', '3']);
  for (const it of all) await end(it, 'SIGKILL', 5000);
  await until(() => processesIn(dir).length === 0, 5000, 'their keepers have ended');
  assert.deepEqual(names(), []);
});
