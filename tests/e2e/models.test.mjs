// Which models there are, and what becomes of the names that clients use.
import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import fs from 'node:fs';
import {createInterface} from 'node:readline';
import {test} from 'node:test';
import {NotFoundError} from 'openai';
import {LIMIT, SETTLED_MS, all, realEnv, startReal} from '../lib/real.mjs';
import {end, until} from '../lib/proc.mjs';
import {setting} from '../lib/stack.mjs';
import {refuses, says} from '../lib/upstream.mjs';

const {stack, upstream, client} = await startReal({
  keeps: true,
  env: {CLAUDE_MODEL: 'haiku', PROXY_MODEL_ALIASES:
    'gpt-4o=opus,mini=claude-haiku-4-5,pinned=anthropic/claude-opus-4.1,claude-opus-4-6=haiku'},
});

/** The models that the CLI itself lists, asked without the gateway. */
async function offered() {
  const child = spawn(setting('REAL_CLAUDE'), ['--print', '--input-format', 'stream-json',
    '--output-format', 'stream-json', '--verbose', '--setting-sources', ''], {
    cwd: stack.dir, stdio: ['pipe', 'pipe', 'ignore'],
    env: {PATH: process.env.PATH, HOME: `${stack.dir}/home`, ...realEnv(upstream)},
  });
  child.stdin.write(`${JSON.stringify({
    type: 'control_request', request_id: 'init', request: {subtype: 'initialize'}})}\n`);
  try {
    for await (const line of createInterface({input: child.stdout})) {
      const {type, response} = JSON.parse(line);
      if (type === 'control_response') return response.response.models;
    }
  } finally {
    await end(child, 'SIGKILL', 5000);
  }
  return assert.fail('the CLI did not answer');
}

test('the list is the CLI\'s', LIMIT, async () => {
  const known = (await offered()).filter(({value}) => value !== 'default');
  assert.ok(known.length >= 3, `${known.length}`);
  const models = await all(await client.models.list());
  const byId = new Map(models.map(model => [model.id, model]));
  assert.equal(byId.size, models.length, 'each id once');
  assert.ok(!byId.has('default'));
  for (const {value, resolvedModel, supportedEffortLevels} of known)
    for (const id of [value, resolvedModel]) {
      assert.ok(byId.has(id), `${id} is not among ${[...byId.keys()]}`);
      assert.deepEqual(byId.get(id).supported_efforts, supportedEffortLevels);
    }
  for (const model of models) {
    assert.equal(model.object, 'model');
    assert.equal(typeof model.owned_by, 'string');
    assert.ok(Number.isInteger(model.created));
    assert.deepEqual(await client.models.retrieve(model.id), model);
  }
});

test('the day that a model came out', LIMIT, async () => {
  for (const id of ['claude-sonnet-4-5-20250929', 'anthropic/claude-sonnet-4.5', 'claude-sonnet-4-5']) {
    const model = await client.models.retrieve(id);
    assert.equal(model.id, id);
    assert.equal(model.created, Date.parse('2025-09-29T00:00:00Z') / 1000);
  }
  // Of one that nobody knows it is the day on which the CLI was installed.
  const {ctimeMs} = fs.statSync(setting('REAL_CLAUDE'));
  assert.equal((await client.models.retrieve('claude-opus-9')).created, Math.floor(ctimeMs / 1000));
  const res = await fetch(`${stack.baseURL}/models/anthropic%2Fclaude-sonnet-4.5`,
    {headers: {authorization: `Bearer ${stack.key}`}});
  assert.equal((await res.json()).id, 'anthropic/claude-sonnet-4.5');
});

test('what a child has told of a model is told afterwards', LIMIT, async () => {
  const arrived = upstream.script(says('Hello'));
  await client.responses.create({model: 'opus', input: 'Hi'});
  const id = (await arrived).body.model;
  const find = name => client.models.retrieve(name);
  await until(async () => (await find('opus')).context_length > 0, SETTLED_MS, 'it is known');
  const {context_length, max_output_tokens} = await find('opus');
  assert.ok(context_length >= 200_000, `${context_length}`);
  assert.ok(max_output_tokens >= 8_192, `${max_output_tokens}`);
  process.kill(stack.pid, 'SIGHUP');
  await until(() => stack.children().length === 0, SETTLED_MS, 'its child is gone');
  for (const model of [await find(id), ...await all(await client.models.list())]) {
    if (model.id !== id && model.id !== 'opus') continue;
    assert.deepEqual([model.context_length, model.max_output_tokens],
      [context_length, max_output_tokens]);
  }
});

/** [what a client writes, what Anthropic is asked for] */
const NAMES = [
  ['opus', /^claude-opus-/],
  ['Sonnet', /^claude-sonnet-/],
  ['claude-sonnet-latest', /^claude-sonnet-/],
  ['anthropic/claude-opus', /^claude-opus-/],
  ['opusplan', /^claude-/],
  ['best', /^claude-/],
  ['sonnet[1m]', /^claude-sonnet-/],
  // Anthropic's versions, retired ones among them.
  ['claude-sonnet-4-5', 'claude-sonnet-4-5'],
  ['claude-sonnet-4-5-20250929', 'claude-sonnet-4-5-20250929'],
  ['claude-opus-4-1', 'claude-opus-4-1'],
  ['claude-opus-4-20250514', 'claude-opus-4-20250514'],
  ['claude-3-5-haiku-20241022', 'claude-3-5-haiku-20241022'],
  ['claude-3-haiku-20240307', 'claude-3-haiku-20240307'],
  ['claude-sonnet-4-5[1m]', 'claude-sonnet-4-5'],
  ['Claude-Sonnet-4-5-latest', 'claude-sonnet-4-5'],
  // Their names at Bedrock, Vertex, OpenRouter, in Copilot, Cursor and LiteLLM.
  ['us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'claude-sonnet-4-5-20250929'],
  ['claude-sonnet-4-5@20250929', 'claude-sonnet-4-5-20250929'],
  ['anthropic/claude-sonnet-4.5', 'claude-sonnet-4-5'],
  ['anthropic/claude-3.5-haiku', 'claude-3-5-haiku-20241022'],
  ['claude-3.7-sonnet-thought', 'claude-3-7-sonnet-20250219'],
  ['claude-4.5-sonnet', 'claude-sonnet-4-5'],
  ['vertex_ai/claude-opus-4-1@20250805', 'claude-opus-4-1-20250805'],
  ['gpt-4o', /^claude-opus-/],
  ['GPT-4O', /^claude-opus-/],
  ['mini', 'claude-haiku-4-5'],
  ['pinned', 'claude-opus-4-1'],
  ['claude-opus-4-6', /^claude-haiku-/],
  [undefined, /^claude-haiku-/],
  [null, /^claude-haiku-/],
];

for (const [asked, sent] of NAMES) {
  test(`${asked} is ${sent}`, LIMIT, async () => {
    const before = upstream.requests.length;
    const arrived = upstream.script(says('Hello'));
    const response = await client.responses.create({model: asked, input: 'Hi'});
    const {body} = await arrived;
    if (typeof sent === 'string') assert.equal(body.model, sent);
    else assert.match(body.model, sent);
    assert.equal(response.model, body.model);
    assert.equal(upstream.requests.length, before + 1, 'no other request was made for it');
  });
}

test('a version stays what it is in a conversation that goes on', LIMIT, async () => {
  const messages = [{role: 'user', content: 'one'}];
  for (const said of ['two', 'three']) {
    const arrived = upstream.script(says(said));
    const {choices} = await client.chat.completions.create({model: 'claude-sonnet-4.5', messages});
    assert.equal((await arrived).body.model, 'claude-sonnet-4-5');
    messages.push({role: 'assistant', content: choices[0].message.content},
      {role: 'user', content: 'and?'});
  }
});

test('a version that the API does not have', LIMIT, async () => {
  for (const stream of [false, true]) {
    for (let i = 0; i < 2; i++)
      upstream.script(refuses(404, 'not_found_error', 'model: claude-opus-9'));
    await assert.rejects(client.chat.completions.create({model: 'anthropic/claude-opus-9', stream,
      messages: [{role: 'user', content: 'Hi'}]}), err => {
      assert.ok(err instanceof NotFoundError, `${err}`);
      assert.deepEqual([err.code, err.param], ['model_not_found', 'model']);
      assert.match(err.message, /claude-opus-9.*\/v1\/models/s);
      return true;
    });
  }
});

test('a name that stands for nothing', LIMIT, async () => {
  const before = upstream.requests.length;
  for (const model of ['gpt-5', 'no-such-model', 'default', '--model', 'opus\nhaiku',
    `claude-${'x'.repeat(500)}`, 'opus-sonnet', 'claude-opus-4-turbo', 'claude-sonnet-4-5-20251301',
    'someone/opus']) {
    for (const stream of [false, true]) {
      await assert.rejects(client.chat.completions.create(
        {model, stream, messages: [{role: 'user', content: 'Hi'}]}), err => {
        assert.ok(err instanceof NotFoundError, `${model}: ${err}`);
        assert.equal(err.code, 'model_not_found');
        assert.equal(err.param, 'model');
        return true;
      });
    }
  }
  await assert.rejects(client.models.retrieve('gpt-5'), {code: 'model_not_found'});
  assert.equal(upstream.requests.length, before);
});
