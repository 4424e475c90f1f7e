// Parameters without effect: named in a header, or refused if the operator wants that.
import assert from 'node:assert/strict';
import {after, before, describe, test} from 'node:test';
import {until} from '../lib/proc.mjs';
import {startStack} from '../lib/stack.mjs';
import {ask} from './ask.mjs';

const TOOL = {type: 'web_search'};

/** [format, members of the request, those of them that have no effect] */
const REQUESTS = [
  ['chat', {}, []],
  ['responses', {}, []],
  ['chat', {seed: 7, user: 'u'}, ['seed', 'user']],
  ['chat', {logit_bias: {50256: -100}, metadata: {a: 'b'}}, ['logit_bias', 'metadata']],
  ['chat', {temperature: 0.3, top_p: 0.5}, ['temperature', 'top_p']],
  ['chat', {temperature: 0.3, reasoning_effort: 'none'}, []],
  ['chat', {temperature: 0.3, top_p: 0.5, reasoning_effort: 'none'}, ['top_p']],
  ['chat', {max_tokens: 5, stop: ['x'], reasoning_effort: 'low'}, []],
  ['responses', {user: 'u', truncation: 'auto'}, ['truncation', 'user']],
  ['responses', {temperature: 0.3}, ['temperature']],
  ['responses', {metadata: {a: 'b'}, max_output_tokens: 5, include: []}, []],
  ['responses', {tools: [TOOL, {...TOOL, type: 'file_search'}, TOOL]},
    ['tools.file_search', 'tools.web_search']],

  /* What a client sends without meaning anything by it. */
  ['chat', {
    temperature: 1, top_p: 1, frequency_penalty: 0, presence_penalty: 0, n: 1, store: false,
    logprobs: false, top_logprobs: 0, logit_bias: null, metadata: {}, seed: null, tools: [],
  }, []],
  ['responses', {temperature: 1, store: false, truncation: 'disabled', background: false}, []],
  ['chat', {made_up: {deep: [1, null]}}, []],
];

const query = (api, more, stream) => ({api, stream, text: 'hello', more});

function ignored(headers) {
  return (headers.get('x-proxy-ignored') ?? '').split(', ').filter(Boolean).sort();
}

function each(stack, check) {
  for (const [api, more, names] of REQUESTS)
    test(`${api}: ${JSON.stringify(more)}`, async () => {
      for (const stream of [false, true])
        check(await ask(stack(), query(api, more, stream)), names);
    });
}

describe('as shipped', () => {
  let stack;
  before(async () => {
    stack = await startStack({claude: process.env.FAKE_CLAUDE});
  });
  after(() => stack?.stop());
  each(() => stack, (got, names) => {
    assert.equal(got.status, 200, got.error?.message);
    assert.deepEqual(ignored(got.headers), names);
  });
});

describe('PROXY_STRICT=1', () => {
  let stack;
  before(async () => {
    stack = await startStack({claude: process.env.FAKE_CLAUDE, env: {PROXY_STRICT: '1'}});
  });
  after(() => stack?.stop());
  each(() => stack, (got, names) => {
    assert.deepEqual(ignored(got.headers), []);
    if (names.length === 0) {
      assert.equal(got.status, 200, got.error?.message);
      return;
    }
    assert.equal(got.status, 400);
    assert.equal(got.error.code, 'unsupported_parameter');
    assert.ok(names.includes(got.error.param), `param is ${got.error.param}`);
  });
  test('a refused request costs no child', async () => {
    await until(() => stack.children().length === 0, 5000, 'those before have ended');
    await ask(stack, query('chat', {seed: 7}, true));
    assert.deepEqual(stack.children(), []);
  });
});
