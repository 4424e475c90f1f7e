// The command line, the configuration, and what is refused at start.
import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import {after, before, test} from 'node:test';
import {checkDir, gatewayEnv, makeDir, setting} from '../lib/stack.mjs';

const FAKE = setting('FAKE_CLAUDE');
const KEY = 'sk-start-5521';
const LIMIT_MS = 20_000;

let dir;
before(() => {
  dir = makeDir();
});
after(() => checkDir(dir));

/** Runs a program to its end: {code, out, err}. A variable set to undefined is left out. */
async function run(argv, env = {}) {
  const all = {
    ...gatewayEnv(dir, KEY, {CLAUDE_BIN: FAKE, PROXY_PASS_ENV: 'CLAUDE_FAKE_VERSION'}), ...env,
  };
  for (const name of Object.keys(all)) if (all[name] === undefined) delete all[name];
  const child = spawn(argv[0], argv.slice(1), {
    env: all, stdio: ['ignore', 'pipe', 'pipe'], signal: AbortSignal.timeout(LIMIT_MS),
    killSignal: 'SIGKILL',
  });
  const got = {out: '', err: ''};
  child.stdout.setEncoding('utf8').on('data', text => got.out += text);
  child.stderr.setEncoding('utf8').on('data', text => got.err += text);
  await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  return {...got, code: child.exitCode};
}

const proxy = (args, env) => run([setting('PROXY_BIN'), ...args], env);

let socket = 0;
const serve = env => run(['spawn-fcgi', '-n', '-s', path.join(dir, `s${socket++}`), '--',
  setting('PROXY_BIN')], env);

const lines = text => text.split('\n').filter(Boolean);

/** Exit 1 and one line on stderr that holds every one of the words. */
function assertRefused(got, ...words) {
  assert.equal(got.code, 1, got.err);
  assert.equal(lines(got.err).length, 1, got.err);
  for (const word of words) assert.ok(got.err.includes(word), `${word} is not in: ${got.err}`);
  assert.ok(!got.err.includes(KEY));
}

test('--version', async () => {
  const got = await proxy(['--version']);
  assert.equal(got.code, 0);
  assert.match(got.out, /^claude-code-proxy \d+\.\d+\.\d+\n$/);
});

for (const option of ['--help', '-h'])
  test(option, async () => {
    const got = await proxy([option]);
    assert.equal(got.code, 0);
    assert.equal(got.err, '');
    assert.match(got.out, /^usage: .*-t.*--version/);
    assert.match(got.out, /PROXY_API_KEY or PROXY_API_KEY_FILE/);
  });

test('started any other way: usage, exit 2', async () => {
  for (const args of [[], ['--nonsense'], ['-t', 'more'], ['serve']]) {
    const got = await proxy(args);
    assert.equal(got.code, 2, args.join(' '));
    assert.match(got.err, /usage/i);
  }
});

test('-t says that the configuration is fine, and what it found', async () => {
  const got = await proxy(['-t'], {CLAUDE_FAKE_VERSION: '2.1.299'});
  assert.equal(got.code, 0, got.err);
  assert.match(got.out, /^claude-code-proxy: configuration ok$/m);
  assert.ok(got.out.includes('2.1.299'), got.out);
  assert.ok(got.out.includes(FAKE), got.out);
  assert.ok(!got.out.includes(KEY));
});

test('-t finds claude on PATH', async () => {
  const got = await proxy(['-t'], {
    CLAUDE_BIN: undefined, PATH: `/nonexistent:${path.dirname(FAKE)}:${process.env.PATH}`,
  });
  assert.equal(got.code, 0, got.err);
  assert.ok(got.out.includes(FAKE), got.out);
});

const BAD = {
  PROXY_API_KEY: [undefined, '', 'two words', 'tab\there', 'line\nfeed'],
  PROXY_LOG: ['loud', 'INFO', 'info '],
  PROXY_LOG_FORMAT: ['text', 'JSON', ' json'],
  PROXY_WORKERS: ['0', '-1', '5', '1.5', '12x', ' 12', '0x20', '99999999999999999999'],
  PROXY_CHILDREN: ['0', '-4', 'four', '1e1', '4294967297'],
  PROXY_MAX_BODY: ['0', '0m', '1g', '-1m', 'm', '1mm', '99999m', '1 m'],
  PROXY_QUEUE_SECONDS: ['x', '-1', '1s', '1e9'],
  PROXY_START_SECONDS: ['x', '0', '999999'],
  PROXY_FIRST_SECONDS: ['x', '0', '3601'],
  PROXY_IDLE_SECONDS: ['x', '0', '1.5'],
  PROXY_REQUEST_SECONDS: ['x', '0', '-3'],
  PROXY_DRAIN_SECONDS: ['x', '-1', '99999999'],
  PROXY_HEARTBEAT_SECONDS: ['x', '0', '-1', '1.5', '99999'],
  PROXY_STRICT: ['2', 'yes', 'true', '-1', ' 1', '01'],
  PROXY_ALLOWED_ORIGINS: [
    '*', 'app.example.org', 'https://a.org, https://b.org', 'https://a.org/', 'https://a.org,b.org',
    'https://a.org\r\nX-Evil: 1', 'https://\u00e9.org',
  ],
  PROXY_PASS_ENV: ['two words', 'A,', 'A, B', '9', 'A=b', 'HTTP_PROXY', 'LD_PRELOAD', 'NODE_OPTIONS',
    'BUN_OPTIONS', 'GIT_DIR', 'PROXY_API_KEY', 'CLAUDE_BIN', 'CLAUDE_CODE_EXTRA_BODY',
    'XDG_CACHE_HOME'],
  CLAUDE_MODEL: ['two words', '--help', 'a"b', 'line\nfeed', 'x'.repeat(300)],
  PROXY_MODEL_ALIASES: ['gpt-4o', '=sonnet', 'gpt-4o=', 'a=b c'],
};

for (const [name, values] of Object.entries(BAD))
  test(`-t refuses a bad ${name}`, async () => {
    for (const value of values) {
      const got = await proxy(['-t'], {[name]: value});
      assert.equal(got.code, 1, `${name}=${value} was accepted: ${got.out}`);
      assertRefused(got, name);
      assert.equal(got.out, '');
    }
  });

const GOOD = {
  PROXY_HEARTBEAT_SECONDS: ['1', '300'],
  PROXY_STRICT: ['', '0', '1'],
  PROXY_PASS_ENV: ['', 'API_TIMEOUT_MS', 'A,_b9,HTTPS_PROXY'],
  PROXY_ALLOWED_ORIGINS: ['', 'https://a.org', 'https://a.org:8443,http://localhost:3000'],
};

for (const [name, values] of Object.entries(GOOD))
  test(`-t takes ${name}`, async () => {
    for (const value of values) {
      const got = await proxy(['-t'], {[name]: value});
      assert.equal(got.code, 0, `${name}=${value}: ${got.err}`);
    }
  });

test('-t names every fault, a line each', async () => {
  const got = await proxy(['-t'], {PROXY_LOG: 'loud', PROXY_CHILDREN: 'x', PROXY_API_KEY: ''});
  assert.equal(got.code, 1);
  assert.equal(lines(got.err).length, 3, got.err);
  for (const name of ['PROXY_LOG', 'PROXY_CHILDREN', 'PROXY_API_KEY'])
    assert.ok(got.err.includes(name), got.err);
});

test('the service does not start with a bad configuration', async () => {
  assertRefused(await serve({PROXY_IDLE_SECONDS: 'x'}), 'PROXY_IDLE_SECONDS');
  assertRefused(await serve({PROXY_API_KEY: undefined}), 'PROXY_API_KEY ', 'PROXY_API_KEY_FILE ');
});

test('-t names what is left out of the environment of claude, and no value', async () => {
  const got = await proxy(['-t'],
    {CLAUDE_CODE_EFFORT_LEVEL: 'sesame', ANTHROPIC_LOG: 'sesame', ANTHROPIC_API_KEY: 'sesame'});
  assert.equal(got.code, 0, got.err);
  const said = lines(got.out).filter(line => line.includes('not passed'));
  assert.equal(said.length, 1, got.out);
  assert.match(said[0], /: CLAUDE_CODE_EFFORT_LEVEL, ANTHROPIC_LOG$/);
  assert.ok(!(got.out + got.err).includes('sesame'));
  const usual = await proxy(['-t'], {ANTHROPIC_API_KEY: 'sesame'});
  assert.ok(!usual.out.includes('not passed'), usual.out);
});

const OWN_ADDRESSES = [
  {ANTHROPIC_BASE_URL: 'http://127.0.0.1:8080'},
  {ANTHROPIC_BASE_URL: 'HTTP://me:sesame@LocalHost:9090/v1/', PORT: '9090'},
  {ANTHROPIC_BEDROCK_BASE_URL: 'http://[::1]:8080'},
];

for (const env of OWN_ADDRESSES)
  test(`${Object.values(env)} as the API's address is refused`, async () => {
    for (const start of [env => proxy(['-t'], env), serve]) {
      const got = await start(env);
      assertRefused(got, Object.keys(env)[0], 'PORT');
      assert.ok(!got.err.includes('sesame'), got.err);
    }
  });

test('another port on this machine may have the API', async () => {
  for (const env of [{}, {PORT: '9090'}]) {
    const got = await proxy(['-t'], {ANTHROPIC_BASE_URL: 'http://127.0.0.1:4000', ...env});
    assert.equal(got.code, 0, got.err);
  }
});

test("under CGI the request's own address is refused as the API's", async () => {
  const got = await proxy([], {
    GATEWAY_INTERFACE: 'CGI/1.1', SERVER_NAME: 'ai.example.org', SERVER_PORT: '443',
    SCRIPT_NAME: '/v1', ANTHROPIC_BASE_URL: 'https://AI.example.org/',
  });
  assert.match(got.out, /^Status: 500/);
  assert.equal(lines(got.err).length, 1, got.err);
  assert.ok(got.err.includes('ANTHROPIC_BASE_URL'), got.err);
});

test('a working directory that cannot be made, or is no empty directory, is refused', async () => {
  const file = path.join(dir, 'file');
  fs.writeFileSync(file, '');
  for (const PROXY_WORKDIR of [file, path.join(file, 'below'), '/proc/none', dir])
    for (const start of [env => proxy(['-t'], env), serve])
      assertRefused(await start({PROXY_WORKDIR}), PROXY_WORKDIR);
});

test('a working directory that is not absolute is refused', async () => {
  assertRefused(await proxy(['-t'], {PROXY_WORKDIR: 'here'}), 'PROXY_WORKDIR', 'absolute');
});

test('the working directory is made, for its owner alone', async () => {
  const below = name => path.join(dir, name);
  const places = [
    [{}, below('home/.cache/claude-code-proxy/cwd')],
    [{XDG_CACHE_HOME: below('cache')}, below('cache/claude-code-proxy/cwd')],
    [{XDG_CACHE_HOME: below('unused'), PROXY_WORKDIR: below('given')}, below('given')],
    [{XDG_CACHE_HOME: below('third'), PROXY_WORKDIR: ''}, below('third/claude-code-proxy/cwd')],
    [{XDG_CACHE_HOME: ''}, below('home/.cache/claude-code-proxy/cwd')],
  ];
  for (const [env, place] of places) {
    fs.rmSync(place, {recursive: true, force: true});
    const got = await proxy(['-t'], env);
    assert.equal(got.code, 0, got.err);
    assert.deepEqual(fs.readdirSync(place), []);
    assert.equal(fs.statSync(place).mode & 0o777, 0o700);
  }
  assert.ok(!fs.existsSync(below('unused')));
});

function script(name, text, mode) {
  const file = path.join(dir, name);
  fs.writeFileSync(file, text, {mode});
  return file;
}

test('a CLAUDE_BIN that cannot be run is refused by name', async () => {
  const bins = [
    path.join(dir, 'missing'), dir, script('plain', '#!/bin/sh\n', 0o644), 'claude-not-on-path',
    script('badly', '#!/nonexistent/interpreter\n', 0o755), script('empty', '\x7fELF', 0o755),
  ];
  for (const CLAUDE_BIN of bins)
    for (const start of [env => proxy(['-t'], env), serve])
      assertRefused(await start({CLAUDE_BIN}), CLAUDE_BIN);
});

test('a CLI that does not say its version is refused', async () => {
  const bins = ['/bin/false', '/bin/true', script('odd', '#!/bin/sh\necho hello\n', 0o755)];
  for (const CLAUDE_BIN of bins)
    for (const start of [env => proxy(['-t'], env), serve])
      assertRefused(await start({CLAUDE_BIN}), CLAUDE_BIN);
});

test('a CLI that hangs when asked for its version is refused and ended', async () => {
  const CLAUDE_BIN = script('hangs', '#!/bin/sh\nsleep 60 & wait\n', 0o755);
  assertRefused(await proxy(['-t'], {CLAUDE_BIN}), CLAUDE_BIN);
});

test('an old CLI is refused with its version and the one it takes', async () => {
  for (const version of ['2.1.259', '2.1.240', '2.0.999', '1.9.9', '0.2.126'])
    for (const start of [env => proxy(['-t'], env), serve])
      assertRefused(await start({CLAUDE_FAKE_VERSION: version}), version, '2.1.260');
});

test('the oldest CLI that serves, and newer ones, are taken', async () => {
  for (const version of ['2.1.260', '2.1.330', '2.2.0', '3.0.0', '10.0.1']) {
    const got = await proxy(['-t'], {CLAUDE_FAKE_VERSION: version});
    assert.equal(got.code, 0, got.err);
  }
});
