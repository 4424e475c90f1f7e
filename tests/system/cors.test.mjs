// Pages of other origins: PROXY_ALLOWED_ORIGINS.
import assert from 'node:assert/strict';
import {after, before, describe, test} from 'node:test';
import OpenAI from 'openai';
import {head, raw} from '../lib/raw.mjs';
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

const listOf = value => (value ?? '').toLowerCase().split(/, */).filter(Boolean);

/** What the Fetch standard has a browser send without asking: methods, names of headers. */
const FREE_METHODS = ['GET', 'HEAD', 'POST'];
const FREE_HEADERS = ['accept', 'accept-language', 'content-language', 'range'];

/**
 * Asks as a browser does for a page that is about to send this: names in lower case, sorted, with
 * commas alone. Gives what the browser would stop it for (the standard's CORS-preflight fetch).
 */
async function complaintsOf(path, origin, {method = 'POST', headers, more = {}}) {
  const asked = headers.map(name => name.toLowerCase())
    .filter(name => !FREE_HEADERS.includes(name)).sort();
  const res = await send('OPTIONS', path, {
    headers: {
      origin, authorization: '', 'access-control-request-method': method,
      'access-control-request-headers': asked.join(','), ...more,
    },
  });
  await res.text();
  const cors = corsOf(res);
  const may = [...FREE_METHODS, ...listOf(cors['access-control-allow-methods'])
    .map(name => name.toUpperCase())];
  const allowed = listOf(cors['access-control-allow-headers']);
  return [
    ...res.ok ? [] : [`status ${res.status}`],
    ...cors['access-control-allow-origin'] === origin ? [] : ['the origin'],
    ...may.includes(method) ? [] : [method],
    ...asked.filter(name => !allowed.includes(name)),
  ];
}

/** The names of all headers with which the package asks, a retry with them. */
async function headersOfPackage(use) {
  const seen = new Set();
  const client = new OpenAI({
    apiKey: 'sk-x', baseURL: 'http://localhost/v1', organization: 'o', project: 'p',
    maxRetries: 1, dangerouslyAllowBrowser: true,
    defaultHeaders: {'HTTP-Referer': 'x', 'X-Title': 'x'},
    fetch: async (url, {headers}) => {
      for (const [name] of new Headers(headers)) seen.add(name);
      return new Response('{}', {status: 500, headers: {'retry-after-ms': '1'}});
    },
  });
  await assert.rejects(use(client), {status: 500});
  return [...seen];
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

/** A preflight with lines that fetch would not send. */
const rawPreflight = (...lines) => raw(stack.port, head('OPTIONS /v1/responses HTTP/1.1',
  `Origin: ${ALLOWED[0]}`, 'Access-Control-Request-Method: POST', 'Connection: close', ...lines));

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
        const list = name => listOf(corsOf(res)[`access-control-allow-${name}`]);
        assert.deepEqual(list('methods'), path.endsWith('models') ? ['get', 'head', 'options']
          : ['post', 'options']);
        assert.deepEqual(list('headers'), ['authorization', 'content-type']);
        assert.ok(Number(res.headers.get('access-control-max-age')) > 0);
        for (const name of ['origin', 'method', 'headers', 'private-network'])
          assert.ok(listOf(res.headers.get('vary')).some(field => field.endsWith(name)), name);
      }
    });

    test(`${origin} may send what the openai package sends`, async () => {
      const messages = [{role: 'user', content: 'hello'}];
      for (const [path, use] of [
        ['/v1/chat/completions', c => c.chat.completions.create({model: 'sonnet', messages})],
        ['/v1/chat/completions', c => c.chat.completions.stream({model: 'sonnet', messages})
          .finalMessage()],
        ['/v1/responses', c => c.responses.create({model: 'sonnet', input: 'hello'})],
        ['/v1/models', c => c.models.list()],
      ]) {
        const headers = await headersOfPackage(use);
        for (const name of ['authorization', 'x-title', 'x-stainless-retry-count'])
          assert.ok(headers.includes(name), `${name} is not in ${headers}`);
        assert.deepEqual(await complaintsOf(path, origin, {headers}), []);
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

  test('a page may send any header that has a name', async () => {
    const headers = [
      'authorization', 'content-type', 'user-agent', 'x-api-key', 'anthropic-version',
      'anthropic-dangerous-direct-browser-access', 'idempotency-key', 'traceparent', 'x-session-id',
      'http-referer', 'x-title', 'X-Weird_!#$%&\'*+.^`|~9',
    ];
    for (const path of ['/v1/chat/completions', '/responses'])
      assert.deepEqual(await complaintsOf(path, ALLOWED[0], {headers}), []);
  });

  test('a preflight that names no header gets those of OpenAI\'s clients', async () => {
    for (const line of [[], ['Access-Control-Request-Headers: ']]) {
      const res = await rawPreflight(...line);
      assert.equal(res.status, 204);
      const names = listOf(res.headers.get('access-control-allow-headers'));
      for (const name of ['authorization', 'content-type', 'x-stainless-retry-count'])
        assert.ok(names.includes(name), name);
    }
  });

  test('what is no name of a header does not come back', async () => {
    for (const [value, names] of [
      ['authorization, x y, set-cookie: a=b, content-type', ['authorization', 'content-type']],
      ['a, caf\xc3\xa9, \x01, "b", (c), d', ['a', 'd']],
      [`a, ${'x'.repeat(2000)}, b`, ['a', 'b']],
    ]) {
      const res = await rawPreflight(`Access-Control-Request-Headers: ${value}`);
      assert.equal(res.status, 204, value);
      assert.deepEqual(listOf(res.headers.get('access-control-allow-headers')), names);
    }
  });

  test('however much is asked for, at most 1 KiB comes back', async () => {
    const names = Array.from({length: 500}, (_, i) => `x-header-${i}`);
    const res = await rawPreflight(`Access-Control-Request-Headers: ${names}`);
    assert.equal(res.status, 204);
    const value = res.headers.get('access-control-allow-headers');
    assert.ok(value.length > 1000 && value.length <= 1024, `${value.length}`);
    const back = listOf(value);
    assert.deepEqual(back, names.slice(0, back.length));
  });

  test('a page is let through to be told that a path is unknown', async () => {
    for (const method of ['GET', 'POST'])
      assert.deepEqual(await complaintsOf('/v1/embeddings', ALLOWED[0],
        {method, headers: ['authorization', 'content-type']}), []);
    const res = await send('POST', '/v1/embeddings', {headers: {origin: ALLOWED[0]}, payload: {}});
    assertReadable(res, ALLOWED[0]);
    await assertCode(res, 404, 'unknown_url');
  });

  test('a page from elsewhere may ask a server on the machine itself, if its origin is allowed',
    async () => {
      const ask = (origin, value) => send('OPTIONS', '/v1/responses', {headers: {
        origin, authorization: '', 'access-control-request-method': 'POST',
        ...value && {'access-control-request-private-network': value},
      }});
      for (const [origin, value, told] of [
        [ALLOWED[0], 'true', 'true'], [ALLOWED[0], 'no', null], [ALLOWED[0], '', null],
        [OTHERS[0], 'true', null],
      ]) {
        const res = await ask(origin, value);
        await res.text();
        assert.equal(res.headers.get('access-control-allow-private-network'), told);
      }
    });

  test('a page may not use a method that no client has', async () => {
    for (const method of ['PUT', 'DELETE', 'PATCH'])
      assert.deepEqual(await complaintsOf('/v1/responses', ALLOWED[0], {method, headers: []}),
        [method]);
  });

  test('a page sees every header that a client heeds', async () => {
    const ask = more => send('POST', '/v1/chat/completions',
      {headers: {origin: ALLOWED[0]}, payload: body(more)});
    const seen = new Set();
    for (const [status, more] of [
      [200, {text: 'hello', more: {seed: 1}}], [429, {text: 'fake:limit 3600 init'}],
    ]) {
      const res = await ask(more);
      await res.text();
      assert.equal(res.status, status);
      const shown = listOf(corsOf(res)['access-control-expose-headers']);
      for (const [name] of res.headers) {
        if (!/^x-|^retry-/.test(name)) continue;
        assert.ok(shown.includes(name), `${name} is not in ${shown}`);
        seen.add(name);
      }
    }
    for (const name of ['x-request-id', 'x-proxy-ignored', 'retry-after', 'x-should-retry',
      'x-ratelimit-remaining-requests', 'x-ratelimit-reset-requests'])
      assert.ok(seen.has(name), `no answer has ${name}`);
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
