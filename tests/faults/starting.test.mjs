// What fails at the start: the gateway ends with status 1 and says why, or a worker starts later.
import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import {after, before, test} from 'node:test';
import {until} from '../lib/proc.mjs';
import {checkDir, gatewayEnv, makeDir, setting, startStack} from '../lib/stack.mjs';
import {assertAnswers} from '../system/ask.mjs';
import {logOf, watch} from './outcome.mjs';
import {TRACEABLE, attach, inject} from './strace.mjs';

const CLAUDE = setting('FAKE_CLAUDE');
const KEY = 'sk-start-0815';

let dir;
before(() => {
  dir = makeDir();
});
after(() => checkDir(dir));

const PROXY = setting('PROXY_BIN');

/** Starts it until it ends, with a new home: {code, out, err}. */
async function start(options, more = {}, argv = home =>
  ['spawn-fcgi', '-n', '-s', path.join(home, 'socket'), '--', PROXY]) {
  const home = fs.mkdtempSync(path.join(dir, 'home/'));
  const env = {...gatewayEnv(dir, KEY, {CLAUDE_BIN: CLAUDE}), HOME: home, ...more};
  const child = spawn('strace', ['-qq', '-o', path.join(home, 'trace'), ...options(home),
    ...argv(home)], {
    env, stdio: ['ignore', 'pipe', 'pipe'], signal: AbortSignal.timeout(20_000),
  });
  let out = '', err = '';
  child.stdout.setEncoding('utf8').on('data', text => out += text);
  child.stderr.setEncoding('utf8').on('data', text => err += text);
  await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  assert.match(fs.readFileSync(path.join(home, 'trace'), 'utf8'), /\(INJECTED\)/, 'no such call');
  return {code: child.exitCode, out, err};
}

const trace = (calls, error, nth) => () => ['-e', `trace=${calls}`, ...inject(calls, error, nth)];
/* The same for the first call about a file below the home. */
const about = (file, calls, error) => home =>
  ['-P', `${home}/.cache${file}`, ...trace(calls, error, 1)()];
const CWD = '/claude-code-proxy/cwd';

/* [the fault, strace's options, what it says] */
const REFUSED = [
  ...[1, 2, 3, 4].map(nth => [`pipe ${nth}`, trace('pipe2', 'EMFILE', nth),
    /^claude-code-proxy: claude cannot be started: Too many open files\n$/]),
  ['fork', trace('/^clone|fork', 'EAGAIN', 1),
    /^claude-code-proxy: claude cannot be started: Resource temporarily unavailable\n$/],
  ['signals', trace('signalfd4', 'EMFILE', 1),
    /\nclaude-code-proxy: signals cannot be heard: Too many open files\n$/],
  ['directory', about(CWD, '/^mkdir', 'ENOSPC'),
    /^claude-code-proxy: the working directory .*\/cwd cannot be made: No space left .*\n$/],
  ...['', '/claude-code-proxy'].map(file => [`directory ${file}`, about(file, '/^mkdir', 'ENOSPC'),
    /^claude-code-proxy: the working directory .*\/cwd cannot be made: No such file .*\n$/]),
  ['directory, read', about(CWD, 'openat', 'EMFILE'),
    /^claude-code-proxy: the working directory .*\/cwd must be empty; .*\n$/],
];

for (const [name, options, says] of REFUSED)
  test(`refused: ${name}`, {timeout: 30_000}, async () => {
    const {code, err} = await start(options);
    assert.match(err, says);
    assert.equal(code, 1);
  });

const CGI = {
  GATEWAY_INTERFACE: 'CGI/1.1', REQUEST_METHOD: 'GET', PATH_INFO: '/health',
  QUERY_STRING: 'deep=1', HTTP_AUTHORIZATION: `Bearer ${KEY}`,
};

for (const [calls, error, says] of [
  ['socketpair', 'EMFILE', /no keeper can be started: Too many open files/],
  ['/^clone|fork', 'EAGAIN', /no keeper can be started: Resource temporarily unavailable/],
])
  test(`CGI: ${calls}`, {timeout: 30_000}, async () => {
    const {code, out, err} = await start(trace(calls, error, 1), CGI, () => [PROXY]);
    assert.match(err, says);
    assert.match(out, /^Status: 500 /);
    assert.equal(JSON.parse(out.split('\r\n\r\n')[1]).error.code, 'internal_error');
    assert.equal(code, 1);
  });

for (const [calls, error, says] of [
  ['socketpair', 'EMFILE', /no socket pair for a worker: Too many open files/],
  ['/^clone|fork', 'EAGAIN', /no worker could be forked: Resource temporarily unavailable/],
])
  test(`a worker is started later: ${calls}`, {timeout: 60_000}, async () => {
    const stack = await startStack({
      claude: CLAUDE, within: TRACEABLE, env: {PROXY_CHILDREN: '2', PROXY_WORKERS: '4'},
    });
    try {
      const settled = await watch(stack);
      const tracer = await attach([stack.pid], calls, inject(calls, error, 1));
      process.kill(stack.workers()[0], 'SIGKILL');
      await until(() => says.test(logOf(stack)), 10_000, 'the log says that it failed');
      assert.equal((await tracer.end()).length, 1);
      assert.equal(stack.workers().length, 3);
      await assertAnswers(stack);
      await settled(15_000);
    } finally {
      await stack.stop();
    }
  });
