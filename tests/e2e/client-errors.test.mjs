// Requests that nobody should send: each gets its error, and none of them costs a claude.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {AuthenticationError, BadRequestError} from 'openai';
import {LIMIT, clientOf, errorOf, post, startReal} from '../lib/real.mjs';

const {stack, upstream, client} = await startReal();
const CHAT = '/v1/chat/completions';
const HI = [{role: 'user', content: 'Hi'}];

function assertNothingStarted() {
  assert.deepEqual(upstream.requests, []);
  assert.deepEqual(stack.children(), []);
}

test('a wrong key', LIMIT, async () => {
  const stranger = clientOf(stack.baseURL, `${stack.key}x`);
  for (const attempt of [
    () => stranger.chat.completions.create({model: 'opus', messages: HI}),
    () => stranger.responses.create({model: 'opus', input: 'Hi', stream: true}),
    () => stranger.models.list(),
  ]) {
    await assert.rejects(attempt, err => {
      assert.ok(err instanceof AuthenticationError);
      assert.equal(err.type, 'invalid_request_error');
      assert.equal(err.code, 'invalid_api_key');
      return true;
    });
  }
  assertNothingStarted();
});

test('no key, half a key, another scheme', LIMIT, async () => {
  const {key} = stack;
  for (const authorization of
    ['', 'Bearer', 'Bearer ', `Basic ${key}`, key, `Bearer ${key.slice(0, -1)}`]) {
    const res = await post(stack, CHAT, JSON.stringify({messages: HI}), {authorization});
    assert.equal(errorOf(res, 401).code, 'invalid_api_key', authorization);
    assert.ok(!res.text.includes(key));
  }
  assertNothingStarted();
});

test('the scheme is Bearer in any case', LIMIT, async () => {
  const authorization = `bearer ${stack.key}`;
  const res = await fetch(`${stack.url}/v1/models/no-such-model`, {headers: {authorization}});
  assert.equal(res.status, 404, await res.text());
});

const NO_JSON = {
  'nothing': '',
  'half an object': '{"model":"opus","messages":[',
  'a trailing comma': '{"messages":[],}',
  'more than one': '{"messages":[]} {}',
  'a string': '"Hi"',
  'an array': '[]',
  'null': 'null',
  'a NUL escape': '{"messages":[{"role":"user","content":"a\\u0000b"}]}',
  'half a surrogate pair': '{"messages":[{"role":"user","content":"a\\ud800b"}]}',
  'nesting without end': `{"messages":${'['.repeat(5000)}${']'.repeat(5000)}}`,
  'invalid UTF-8': Buffer.concat(
    [Buffer.from('{"messages":[{"role":"user","content":"'), Buffer.from([0xc3, 0x28]),
      Buffer.from('"}]}')]),
};

for (const [name, body] of Object.entries(NO_JSON)) {
  test(`no JSON object: ${name}`, LIMIT, async () => {
    for (const path of [CHAT, '/v1/responses']) {
      const error = errorOf(await post(stack, path, body), 400);
      assert.equal(error.type, 'invalid_request_error');
    }
    assertNothingStarted();
  });
}

const user = content => ({messages: [{role: 'user', content}]});
const TEXT = {type: 'text', text: 'Hi'};
const IMAGE = {type: 'image_url', image_url: {url: 'data:image/png;base64,aGk='}};
const TOOL = {type: 'function', function: {name: 'f', parameters: {type: 'object'}}};

/** [body, what `param` begins with] */
const WRONG_CHATS = [
  [{}, 'messages'],
  [{messages: 'Hi'}, 'messages'],
  [{messages: []}, 'messages'],
  [{messages: ['Hi']}, 'messages[0]'],
  [{messages: [{content: 'Hi'}]}, 'messages[0]'],
  [{messages: [{role: 'alien', content: 'Hi'}]}, 'messages[0]'],
  [{messages: [...HI, {role: 'assistant', content: 'Hello'}]}, 'messages'],
  [user(5), 'messages[0].content'],
  [user(undefined), 'messages[0].content'],
  [user([TEXT, 'Hi']), 'messages[0].content[1]'],
  [user([TEXT, {type: 'text'}]), 'messages[0].content[1]'],
  [user([TEXT, IMAGE]), 'messages[0].content[1]'],
  [user('   '), 'messages'],
  [{messages: HI, model: 5}, 'model'],
  [{messages: HI, stream: 'yes'}, 'stream'],
  [{messages: HI, n: 2}, 'n'],
  [{messages: HI, tools: [TOOL]}, 'tools'],
  [{messages: HI, stop: ['END']}, 'stop'],
  [{messages: HI, response_format: {type: 'json_object'}}, 'response_format'],
  [{messages: HI, modalities: ['text', 'audio']}, 'modalities'],
];
const WRONG_RESPONSES = [
  [{}, 'input'],
  [{input: 5}, 'input'],
  [{input: []}, 'input'],
  [{input: [5]}, 'input[0]'],
  [{input: [{role: 'alien', content: 'Hi'}]}, 'input[0]'],
  [{input: [{role: 'user', content: [{type: 'input_image', image_url: 'data:,'}]}]}, 'input[0]'],
  [{input: [{type: 'function_call_output', call_id: 'c', output: '1'}]}, 'input[0]'],
  [{input: 'Hi', instructions: ['Be brief.']}, 'instructions'],
  [{input: 'Hi', previous_response_id: 'resp_1'}, 'previous_response_id'],
  [{input: 'Hi', background: true}, 'background'],
  [{input: 'Hi', text: {format: {type: 'json_schema', name: 'x', schema: {}}}}, 'text'],
];

for (const [path, table] of [[CHAT, WRONG_CHATS], ['/v1/responses', WRONG_RESPONSES]]) {
  for (const [body, param] of table) {
    test(`${path}: ${JSON.stringify(body)}`, LIMIT, async () => {
      const error = errorOf(await post(stack, path, JSON.stringify(body)), 400);
      assert.equal(error.type, 'invalid_request_error');
      assert.ok(error.param?.startsWith(param), `param is ${error.param}`);
      assertNothingStarted();
    });
  }
}

test('the client sees what is wrong', LIMIT, async () => {
  await assert.rejects(client.chat.completions.create({model: 'opus', messages: HI, n: 2}), err => {
    assert.ok(err instanceof BadRequestError);
    assert.equal(err.param, 'n');
    assert.equal(err.code, 'unsupported_parameter');
    return true;
  });
});

test('another content type', LIMIT, async () => {
  const body = JSON.stringify({messages: HI});
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data'])
    errorOf(await post(stack, CHAT, body, {'content-type': type}), 415);
  assertNothingStarted();
});

test('other URLs and methods', LIMIT, async () => {
  const headers = {authorization: `Bearer ${stack.key}`};
  const ask = async (method, path) => {
    const res = await fetch(stack.url + path, {method, headers});
    return {status: res.status, headers: res.headers, text: await res.text()};
  };
  for (const path of ['/', '/v1', '/v1/', '/v1/v1/models', '/v1/chat', '/v1/embeddings', '/x'])
    errorOf(await ask('GET', path), 404);
  for (const [method, path, allow] of [
    ['GET', CHAT, 'POST'], ['DELETE', '/responses', 'POST'], ['PUT', '/health', 'GET, HEAD'],
    ['POST', '/v1/models', 'GET, HEAD']]) {
    const res = await ask(method, path);
    errorOf(res, 405);
    assert.equal(res.headers.get('allow'), allow, `${method} ${path}`);
  }
  assertNothingStarted();
});
