// conf/run-nginx, as scripts/start and the units of a user run it: one setting for both limits.
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import {test} from 'node:test';
import {end} from '../lib/proc.mjs';
import {
  checkDir, freePort, gatewayEnv, makeDir, readLog, run, setting, untilUp,
} from '../lib/stack.mjs';

const LIMIT = {timeout: 60_000};
const SCRIPT = path.resolve(import.meta.dirname, '../../conf/run-nginx');
const KEY = 'sk-run-nginx-01';

const hello = n => JSON.stringify(
  {model: 'sonnet', messages: [{role: 'user', content: 'x'.repeat(n)}]});

/** The gateway and its nginx with one environment; `use` gets a function that asks with a body. */
async function withBoth(env, use) {
  const dir = makeDir();
  const socket = path.join(dir, 'proxy.sock');
  const port = await freePort();
  const all = {
    ...gatewayEnv(dir, KEY, {CLAUDE_BIN: setting('FAKE_CLAUDE'), PROXY_SPARES: '0',
      PROXY_PARKED: '0', PORT: String(port)}),
    ...env,
  };
  const owner = process.getuid() === 0 ? ['-U', 'nobody'] : [];
  const proxy = run(dir, 'proxy',
    ['spawn-fcgi', '-n', '-s', socket, '-M', '0600', ...owner, '--', setting('PROXY_BIN')], all);
  const nginx = run(dir, 'nginx', [SCRIPT, dir, socket], all);
  const log = () => ['proxy', 'nginx'].map(name => readLog(path.join(dir, `${name}.log`))).join('');
  const url = `http://127.0.0.1:${port}`;
  let codes, text;
  try {
    await untilUp(`${url}/health`, [proxy, nginx], log);
    await use(async body => {
      const res = await fetch(`${url}/v1/chat/completions`, {
        method: 'POST', body, signal: AbortSignal.timeout(20_000),
        headers: {authorization: `Bearer ${KEY}`, 'content-type': 'application/json'},
      });
      return {status: res.status, json: JSON.parse(await res.text())};
    });
  } finally {
    codes = [await end(proxy, 'SIGTERM', 15_000), await end(nginx, 'SIGTERM', 5000)];
    text = log();
    await checkDir(dir);
  }
  assert.doesNotMatch(text, /temporary file/);
  assert.deepEqual(codes, [[0, null], [0, null]]);
}

test('PROXY_MAX_BODY alone lets larger bodies through', LIMIT, async () => {
  await withBoth({PROXY_MAX_BODY: '8m'}, async ask => {
    const got = await ask(hello(5_000_000));
    assert.equal(got.status, 200, got.json.error?.message);
    const more = await ask(hello(8 * 1024 * 1024));
    assert.equal(more.status, 413);
    assert.equal(more.json.error.code, 'request_too_large');
  });
});

test('without it, a request may have 1 MiB', LIMIT, async () => {
  await withBoth({}, async ask => {
    assert.equal((await ask(hello(1_000_000))).status, 200);
    assert.equal((await ask(hello(1024 * 1024))).status, 413);
  });
});

const SIZES = {
  taken: ['', '1', '1k', '512K', '1m', '8M', '08m', '8388608', '256m', '262144k', '268435456',
    '00000000000000005m'],
  refused: ['0', '0m', '00k', '1g', '257m', '262145k', '268435457', '99999999999999999999m', '-1m',
    '+5', '1.5m', '0x10', 'm', '1mm', '1mk', ' 1m', '1 m', '1m\n', '1m; include /etc/passwd'],
};

for (const [fate, values] of Object.entries(SIZES))
  test(`sizes that both have ${fate}`, LIMIT, async () => {
    const dir = makeDir();
    try {
      const env = gatewayEnv(dir, KEY, {CLAUDE_BIN: setting('FAKE_CLAUDE')});
      for (const PROXY_MAX_BODY of values)
        for (const argv of [
          [setting('PROXY_BIN'), '-t'], [SCRIPT, dir, path.join(dir, 'none.sock'), '-t'],
        ]) {
          const got = spawnSync(argv[0], argv.slice(1),
            {env: {...env, PROXY_MAX_BODY}, encoding: 'utf8', timeout: 20_000});
          const what = `${path.basename(argv[0])} with "${PROXY_MAX_BODY}"`;
          assert.equal(got.status, fate === 'taken' ? 0 : 1, `${what}: ${got.stderr}`);
          if (fate === 'refused')
            assert.match(got.stderr, /PROXY_MAX_BODY must be a size up to 256m, such as /, what);
        }
      if (fate === 'refused')
        assert.ok(!fs.existsSync(path.join(dir, 'nginx.conf')), 'it is refused before all else');
    } finally {
      await checkDir(dir);
    }
  });
