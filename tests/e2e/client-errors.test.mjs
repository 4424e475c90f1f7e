// Requests that nobody should send: each gets its error, and none of them costs a claude.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {AuthenticationError, BadRequestError} from 'openai';
import {LIMIT, clientOf, errorOf, post, startReal} from '../lib/real.mjs';
import {says} from '../lib/upstream.mjs';

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
  'a NUL': '{"messages":[{"role":"user","content":"a\u0000b"}]}',
  'half an escape': '{"messages":[{"role":"user","content":"a\\ud80"}]}',
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
const IMAGE = url => ({type: 'image_url', image_url: {url}});
const AUDIO = {type: 'input_audio', input_audio: {data: 'aGk=', format: 'wav'}};
const TOOL = {type: 'function', function: {name: 'f', parameters: {type: 'object'}}};
const CALL = {
  role: 'assistant',
  tool_calls: [{id: 'c1', type: 'function', function: {name: 'f', arguments: ''}}],
};
const RESULT = {role: 'tool', tool_call_id: 'c1', content: '1'};
const tools = (list, more) => ({messages: HI, tools: list, ...more});

/** [body, what `param` begins with] */
const WRONG_CHATS = [
  [{}, 'messages'],
  [{messages: 'Hi'}, 'messages'],
  [{messages: []}, 'messages'],
  [{messages: ['Hi']}, 'messages[0]'],
  [{messages: [{content: 'Hi'}]}, 'messages[0]'],
  [{messages: [{role: 'alien', content: 'Hi'}]}, 'messages[0]'],
  [user(5), 'messages[0].content'],
  [user(undefined), 'messages[0].content'],
  [user([TEXT, 'Hi']), 'messages[0].content[1]'],
  [user([TEXT, {type: 'text'}]), 'messages[0].content[1]'],
  [user([TEXT, IMAGE('data:image/tiff;base64,aGk=')]), 'messages[0].content[1]'],
  [user([TEXT, IMAGE('data:image/png;base64,a*k=')]), 'messages[0].content[1]'],
  [user([TEXT, IMAGE('data:image/png,hi')]), 'messages[0].content[1]'],
  [user([TEXT, IMAGE('file:///etc/passwd')]), 'messages[0].content[1]'],
  [user([TEXT, IMAGE('http://127.0.0.1/x.png')]), 'messages[0].content[1]'],
  [user([TEXT, {type: 'file', file: {file_id: 'file-1'}}]), 'messages[0].content[1]'],
  [user([TEXT, AUDIO]), 'messages[0].content[1]'],
  [{messages: [{role: 'system', content: [IMAGE('https://x/x.png')]}, ...HI]}, 'messages[0]'],
  [{messages: [...HI, {role: 'assistant', content: 'a', refusal: 5}]}, 'messages[1].refusal'],
  [{messages: HI, stream_options: {include_usage: 'true'}}, 'stream_options.include_usage'],
  [{messages: HI, model: 5}, 'model'],
  [{messages: HI, stream: 'yes'}, 'stream'],
  [{messages: HI, n: 2}, 'n'],
  [tools({}), 'tools'],
  [tools(['f']), 'tools[0]'],
  [tools([TOOL, {type: 'function', function: {}}]), 'tools[1]'],
  [tools([TOOL, TOOL]), 'tools[1]'],
  [tools([{type: 'function', function: {name: 'f', parameters: [5]}}]), 'tools[0]'],
  [tools([{type: 'custom', custom: {}}]), 'tools[0]'],
  [tools([TOOL], {tool_choice: 'always'}), 'tool_choice'],
  [tools([TOOL], {tool_choice: {type: 'function', function: {name: 'g'}}}), 'tool_choice'],
  [tools([], {tool_choice: 'required'}), 'tool_choice'],
  [tools([TOOL], {parallel_tool_calls: 'no'}), 'parallel_tool_calls'],
  [{messages: [...HI, CALL]}, 'messages'],
  [{messages: [...HI, CALL, ...HI]}, 'messages'],
  [{messages: [...HI, RESULT]}, 'messages'],
  [{messages: [...HI, CALL, {...RESULT, tool_call_id: 'c2'}]}, 'messages'],
  [{messages: [...HI, CALL, {role: 'tool', content: '1'}]}, 'messages[2]'],
  [{messages: HI, stop: ['a', 'b', 'c', 'd', 'e']}, 'stop'],
  [{messages: HI, stop: ['']}, 'stop'],
  [{messages: HI, stop: 5}, 'stop'],
  [{messages: HI, max_tokens: 0}, 'max_tokens'],
  [{messages: HI, max_completion_tokens: 1.5}, 'max_completion_tokens'],
  [{messages: HI, temperature: 2.1}, 'temperature'],
  [{messages: HI, top_p: -0.1}, 'top_p'],
  [{messages: HI, reasoning_effort: 'extreme'}, 'reasoning_effort'],
  [{messages: HI, response_format: {type: 'xml'}}, 'response_format'],
  [{messages: HI, response_format: {type: 'json_schema', json_schema: {schema: {required: 5}}}},
    'response_format'],
  [{messages: HI, response_format: 'json_object'}, 'response_format'],
  [{messages: HI, logprobs: true}, 'logprobs'],
  [{messages: HI, tools: [TOOL], functions: [TOOL.function]}, 'functions'],
  [{messages: HI, modalities: ['text', 'audio']}, 'modalities'],
];
const WRONG_RESPONSES = [
  [{}, 'input'],
  [{input: 5}, 'input'],
  [{input: []}, 'input'],
  [{input: [5]}, 'input[0]'],
  [{input: [{role: 'alien', content: 'Hi'}]}, 'input[0]'],
  [{input: [{role: 'user', content: [{type: 'input_image', image_url: 'data:,'}]}]}, 'input[0]'],
  [{input: [{type: 'function_call_output', call_id: 'c', output: '1'}]}, 'input'],
  [{input: 'Hi', instructions: ['Be brief.']}, 'instructions'],
  [{input: 'Hi', previous_response_id: 'resp_1'}, 'previous_response_id'],
  [{input: 'Hi', background: true}, 'background'],
  [{input: [{type: 'function_call', call_id: 'c', name: 'f', arguments: '{}'}]}, 'input'],
  [{input: 'Hi', text: {format: {type: 'json_schema', schema: {items: 5}}}}, 'text'],
  [{input: 'Hi', max_output_tokens: -1}, 'max_output_tokens'],
  [{input: 'Hi', reasoning: {effort: 'extreme'}}, 'reasoning.effort'],
  [{input: 'Hi', reasoning: 'high'}, 'reasoning'],
  [{input: 'Hi', tools: [{type: 'function', name: ''}]}, 'tools[0]'],
  [{input: 'Hi', conversation: 'conv_1'}, 'conversation'],
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

/* The CLI would put words of its own in its place, and the model would answer those. */
test('an image that is none', LIMIT, async () => {
  const before = upstream.requests.length;
  upstream.otherwise = says('I cannot see it.');
  const body = JSON.stringify(user([TEXT, IMAGE('data:image/png;base64,aGk=')]));
  const res = await post(stack, CHAT, body);
  upstream.otherwise = null;
  assert.equal(errorOf(res, 400).param, 'messages[0].content[1]');
  assert.equal(upstream.requests.length, before);
});
