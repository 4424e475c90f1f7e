// Pages of other origins: PROXY_ALLOWED_ORIGINS.
import assert from 'node:assert/strict';
import {after, before, describe, test} from 'node:test';
import {startStack} from '../lib/stack.mjs';
import {body} from './ask.mjs';

const ALLOWED = ['https://app.example.org', 'http://localhost:3000'];
const OTHERS = [
  'https://evil.example', 'null', 'http://app.example.org', 'https://app.example.org:8443',
  'https://app.example.org.evil.example', 'https://app.example', 'https://APP.example.org',
  ALLOWED.join(','), 'http://localhost:30000',
];

let stack;

function send(method, path, {headers = {}, payload} = {}) {
  return fetch(stack.url + path, {
    method, signal: AbortSignal.timeout(10_000),
    headers: {
      authorization: `Bearer ${stack.key}`, 'content-type': 'application/json', ...headers,
    },
    body: payload && JSON.stringify(payload),
  });
}

/** Which headers of an answer a browser heeds. */
function corsOf({headers}) {
  return Object.fromEntries([...headers].filter(([name]) => name.startsWith('access-control-')));
}

function assertReadable(res, origin) {
  assert.equal(corsOf(res)['access-control-allow-origin'], origin);
  assert.match(res.headers.get('vary') ?? '', /\bOrigin\b/i);
}

async function assertCode(res, status, code) {
  assert.equal(res.status, status);
  assert.equal((await res.json()).error.code, code);
}

const preflight = (path, origin, wanted = 'POST') => send('OPTIONS', path, {
  headers: {
    origin, 'access-control-request-method': wanted, authorization: '',
    'access-control-request-headers': 'authorization,content-type',
  },
});

describe('off, as shipped', () => {
  before(async () => {
    stack = await startStack({claude: process.env.FAKE_CLAUDE});
  });
  after(() => stack?.stop());

  test('an origin does not matter', async () => {
    for (const origin of [...ALLOWED, ...OTHERS]) {
      const res = await send('GET', '/v1/models', {headers: {origin}});
      assert.equal(res.status, 200);
      assert.deepEqual(corsOf(res), {});
      await res.text();
    }
  });

  test('there are no preflights', async () => {
    const res = await preflight('/v1/chat/completions', ALLOWED[0]);
    assert.deepEqual(corsOf(res), {});
    await assertCode(res, 405, 'method_not_supported');
  });
});

describe('on', () => {
  before(async () => {
    stack = await startStack({
      claude: process.env.FAKE_CLAUDE, env: {PROXY_ALLOWED_ORIGINS: ALLOWED.join(',')},
    });
  });
  after(() => stack?.stop());

  for (const origin of ALLOWED) {
    test(`${origin} is served`, async () => {
      for (const stream of [false, true]) {
        const res = await send('POST', '/v1/chat/completions', {
          headers: {origin}, payload: body({text: 'hello', stream}),
        });
        assert.equal(res.status, 200);
        assertReadable(res, origin);
        const shown = corsOf(res)['access-control-expose-headers'].split(/, */);
        for (const name of ['x-request-id', 'retry-after', 'x-should-retry', 'x-proxy-ignored'])
          assert.ok(shown.includes(name), `${name} in ${shown}`);
        await res.text();
      }
      const health = await send('GET', '/health', {headers: {origin}});
      assertReadable(health, origin);
      assert.equal(await health.text(), 'ok\n');
    });

    test(`${origin} may read errors`, async () => {
      const fails = {payload: body({text: 'fake:error 529 overloaded_error'}), headers: {origin}};
      for (const [status, res] of [
        [401, await send('GET', '/v1/models', {headers: {origin, authorization: 'Bearer x'}})],
        [405, await send('PUT', '/v1/responses', {headers: {origin}})],
        [400, await send('POST', '/v1/responses', {headers: {origin}, payload: {}})],
        [404, await send('GET', '/v1/models/none', {headers: {origin}})],
        [503, await send('POST', '/v1/chat/completions', fails)],
      ]) {
        assert.equal(res.status, status);
        assertReadable(res, origin);
        await res.text();
      }
    });

    test(`${origin} may read that a URL is unknown`, async () => {
      const res = await send('GET', '/v1/nothing', {headers: {origin}});
      assert.equal(res.status, 404);
      await res.text();
      assertReadable(res, origin);
    });

    test(`${origin}: a preflight needs no key`, async () => {
      for (const path of ['/v1/chat/completions', '/responses', '/v1/models']) {
        const res = await preflight(path, origin);
        assert.equal(res.status, 204);
        assert.equal(await res.text(), '');
        assertReadable(res, origin);
        const list = name => corsOf(res)[`access-control-allow-${name}`].toLowerCase().split(/, */);
        for (const method of ['get', 'post']) assert.ok(list('methods').includes(method));
        for (const name of ['authorization', 'content-type', 'x-stainless-retry-count'])
          assert.ok(list('headers').includes(name), name);
        assert.ok(Number(res.headers.get('access-control-max-age')) > 0);
      }
    });
  }

  test('other origins are refused', async () => {
    for (const origin of OTHERS)
      for (const res of [
        await send('GET', '/v1/models', {headers: {origin}}),
        await send('POST', '/v1/responses', {headers: {origin}, payload: {input: 'hello'}}),
        await preflight('/v1/responses', origin),
      ]) {
        assert.deepEqual(corsOf(res), {}, origin);
        await assertCode(res, 403, 'origin_not_allowed');
      }
  });

  test('who is no page has no origin, and is served', async () => {
    const res = await send('GET', '/v1/models');
    assert.equal(res.status, 200);
    assert.deepEqual(corsOf(res), {});
    await res.text();
  });

  test('OPTIONS that asks for nothing is no preflight', async () => {
    const res = await send('OPTIONS', '/v1/responses', {headers: {origin: ALLOWED[0]}});
    assertReadable(res, ALLOWED[0]);
    await assertCode(res, 405, 'method_not_supported');
  });
});
