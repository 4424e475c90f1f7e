// Two gateways behind one nginx, as conf/upstreams.example.conf groups them.
import assert from 'node:assert/strict';
import {createHash} from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {after, before, describe, test} from 'node:test';
import {request} from '../lib/fastcgi.mjs';
import {connectTo} from '../lib/h2.mjs';
import {until} from '../lib/proc.mjs';
import {errorOf} from '../lib/real.mjs';
import {setting} from '../lib/stack.mjs';
import {startTls} from '../lib/tls.mjs';
import {PART, body} from './ask.mjs';

const LIMIT = {timeout: 60_000};
const CHAT = '/v1/chat/completions';

/** Too many to be on one of two gateways by chance, and not a number that taking turns divides. */
const KEYS = Array.from({length: 23}, (_, i) => `sk-key-${i}`);

const keyDir = fs.mkdtempSync(path.join(os.tmpdir(), 'ccp-keys-'));
const keyFile = path.join(keyDir, 'keys');
fs.writeFileSync(keyFile, KEYS.map((key, i) =>
  `key${i} ${createHash('sha256').update(key).digest('hex')}\n`).join(''), {mode: 0o600});
after(() => fs.rmSync(keyDir, {recursive: true}));

const start = (upstream, env = {}) => startTls({
  claude: setting('FAKE_CLAUDE'), tcp: true, upstream,
  env: {PROXY_API_KEY_FILE: keyFile, FCGI_WEB_SERVER_ADDRS: '127.0.0.1', ...env},
});

/** Each question comes from an address of its own: the limits of one are no matter here. */
let last = 0;
async function ask(server, query, key) {
  last++;
  const c = connectTo(server, {from: `127.0.${last >> 8}.${2 + last % 250}`});
  const answer = await c.ask(CHAT, {body: body(query), key});
  c.close();
  return answer;
}

/** What the child says about itself, and which gateway it belongs to. */
async function dump(server, key, turns = []) {
  const answer = await ask(server, {text: 'fake:dump', turns}, key);
  assert.equal(answer.status, 200, answer.text);
  const text = JSON.parse(answer.text).choices[0].message.content;
  const {pid, env} = JSON.parse(text);
  const home = env.find(line => line.startsWith('HOME=')).slice(5);
  return {text, pid, gateway: server.gateways.find(g => g.home === home)};
}

/** Which gateway each key has: the list of their names. */
async function places(server) {
  const list = [];
  for (const key of KEYS) list.push((await dump(server, key)).gateway.name);
  return list;
}

describe('a key has a gateway', () => {
  let server, at;
  before(async () => {
    server = await start('claude-code-proxy', {PROXY_PARKED: '2'});
  });
  after(() => server?.stop());

  test('and stays there', LIMIT, async () => {
    at = await places(server);
    assert.deepEqual(new Set(at), new Set(['local', 'remote']), 'both have some');
    assert.deepEqual(await places(server), at);
  });

  test('so that its conversations find their child', LIMIT, async () => {
    for (const name of ['local', 'remote']) {
      const key = KEYS[at.indexOf(name)];
      const first = await dump(server, key);
      const turns = [['user', 'fake:dump'], ['assistant', first.text]];
      const second = await dump(server, key, turns);
      assert.equal(second.pid, first.pid, `the child of ${name} has gone on`);
    }
  });

  /* nginx asks the socket of this machine each time, the other one again after ten seconds. */
  for (const [gone, ms] of [['local', 8000], ['remote', 30_000]])
    test(`${gone} gone, its keys move and come back with it`, LIMIT, async () => {
      const gateway = server.gateways.find(g => g.name === gone);
      const other = server.gateways.find(g => g.name !== gone);
      assert.deepEqual(await gateway.stop(), [0, null]);
      assert.deepEqual(await places(server), KEYS.map(() => other.name));
      gateway.start();
      const key = KEYS[at.indexOf(gone)];
      await until(async () => (await dump(server, key)).gateway === gateway, ms,
        `${gone} is asked again`);
      assert.deepEqual(await places(server), at, 'everything is where it was');
    });

  test('the one on a TCP socket talks to its web server only', LIMIT, async () => {
    const {port} = server.gateways.find(g => g.name === 'remote');
    const values = {REQUEST_METHOD: 'GET', PATH_INFO: '/health', GATEWAY_INTERFACE: 'CGI/1.1'};
    const from = localAddress => request({host: '127.0.0.1', port, localAddress}, values);
    assert.equal((await from('127.0.0.1')).status, 200);
    await assert.rejects(from('127.0.0.2'));
  });

  test('both gone is a 503', LIMIT, async () => {
    for (const gateway of server.gateways) await gateway.stop();
    const answer = await ask(server, {text: 'hello'}, KEYS[0]);
    assert.equal(errorOf(answer, 503).code, 'overloaded');
    assert.ok(answer.headers.get('retry-after'));
  });
});

describe('whoever has least to do', () => {
  let server;
  before(async () => {
    server = await start('claude-code-proxy-spread');
  });
  after(() => server?.stop());

  test('gets the next request, whatever its key', LIMIT, async () => {
    const c = connectTo(server);
    const busy = await c.send(CHAT, {body: body({stream: true, text: 'fake:hang mid'})});
    await busy.until(PART);
    const [{environ}] = server.children();
    const home = environ.find(line => line.startsWith('HOME=')).slice(5);
    for (const key of KEYS.slice(0, 4))
      assert.notEqual((await dump(server, key)).gateway.home, home);
    busy.stream.on('error', () => {});
    c.close();
    await until(() => server.children().length === 0, 5000, 'no child is left');
  });
});
