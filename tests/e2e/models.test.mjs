// Which models there are, and what becomes of the names that clients use.
import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {createInterface} from 'node:readline';
import {test} from 'node:test';
import {NotFoundError} from 'openai';
import {LIMIT, all, realEnv, startReal} from '../lib/real.mjs';
import {end} from '../lib/proc.mjs';
import {setting} from '../lib/stack.mjs';
import {says} from '../lib/upstream.mjs';

const {stack, upstream, client} = await startReal({
  env: {CLAUDE_MODEL: 'haiku', PROXY_MODEL_ALIASES: 'gpt-4o=opus,mini=claude-haiku-4-5'},
});

/** The names that the CLI itself gives, asked without the gateway. */
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
      if (type === 'control_response') return response.response.models.map(model => model.value);
    }
  } finally {
    await end(child, 'SIGKILL', 5000);
  }
  return assert.fail('the CLI did not answer');
}

test('the list is the CLI\'s', LIMIT, async () => {
  const names = (await offered()).filter(name => name !== 'default');
  assert.ok(names.length >= 3, `${names}`);
  const models = await all(await client.models.list());
  const ids = models.map(model => model.id);
  for (const name of names) assert.ok(ids.includes(name), `${name} is not among ${ids}`);
  assert.ok(!ids.includes('default'));
  for (const model of models) {
    assert.equal(model.object, 'model');
    assert.equal(typeof model.owned_by, 'string');
    assert.ok(Number.isInteger(model.created));
  }
  for (const {id} of models) assert.equal((await client.models.retrieve(id)).id, id);
});

/** [what a client writes, what Anthropic is asked for] */
const NAMES = [
  ['opus', /^claude-opus-/],
  ['Sonnet', /^claude-sonnet-/],
  ['claude-3-5-haiku-20241022', /^claude-haiku-/],
  ['anthropic/claude-opus-4', /^claude-opus-/],
  ['claude-sonnet-4-5-latest', /^claude-sonnet-/],
  ['gpt-4o', /^claude-opus-/],
  ['GPT-4O', /^claude-opus-/],
  ['mini', /^claude-haiku-/],
  [undefined, /^claude-haiku-/],
  [null, /^claude-haiku-/],
];

for (const [asked, sent] of NAMES) {
  test(`${asked} is ${sent}`, LIMIT, async () => {
    const arrived = upstream.script(says('Hello'));
    const response = await client.responses.create({model: asked, input: 'Hi'});
    const {body} = await arrived;
    assert.match(body.model, sent);
    assert.equal(response.model, body.model);
  });
}

test('a name that stands for nothing', LIMIT, async () => {
  const before = upstream.requests.length;
  for (const model of ['gpt-5', 'no-such-model', 'default', '--model', 'opus\nhaiku',
    `claude-${'x'.repeat(500)}`, 'opus-sonnet']) {
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
