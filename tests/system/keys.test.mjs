// Several keys, their hashes in a file: who is let in, and under which name.
import assert from 'node:assert/strict';
import {spawn, spawnSync} from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import {after, before, describe, test} from 'node:test';
import {end, processesIn, until} from '../lib/proc.mjs';
import {checkDir, gatewayEnv, makeDir, setting, startStack} from '../lib/stack.mjs';
import {PART, WAYS, ask, body, get, requestLine} from './ask.mjs';
import {untilChildren} from './keep.mjs';

const BIN = setting('PROXY_BIN');
const FAKE = setting('FAKE_CLAUDE');
const KEYS = {laptop: 'sk-laptop-71f0c2', 'ci.nightly_2-b': 'sk-ci-0d9e44'};
const hashOf = key => crypto.createHash('sha256').update(key).digest('hex');
const HASHES = Object.values(KEYS).map(hashOf);
const TEXT = `# who may come in\n\n${Object.entries(KEYS)
  .map(([label, key]) => `${label} ${hashOf(key)}\n`).join('')}`;

let dir;
before(() => {
  dir = makeDir();
});
after(() => checkDir(dir));

let files = 0;
function keyFile(text, mode = 0o644) {
  const file = path.join(dir, `keys${files++}`);
  fs.writeFileSync(file, text);
  fs.chmodSync(file, mode);
  return file;
}

const bearer = key => ({headers: {authorization: `Bearer ${key}`}});

async function assertLetIn(stack, key, label) {
  for (const way of WAYS) {
    const got = await ask(stack, {...way, text: 'hello'}, bearer(key));
    assert.equal(got.status, 200, got.error?.message);
    const line = await requestLine(stack, got.headers.get('x-request-id'));
    assert.ok(line.includes(` key=${label} `), line);
  }
}

async function assertShutOut(stack, key) {
  const got = await ask(stack, {text: 'hello'}, bearer(key));
  assert.equal(got.status, 401, key);
  assert.equal(got.error.code, 'invalid_api_key');
  assert.match(got.error.message, /PROXY_API_KEY_FILE/);
  assert.match(await requestLine(stack, got.headers.get('x-request-id')), / key=- .* error=key$/m);
}

for (const both of [false, true])
  describe(both ? 'a file of keys beside PROXY_API_KEY' : 'a file of keys alone', () => {
    let stack;
    before(async () => {
      const env = {PROXY_API_KEY_FILE: keyFile(TEXT), PROXY_LOG: 'debug'};
      stack = await startStack({claude: FAKE, env: both ? env : {...env, PROXY_API_KEY: ''}});
    });
    after(() => stack?.stop());

    test('each key is let in, and the log has its label', async () => {
      for (const [label, key] of Object.entries(KEYS)) await assertLetIn(stack, key, label);
      if (both) await assertLetIn(stack, stack.key, 'default');
    });
    test('other keys are not, a label or a hash is no key', async () => {
      const wrong = ['sk-laptop', `${KEYS.laptop}x`, 'laptop', 'default', TEXT.split('\n')[2]];
      for (const key of [...wrong, ...HASHES, ...both ? [] : [stack.key]])
        await assertShutOut(stack, key);
    });
    test('an open path has no key, whichever is sent', async () => {
      const res = await get({...stack, key: KEYS.laptop}, '/health');
      assert.match(await requestLine(stack, res.headers.get('x-request-id')), / key=- /);
    });
    test('no key and no hash is in the log', () => {
      for (const word of [...Object.values(KEYS), ...HASHES])
        assert.ok(!stack.log().includes(word), word);
    });
  });

/** What root can read of the environments of all processes that have to do with a directory. */
function environments(dir) {
  const all = processesIn(dir);
  assert.ok(all.length > 0);
  return all.map(p => p.environ.join('\0'));
}

/* Not by another user: there the keeper and the workers show nothing at all (confine.test.mjs). */
test('no process has a key in its environment', async () => {
  const stack = await startStack({claude: FAKE, env: {PROXY_SPARES: '1'}});
  try {
    await untilChildren(stack, {spare: 1});
    const all = environments(path.join(stack.dir, 'home'));
    assert.ok(process.getuid() !== 0 || all.length === 14, `${all.length} processes`);
    for (const text of all) assert.ok(!text.includes(stack.key.slice(0, 6)), text);
  } finally {
    await stack.stop();
  }
});

test('nor has any under CGI, while it answers', async () => {
  const text = JSON.stringify(body({text: 'fake:hang mid', stream: true}));
  const env = {
    ...gatewayEnv(dir, 'sk-of-cgi', {CLAUDE_BIN: FAKE}), GATEWAY_INTERFACE: 'CGI/1.1',
    REQUEST_METHOD: 'POST', PATH_INFO: '/chat/completions', CONTENT_TYPE: 'application/json',
    CONTENT_LENGTH: String(text.length), HTTP_AUTHORIZATION: 'Bearer sk-of-cgi',
    // What Apache adds when one of its rules led to the program.
    REDIRECT_HTTP_AUTHORIZATION: 'Bearer sk-of-cgi', REDIRECT_PROXY_API_KEY: 'sk-of-cgi',
    REDIRECT_REDIRECT_HTTP_AUTHORIZATION: 'Bearer sk-of-cgi',
  };
  const cgi = spawn(BIN, [], {env, stdio: ['pipe', 'pipe', 'ignore']});
  cgi.stdin.end(text);
  let out = '';
  cgi.stdout.setEncoding('utf8').on('data', chunk => out += chunk);
  await until(() => out.includes(PART), 10_000, 'half an answer is there');
  assert.match(out, /^Status: 200/);
  const all = environments(path.join(dir, 'home'));
  assert.ok(process.getuid() !== 0 || all.length === 3, `${all.length} processes`);
  for (const it of all) assert.ok(!it.includes('sk-of'), it);
  await end(cgi, 'SIGKILL', 5000);
  await until(() => processesIn(dir).length === 0, 5000, 'its keeper and its child have ended');
});

const STARTS = {
  '-t': () => [BIN, '-t'],
  'the service': () => ['spawn-fcgi', '-n', '-s', path.join(dir, `s${files++}`), '--', BIN],
};

function run(argv, env) {
  return spawnSync(argv[0], argv.slice(1), {
    env: {...gatewayEnv(dir, '', {CLAUDE_BIN: FAKE}), ...env},
    encoding: 'utf8', timeout: 20_000, killSignal: 'SIGKILL',
  });
}

/** Exit 1 and one line, which names the variable, the file and the fault, and tells no content. */
function assertRefused(file, words, env = {}) {
  for (const [name, argv] of Object.entries(STARTS)) {
    const got = run(argv(), {PROXY_API_KEY_FILE: file, ...env});
    assert.equal(got.status, 1, `${name}: ${got.stdout}${got.stderr}`);
    assert.equal(got.stderr.split('\n').length, 2, got.stderr);
    assert.ok(got.stderr.startsWith(`claude-code-proxy: PROXY_API_KEY_FILE ${file}: ${words}`),
      got.stderr);
    for (const word of ['zebra', ...HASHES]) assert.ok(!got.stderr.includes(word), got.stderr);
  }
}

const HASH = hashOf('zebra');
const FAULTS = {
  'no key': ['# zebra\n', 'there is no key'],
  'no hash': [`${TEXT}zebra\n`, 'line 5: a line must be'],
  'more than a limit': [`zebra ${HASH} 1 zebra\n`, 'line 1: a line must be'],
  'a limit that is none': [`zebra ${HASH} zebra\n`, 'line 1: a limit must be'],
  'a bad label': [`\nzebra=1 ${HASH}\n`, 'line 2: a label must be'],
  'a label that is too long': [`${'zebra'.repeat(7)} ${HASH}\n`, 'line 1: a label must be'],
  'a key in place of its hash': [`${TEXT}mine zebra\n`, 'line 5: a hash must be'],
  'a label twice': [`zebra ${HASH}\r\nzebra ${HASHES[0]}\r\n`, 'line 2: another key has'],
  'a key twice': [`${TEXT}zebra ${HASHES[0]}`, 'line 5: this key has another label'],
  'too many keys': [
    Array.from({length: 65}, (_, i) => `zebra${i} ${hashOf(`${i}`)}\n`).join(''),
    'line 65: there may be 64 keys',
  ],
  'more than 64 KB': [`# ${'zebra'.repeat(14_000)}\n${TEXT}`, 'is larger than 65536 bytes'],
};

for (const [name, [text, words]] of Object.entries(FAULTS))
  test(`a file of keys with ${name} is refused`, () => assertRefused(keyFile(text), words));

test('a file of keys that is not there, or no file, is refused', () => {
  const fifo = path.join(dir, 'fifo');
  assert.equal(spawnSync('mkfifo', [fifo]).status, 0);
  assertRefused(path.join(dir, 'missing'), 'cannot be opened: No such file');
  assertRefused(dir, 'is not a regular file');
  assertRefused(fifo, 'is not a regular file');
});

test('a file of keys that others may write to is refused, one they may read is not', () => {
  for (const mode of [0o666, 0o646, 0o602, 0o664, 0o620])
    assertRefused(keyFile(TEXT, mode), 'others than its owner may write');
  for (const mode of [0o644, 0o600, 0o444, 0o755]) {
    const got = run(STARTS['-t'](), {PROXY_API_KEY_FILE: keyFile(TEXT, mode)});
    assert.equal(got.status, 0, got.stderr);
    assert.match(got.stdout, /^ {2}keys {5}2$/m);
  }
});

test('PROXY_API_KEY counts among the keys', () => {
  const env = {PROXY_API_KEY: 'zebra-1'};
  const lines = Array.from({length: 64}, (_, i) => `key${i} ${hashOf(`${i}`)}\n`);
  assertRefused(keyFile(`default ${HASH}\n`), 'line 1: another key has this label', env);
  assertRefused(keyFile(`mine ${hashOf('zebra-1')}\n`), 'line 1: this key has another label', env);
  assertRefused(keyFile(lines.join('')), 'line 64: there may be 64 keys', env);
  const got = run(STARTS['-t'](), {PROXY_API_KEY_FILE: keyFile(lines.slice(1).join('')), ...env});
  assert.equal(got.status, 0, got.stderr);
  assert.match(got.stdout, /^ {2}keys {5}64$/m);
});

test('a bad PROXY_API_KEY is refused whatever the file has', () => {
  const got = run(STARTS['-t'](), {PROXY_API_KEY_FILE: keyFile(TEXT), PROXY_API_KEY: 'a zebra'});
  assert.equal(got.status, 1);
  assert.equal(got.stderr, 'claude-code-proxy: PROXY_API_KEY must not contain white space\n');
});

test('the commands of README.md make a line of a file', () => {
  const readme = path.resolve(import.meta.dirname, '../../README.md');
  const [, commands] = fs.readFileSync(readme, 'utf8').match(/```sh\n(key=.*?)```/s);
  const made = spawnSync('sh', ['-ec', commands], {cwd: path.join(dir, 'home'), encoding: 'utf8'});
  assert.equal(made.status, 0, made.stderr);
  const text = fs.readFileSync(path.join(dir, 'home/keys'), 'utf8');
  assert.equal(text, `laptop ${hashOf(made.stdout.trim())}\n`);
  const got = run(STARTS['-t'](), {PROXY_API_KEY_FILE: keyFile(text)});
  assert.equal(got.status, 0, got.stderr);
});
