// GET /metrics: who may read it, and that every number is right.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import {after, before, describe, test} from 'node:test';
import {until} from '../lib/proc.mjs';
import {startStack} from '../lib/stack.mjs';
import {PART, WAYS, ask, get, open, post, requestLine} from './ask.mjs';
import {conversation, untilChildren} from './keep.mjs';
import {readMetrics} from './prometheus.mjs';
import {below} from './watch.mjs';

const LIMIT = {timeout: 30_000};
const CHILDREN = 2;
let stack;

async function scrape() {
  const res = await get(stack, '/metrics');
  const text = await res.text();
  assert.equal(res.status, 200, text);
  assert.equal(res.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8');
  return readMetrics(text);
}

/** Gauges, and what depends on how long things take. */
const VARIES = /^(children|queue)|_(bucket|sum)\b|path="\/metrics"/;

/** What has grown, and by how much, when the requests that `work` gives the ids of are over. */
async function growth(work) {
  const from = await scrape();
  for (const id of await work()) await requestLine(stack, id);
  const to = await scrape();
  const keys = Object.keys(to).filter(key => !VARIES.test(key));
  for (const key of Object.keys(from)) assert.ok(key in to, `${key} is gone`);
  return Object.fromEntries(keys.map(key => [key, to[key] - (from[key] ?? 0)])
    .filter(([, n]) => n !== 0));
}

const idOf = ({headers}) => headers.get('x-request-id');
const idsOf = all => all.map(idOf);
const requests = (url, status) => `requests_total{path="${url}",status="${status}"}`;
const errors = kind => `errors_total{kind="${kind}"}`;
const leases = kind => `leases_total{kind="${kind}"}`;

/** What n answers of the stand-in cost. */
const tokens = n => ({
  'tokens_total{kind="input"}': 14 * n, 'tokens_total{kind="cached"}': 5 * n,
  'tokens_total{kind="output"}': 9 * n,
});
const FIRST = 'time_to_first_byte_seconds_count';
const ENDED = 'request_duration_seconds_count';

/** A request as it is given, on a connection of its own: no header but these. */
function send(headers, {method = 'GET', url = '/metrics'} = {}) {
  return new Promise((resolve, reject) => {
    const to = {host: '127.0.0.1', port: stack.port, method, path: url, headers, agent: false};
    http.request({...to, timeout: 10_000}, res => {
      let text = '';
      res.setEncoding('utf8').on('data', chunk => text += chunk)
        .on('end', () => resolve({status: res.statusCode, headers: res.headers, text}));
    }).on('error', reject).end();
  });
}

describe('what is counted', () => {
  before(async () => {
    stack = await startStack({
      claude: process.env.FAKE_CLAUDE,
      env: {
        PROXY_CHILDREN: String(CHILDREN), PROXY_WORKERS: '7', PROXY_HEARTBEAT_SECONDS: '1',
        PROXY_ALLOWED_ORIGINS: 'https://app.example.org',
      },
    });
  });
  after(() => stack?.stop());

  test('answers, whole and streamed', LIMIT, async () => {
    const grown = await growth(async () => {
      const ids = [];
      for (const way of WAYS) ids.push(idOf(await ask(stack, {...way, text: 'hello'})));
      return ids;
    });
    assert.deepEqual(grown, {
      [requests('/chat/completions', 200)]: 2, [requests('/responses', 200)]: 2,
      ...tokens(4), [leases('cold')]: 4, [FIRST]: 4, [ENDED]: 4,
    });
  });

  test('calls', LIMIT, async () => {
    const tools = [{name: 'look', parameters: {type: 'object'}}];
    const grown = await growth(async () => [
      idOf(await ask(stack, {text: 'fake:calls 2', tools, stream: true}))]);
    assert.deepEqual(grown, {
      [requests('/chat/completions', 200)]: 1, ...tokens(1), [leases('cold')]: 1, [FIRST]: 1,
      [ENDED]: 1,
    });
  });

  test('errors before an answer', LIMIT, async () => {
    const grown = await growth(async () => {
      const ids = [];
      for (const stream of [false, true])
        for (const text of ['fake:error 429 rate_limit_error', 'fake:exit before 0'])
          ids.push(idOf(await ask(stack, {stream, text})));
      return ids;
    });
    assert.deepEqual(grown, {
      [requests('/chat/completions', 429)]: 2, [requests('/chat/completions', 502)]: 2,
      [errors('rate_limit')]: 2, [errors('upstream')]: 2, [leases('cold')]: 4, [ENDED]: 4,
    });
  });

  test('errors in the middle of one', LIMIT, async () => {
    const grown = await growth(async () => {
      const ids = [];
      for (const way of WAYS) ids.push(idOf(await ask(stack, {...way, text: 'fake:exit mid 3'})));
      return ids;
    });
    assert.deepEqual(grown, {
      [requests('/chat/completions', 200)]: 1, [requests('/chat/completions', 502)]: 1,
      [requests('/responses', 200)]: 1, [requests('/responses', 502)]: 1,
      [errors('upstream')]: 4, [leases('cold')]: 4, [FIRST]: 4, [ENDED]: 4,
    });
  });

  test('requests that need no child', LIMIT, async () => {
    const text = 'hello';
    const origin = 'https://app.example.org';
    const grown = await growth(async () => idsOf([
      await get(stack, '/health'), await get(stack, '/v1/health'), await get(stack, '/zebra'),
      await get(stack, '/v1/models/zebra'), await get(stack, '/responses'),
      await post(stack, {text}, {headers: {authorization: 'Bearer x'}}),
      await post(stack, {text}, {headers: {'content-type': 'text/plain'}}),
      await post(stack, {text, more: {n: 2}}),
      await get({...stack, url: `${stack.url}/v1`}, '/health'),
      await post(stack, {text}, {headers: {origin: 'https://zebra.example.org'}}),
    ]));
    assert.deepEqual(grown, {
      [requests('/health', 200)]: 3, [requests('other', 404)]: 1, [requests('/models/{id}', 404)]: 1,
      [requests('/responses', 405)]: 1, [requests('/chat/completions', 401)]: 1,
      [requests('/chat/completions', 415)]: 1, [requests('/chat/completions', 400)]: 1,
      [requests('other', 403)]: 1, [errors('not_found')]: 1, [errors('model')]: 1,
      [errors('method')]: 1, [errors('key')]: 1, [errors('media_type')]: 1,
      [errors('unsupported')]: 1, [errors('origin')]: 1, [ENDED]: 2,
    });
    const {status} = await send({origin, 'access-control-request-method': 'POST'},
      {method: 'OPTIONS', url: '/responses'});
    assert.equal(status, 204);
    await until(async () => (await scrape())[requests('/responses', 204)] === 1, 5000, 'preflight');
  });

  test('a client that leaves', LIMIT, async () => {
    const grown = await growth(async () => {
      const ids = [];
      for (const api of ['chat', 'responses']) {
        const stream = await open(stack, {api, text: 'fake:hang mid'});
        await stream.until(PART);
        stream.leave();
        ids.push(idOf(stream));
      }
      return ids;
    });
    assert.deepEqual(grown, {
      [requests('/chat/completions', 499)]: 1, [requests('/responses', 499)]: 1,
      client_aborts_total: 2, [leases('cold')]: 2, [FIRST]: 2, [ENDED]: 2,
    });
  });

  test('signs of life, and the time it takes', LIMIT, async () => {
    await until(() => stack.children().length === 0, 5000, 'nothing runs');
    const before = await scrape();
    let beats, sent;
    const grown = await growth(async () => {
      const stream = await open(stack, {text: 'fake:pause init'});
      await stream.until(2);
      sent = (await scrape()).heartbeats_total - before.heartbeats_total;
      for (const {pid} of stack.children()) process.kill(pid, 'SIGUSR1');
      ({beats} = await stream.rest());
      return [idOf(stream)];
    });
    assert.ok(sent >= 3, 'they are counted while the stream goes on');
    /* The first one is the head of the stream. */
    assert.deepEqual(grown, {
      [requests('/chat/completions', 200)]: 1, heartbeats_total: 1 + beats, ...tokens(1),
      [leases('cold')]: 1, [FIRST]: 1, [ENDED]: 1,
    });
    const to = await scrape();
    for (const name of ['time_to_first_byte_seconds', 'request_duration_seconds']) {
      const took = to[`${name}_sum`] - before[`${name}_sum`];
      assert.ok(took > 1.9 && took < 10, `${name}: ${took}`);
      const [quick, all] = ['1', '10'].map(le =>
        to[`${name}_bucket{le="${le}"}`] - before[`${name}_bucket{le="${le}"}`]);
      assert.deepEqual([quick, all], [0, 1], name);
    }
  });

  test('what the children do while all are busy', LIMIT, async () => {
    const free = await scrape();
    assert.equal(free.children_limit, CHILDREN);
    assert.equal(free['children{state="leased"}'], 0);
    assert.equal(free.queue, 0);
    const streams = await Promise.all(Array.from({length: CHILDREN}, async () => {
      const stream = await open(stack, {text: 'fake:hang mid'});
      await stream.until(PART);
      return stream;
    }));
    const waiting = ask(stack, {text: 'hello'});
    const busy = await until(async () => {
      const now = await scrape();
      return now.queue === 1 && now;
    }, 5000, 'one waits');
    const started = performance.now();
    await scrape();
    assert.ok(performance.now() - started < 1000, 'it waits for a child');
    assert.equal(busy['children{state="leased"}'], CHILDREN);
    for (const stream of streams) stream.leave();
    assert.equal((await waiting).status, 200);
    const then = await scrape();
    assert.equal(then.queue, 0);
    assert.equal(then[leases('cold')] - free[leases('cold')], CHILDREN + 1);
  });

  test('scrapes too, and HEAD', LIMIT, async () => {
    const from = (await scrape())[requests('/metrics', 200)];
    const head = await send({}, {method: 'HEAD'});
    assert.equal(head.status, 200);
    assert.equal(head.text, '');
    const {status, headers} = await send({}, {method: 'POST'});
    assert.equal(status, 405);
    assert.equal(headers.allow, 'GET, HEAD');
    await until(async () => (await scrape())[requests('/metrics', 405)] === 1, 5000, 'the 405');
    assert.ok((await scrape())[requests('/metrics', 200)] > from + 1);
  });

  test('nothing is lost with a worker', LIMIT, async () => {
    await until(() => stack.children().length === 0, 5000, 'nothing runs');
    const workers = () => below(stack.pid).filter(p => p.state !== 'Z').map(p => p.pid);
    const old = workers();
    assert.equal(old.length, 7);
    const grown = await growth(async () => {
      for (const pid of old) process.kill(pid, 'SIGKILL');
      await until(() => workers().filter(pid => !old.includes(pid)).length === 7, 8000,
        'all are replaced');
      return [];
    });
    assert.deepEqual(grown, {});
  });
});

describe('who may read it', () => {
  const LOCAL = '127.0.0.1';
  let key;
  before(async () => {
    stack = await startStack({claude: process.env.FAKE_CLAUDE});
    key = {authorization: `Bearer ${stack.key}`};
  });
  after(() => stack?.stop());

  test('whoever has a key', LIMIT, async () => {
    for (const headers of [{}, {host: 'example.org'}, {'x-forwarded-for': '192.0.2.1'}])
      for (const url of ['/metrics', '/v1/metrics', '/metrics?x=1']) {
        const {status, text} = await send({...key, ...headers}, {url});
        assert.equal(status, 200);
        readMetrics(text);
      }
  });

  test('without one, who is on this machine and asks this machine', LIMIT, async () => {
    for (const host of [undefined, 'localhost', 'localhost:9', LOCAL, '127.9.9.9:1', '[::1]:80'])
      assert.equal((await send(host ? {host} : {})).status, 200, host);
  });

  test('not with a key that is wrong', LIMIT, async () => {
    for (const authorization of ['Bearer x', 'Basic eDp5', 'x'])
      assert.equal((await send({authorization})).status, 401, authorization);
  });

  test('not by a name that may have been made to point here', LIMIT, async () => {
    for (const host of ['example.org', `example.org:${stack.port}`, '192.0.2.1', 'localhost.evil',
      '127.0.0.1.nip.io', '[2001:db8::1]'])
      assert.equal((await send({host})).status, 401, host);
  });

  test('not through a proxy that says so', LIMIT, async () => {
    for (const name of ['X-Forwarded-For', 'forwarded', 'x-real-ip', 'via', 'x-forwarded-host',
      'x-forwarded-proto'])
      for (const value of [LOCAL, 'x'])
        assert.equal((await send({[name]: value})).status, 401, `${name}: ${value}`);
  });

  test('what it is called, and that there is no key, is in the log', LIMIT, async () => {
    const {headers} = await send({});
    const line = await requestLine(stack, headers['x-request-id']);
    assert.match(line, / path=\/metrics key=- status=200 model=- lease=- /);
  });

  /* nginx tells whose request it is: here a header says what it tells. */
  test('not from other machines', LIMIT, async () => {
    const file = path.join(stack.dir, 'claude-code-proxy.location.conf');
    const shipped = fs.readFileSync(file, 'utf8');
    const ours = shipped.replace(/(fastcgi_param REMOTE_ADDR\s+)\$remote_addr;/, '$1$http_peer;');
    assert.notEqual(ours, shipped);
    fs.writeFileSync(file, ours);
    const workers = () => below(stack.nginx.pid).map(p => p.pid);
    const old = workers();
    stack.nginx.kill('SIGHUP');
    await until(() => workers().length > 0 && !workers().some(pid => old.includes(pid)), 8000,
      'nginx has reloaded');
    const from = peer => send({peer});
    for (const peer of ['192.0.2.1', '10.0.0.1', '128.0.0.1', '::', '2001:db8::1', 'unix:', ''])
      assert.equal((await from(peer)).status, 401, peer);
    for (const peer of [LOCAL, '127.255.255.255', '::1', '::ffff:127.0.0.1'])
      assert.equal((await from(peer)).status, 200, peer);
    assert.equal((await send({peer: '192.0.2.1', ...key})).status, 200);
  });
});

test('leases by kind, and children that are kept', LIMIT, async () => {
  stack = await startStack({
    claude: process.env.FAKE_CLAUDE, env: {PROXY_SPARES: '1', PROXY_PARKED: '1'},
  });
  try {
    await untilChildren(stack, {spare: 1, leased: 0});
    const grown = await growth(async () => {
      const talk = conversation(stack);
      const ids = [];
      for (const text of ['one', 'two', 'three']) {
        ids.push(idOf(await talk.say(text)));
        await untilChildren(stack, {spare: 1, parked: 1, leased: 0});
      }
      return ids;
    });
    const {[requests('/health', 200)]: asked, ...rest} = grown;
    assert.ok(asked >= 3);
    assert.deepEqual(rest, {
      [requests('/chat/completions', 200)]: 3, ...tokens(3), [leases('spare')]: 1,
      [leases('continued')]: 2, [FIRST]: 3, [ENDED]: 3,
    });
    const now = await scrape();
    assert.deepEqual(['spare', 'parked', 'leased', 'stopping'].map(state =>
      now[`children{state="${state}"}`]), [1, 1, 0, 0]);
  } finally {
    await stack.stop();
  }
});
