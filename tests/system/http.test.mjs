// What is answered without a child: paths, methods, keys, bodies.
import assert from 'node:assert/strict';
import http from 'node:http';
import {after, before, test} from 'node:test';
import {until} from '../lib/proc.mjs';
import {startStack} from '../lib/stack.mjs';
import {PATHS, ask} from './ask.mjs';

let stack;

before(async () => {
  stack = await startStack({
    claude: process.env.FAKE_CLAUDE,
    env: {PROXY_MODEL_ALIASES: 'gpt-4o=opus'},
    maxBody: '64k',
  });
});
after(() => stack?.stop());

/** One request as it is given; the key is sent unless `headers` names another. */
function send(method, path, {headers = {}, payload} = {}) {
  return new Promise((resolve, reject) => {
    const all = {authorization: `Bearer ${stack.key}`, ...headers};
    for (const name of Object.keys(all)) if (all[name] === undefined) delete all[name];
    const req = http.request({host: '127.0.0.1', port: stack.port, method, path, headers: all},
      res => {
        let text = '';
        res.setEncoding('utf8').on('data', chunk => text += chunk)
          .on('end', () => resolve({status: res.statusCode, headers: res.headers, text}));
      });
    req.on('error', reject).setTimeout(10_000, () => req.destroy(new Error('no answer')));
    req.end(payload);
  });
}

function assertError(res, status, code) {
  assert.equal(res.status, status, res.text);
  assert.match(res.headers['content-type'], /^application\/json/);
  const {error, ...rest} = JSON.parse(res.text);
  assert.deepEqual(rest, {});
  assert.deepEqual(Object.keys(error).sort(), ['code', 'message', 'param', 'type']);
  assert.ok(error.message.length > 0);
  if (code !== undefined) assert.equal(error.code, code);
  return error;
}

/** Whoever says it, nginx or the gateway: what has to be raised, and for whom. */
function assertTellsSettings({message}) {
  for (const word of ['PROXY_MAX_BODY', 'client_max_body_size', 'client_body_buffer_size', 'images'])
    assert.ok(message.includes(word), `${word} is not in: ${message}`);
}

const JSON_TYPE = {'content-type': 'application/json'};
const GOOD = JSON.stringify({model: 'sonnet', messages: [{role: 'user', content: 'hello'}]});

for (const prefix of ['', '/v1']) {
  test(`${prefix}/health needs no key`, async () => {
    const res = await send('GET', `${prefix}/health`, {headers: {authorization: undefined}});
    assert.equal(res.status, 200);
    assert.equal(res.text, 'ok\n');
    assert.match(res.headers['content-type'], /^text\/plain/);
    assert.ok(res.headers['x-request-id']);
    const head = await send('HEAD', `${prefix}/health`, {headers: {authorization: undefined}});
    assert.equal(head.status, 200);
    assert.equal(head.text, '');
  });

  test(`${prefix}/models lists what the CLI offers`, async () => {
    const res = await send('GET', `${prefix}/models`);
    assert.equal(res.status, 200, res.text);
    const list = JSON.parse(res.text);
    assert.equal(list.object, 'list');
    const ids = list.data.map(model => model.id);
    for (const id of ['opus', 'sonnet', 'haiku']) assert.ok(ids.includes(id), `${id} in ${ids}`);
    for (const model of list.data) {
      assert.equal(model.object, 'model');
      assert.ok(Number.isInteger(model.created));
      assert.equal(typeof model.owned_by, 'string');
      const one = await send('GET', `${prefix}/models/${model.id}`);
      assert.deepEqual(JSON.parse(one.text), model);
    }
    assertError(await send('GET', `${prefix}/models/none`), 404, 'model_not_found');
  });

  test(`${prefix} paths that are not there, and methods`, async () => {
    for (const path of ['/', '/nothing', '/chat', '/chat/completions/1', '/responses/x/y'])
      assertError(await send('GET', prefix + path), 404);
    for (const [method, path, allow] of [
      ['GET', '/chat/completions', 'POST'], ['PUT', '/chat/completions', 'POST'],
      ['DELETE', '/responses', 'POST'], ['POST', '/models', 'GET'],
      ['POST', '/health', 'GET'], ['PATCH', '/models/sonnet', 'GET'],
    ]) {
      const res = await send(method, prefix + path);
      assertError(res, 405, 'method_not_supported');
      assert.ok(res.headers.allow?.split(/, */).includes(allow), `Allow: ${res.headers.allow}`);
    }
  });
}

test('a missing or wrong key is 401', async () => {
  const keys = [
    undefined, '', 'Bearer', 'Bearer ', 'Bearer wrong', `Bearer ${stack.key}x`,
    `Bearer ${stack.key.slice(0, -1)}`, `Basic ${stack.key}`, stack.key,
  ];
  for (const authorization of keys)
    for (const [method, path] of [['GET', '/v1/models'], ['POST', '/v1/chat/completions']]) {
      const res = await send(method, path, {
        headers: {authorization, ...JSON_TYPE}, payload: method === 'POST' ? GOOD : undefined,
      });
      const error = assertError(res, 401, 'invalid_api_key');
      assert.equal(error.type, 'invalid_request_error');
    }
});

test('the scheme may be written in any case', async () => {
  for (const scheme of ['bearer', 'BEARER', 'bEaReR']) {
    const headers = {authorization: `${scheme} ${stack.key}`};
    const res = await send('GET', '/v1/models', {headers});
    assert.equal(res.status, 200);
  }
});

test('a body that is no request is 400', async () => {
  const user = {role: 'user', content: 'hello'};
  const bodies = [
    '', '{', 'null', '7', '[]', '"text"', '{}', `${GOOD}x`, '{"messages":7}', '{"messages":[]}',
    '{"messages":[7]}', '{"messages":[{"role":"user"}]}', '[[[[', '{"a":"\u0000"}',
    Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), '['.repeat(2000),
    JSON.stringify({messages: [{role: 'nobody', content: 'x'}]}),
    JSON.stringify({messages: [{role: 'user', content: [{type: 'image_url'}]}]}),
    JSON.stringify({messages: [user], top_logprobs: 2}),
    JSON.stringify({messages: [user], model: 7}),
  ];
  for (const payload of bodies) {
    const res = await send('POST', '/v1/chat/completions', {headers: JSON_TYPE, payload});
    assert.equal(assertError(res, 400).type, 'invalid_request_error', String(payload));
    const other = await send('POST', '/v1/responses', {
      headers: JSON_TYPE, payload: String(payload).replaceAll('messages', 'input'),
    });
    assertError(other, 400);
  }
});

test('a refused parameter is named', async () => {
  const res = await send('POST', '/v1/chat/completions', {
    headers: JSON_TYPE, payload: JSON.stringify({...JSON.parse(GOOD), n: 2}),
  });
  assert.equal(assertError(res, 400, 'unsupported_parameter').param, 'n');
});

/* A client that would rather have a WebSocket then uses POST at once. */
test('a WebSocket is refused with 426', async () => {
  const headers = {connection: 'Upgrade', upgrade: 'websocket'};
  for (const path of ['/responses', '/v1/responses']) {
    const res = await send('GET', path, {headers});
    assertError(res, 426, 'upgrade_not_supported');
    assert.equal(res.headers.upgrade, 'HTTP/1.1');
  }
  assertError(await send('GET', '/v1/responses'), 405, 'method_not_supported');
  assert.equal((await send('GET', '/v1/models', {headers})).status, 200);
});

test('other content types are 415', async () => {
  const types = ['text/plain', 'application/x-www-form-urlencoded', 'application/jsonx', 'json'];
  for (const type of types)
    for (const path of Object.values(PATHS)) {
      const res = await send('POST', path, {headers: {'content-type': type}, payload: GOOD});
      assertError(res, 415, 'unsupported_content_type');
    }
});

test('a charset and letter case in the content type do not matter', async () => {
  for (const type of ['application/json; charset=utf-8', 'Application/JSON'])
    assert.equal((await send('POST', '/v1/chat/completions', {
      headers: {'content-type': type}, payload: GOOD,
    })).status, 200);
});

test('the largest body is served, a larger one is 413', async () => {
  const frame = JSON.stringify({model: 'sonnet', messages: [{role: 'user', content: ''}]});
  const sized = n => frame.replace('""', `"${'x'.repeat(n - frame.length)}"`);
  const chat = size =>
    send('POST', '/v1/chat/completions', {headers: JSON_TYPE, payload: sized(size)});
  const most = await chat(65536);
  assert.equal(most.status, 200, most.text.slice(0, 200));
  for (const size of [65537, 300_000])
    assertTellsSettings(assertError(await chat(size), 413, 'request_too_large'));
});

test('a body that nginx takes and the gateway does not is 413 as well', async () => {
  const small = await startStack({
    claude: process.env.FAKE_CLAUDE, maxBody: '64k', env: {PROXY_MAX_BODY: '1k'},
  });
  try {
    for (const path of Object.values(PATHS)) {
      const res = await fetch(small.url + path, {
        method: 'POST', headers: {authorization: `Bearer ${small.key}`, ...JSON_TYPE},
        body: 'x'.repeat(1025), signal: AbortSignal.timeout(10_000),
      });
      const error = assertError({
        status: res.status, headers: Object.fromEntries(res.headers), text: await res.text(),
      }, 413, 'request_too_large');
      assertTellsSettings(error);
      assert.match(error.message, /\b1024 bytes\b/);
    }
  } finally {
    await small.stop();
  }
});

test('a chunked body is served', async () => {
  const res = await send('POST', '/v1/chat/completions', {
    headers: {...JSON_TYPE, 'transfer-encoding': 'chunked'}, payload: GOOD,
  });
  assert.equal(res.status, 200, res.text);
});

test('the query string does not matter', async () => {
  assert.equal((await send('GET', '/v1/models?limit=1&x=%00')).status, 200);
  assert.equal((await send('GET', '/health?x=1')).text, 'ok\n');
});

test('models: an alias is served, an unknown one is 404', async () => {
  const got = await ask(stack, {text: 'fake:heard', model: 'gpt-4o'});
  const line = JSON.parse(got.text).find(l => l.request?.subtype === 'set_model');
  assert.equal(line.request.model, 'opus');
  const none = await ask(stack, {text: 'hello', model: 'gpt-17'});
  assert.equal(none.status, 404);
  assert.equal(none.error.code, 'model_not_found');
});

test('every answer of a worker has an id of its own', async () => {
  const ids = [];
  for (const [method, path] of [['GET', '/v1/models'], ['GET', '/v1/none'], ['PUT', '/v1/models']])
    ids.push((await send(method, path)).headers['x-request-id']);
  for (const stream of [false, true])
    ids.push((await ask(stack, {text: 'hello', stream})).headers.get('x-request-id'));
  for (const id of ids) assert.match(id ?? 'none', /^[\w-]{8,}$/);
  assert.equal(new Set(ids).size, ids.length);
});

test('nothing of this left a child behind', async () => {
  await until(() => stack.children().length === 0, 5000, 'every child has ended');
});
