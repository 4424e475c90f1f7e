// What Anthropic refuses or breaks off becomes an error of OpenAI's kind, never an answer.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {LIMIT, all, errorOf, post, startReal} from '../lib/real.mjs';
import {gate, refuses, says} from '../lib/upstream.mjs';

const {stack, upstream, client} = await startReal({maxBody: '8m'});

const QUERY = {
  chat: {path: '/v1/chat/completions', model: 'opus', messages: [{role: 'user', content: 'Hi'}]},
  responses: {path: '/v1/responses', model: 'opus', input: 'Hi'},
};

function ask(api, stream) {
  const {path, ...query} = QUERY[api];
  return post(stack, path, JSON.stringify({...query, stream}));
}

/** [what Anthropic says, status, code, does a later try make sense] */
const REFUSALS = [
  [[401, 'authentication_error', 'invalid x-api-key'], 401, 'claude_not_logged_in', false],
  [[404, 'not_found_error', 'model: claude-x'], 404, 'model_not_found', false],
  [[429, 'rate_limit_error', 'slow down'], 429, 'rate_limit_exceeded', true],
  [[529, 'overloaded_error', 'Overloaded'], 503, 'overloaded', true],
  [[500, 'api_error', 'Internal server error'], 502, 'upstream_error', false],
  [[400, 'invalid_request_error', 'prompt is too long: 250000 tokens > 200000 maximum'],
    400, 'context_length_exceeded', false],
  [[400, 'invalid_request_error', 'something is wrong'], 400, null, false],
  [[422, 'invalid_request_error', 'something is wrong'], 400, null, false],
  [[400, 'invalid_request_error', "You're out of extra usage. Add more."],
    429, 'insufficient_quota', false],
  [[403, 'permission_error', 'Your organization has been disabled.'],
    429, 'insufficient_quota', false],
];

for (const [refusal, status, code, later] of REFUSALS) {
  for (const api of ['chat', 'responses']) {
    for (const stream of [false, true]) {
      const name = `${api}${stream ? ' streamed' : ''}: ${refusal[0]} ${refusal[2]}`;
      test(name, LIMIT, async () => {
        // The CLI tries other ways to ask where the first one may have been at fault.
        upstream.otherwise = refuses(...refusal);
        const res = await ask(api, stream);
        upstream.otherwise = null;
        assert.equal(errorOf(res, status).code, code);
        assert.equal(Number(res.headers.get('retry-after')) > 0, later, 'Retry-After');
      });
    }
  }
}

/** Breaks an answer off after its first text, once the client has that, in one of these ways. */
const BREAKS = {
  'an error event': turn => turn.fail('overloaded_error', 'Overloaded'),
  'a cut connection': turn => turn.cut(),
};

function broken(how, seen) {
  return async turn => {
    turn.begin();
    turn.text('Half an');
    await turn.pass(seen);
    BREAKS[how](turn);
  };
}

for (const how of Object.keys(BREAKS)) {
  test(`chat stream: ${how}`, LIMIT, async () => {
    const seen = gate();
    upstream.script(broken(how, seen));
    const {path, ...query} = QUERY.chat;
    const stream = await client.chat.completions.create({...query, stream: true});
    let text = '';
    let finish = null;
    await assert.rejects(async () => {
      for await (const {choices: [choice]} of stream) {
        text += choice.delta.content ?? '';
        finish ??= choice.finish_reason;
        if (text) seen.open();
      }
    }, {name: 'Error', code: /^(overloaded|upstream_error)$/});
    assert.equal(text, 'Half an');
    assert.equal(finish, null);
  });

  test(`responses stream: ${how}`, LIMIT, async () => {
    const seen = gate();
    upstream.script(broken(how, seen));
    const {path, ...query} = QUERY.responses;
    const stream = await client.responses.create({...query, stream: true});
    let text = '';
    await assert.rejects(async () => {
      for await (const event of stream) {
        assert.notEqual(event.type, 'response.completed');
        if (event.type === 'response.output_text.delta') text += event.delta;
        if (text) seen.open();
      }
    }, {name: 'Error'});
    assert.equal(text, 'Half an');
  });

  test(`whole answer: ${how}`, LIMIT, async () => {
    const seen = gate();
    seen.open();
    for (const api of ['chat', 'responses']) {
      upstream.script(broken(how, seen));
      const res = await ask(api, false);
      assert.ok(res.status === 502 || res.status === 503, `${res.status} ${res.text}`);
      errorOf(res, res.status);
    }
  });
}

test('how a broken responses stream ends', LIMIT, async () => {
  const seen = gate();
  seen.open();
  upstream.script(broken('an error event', seen));
  const {text} = await ask('responses', true);
  const events = text.split('\n\n').filter(Boolean)
    .map(frame => JSON.parse(frame.split('\ndata: ')[1]));
  assert.deepEqual(events.slice(-2).map(event => event.type), ['error', 'response.failed']);
  const {response} = events.at(-1);
  assert.equal(response.status, 'failed');
  assert.ok(response.error.message);
  const deltas = events.filter(event => event.type === 'response.output_text.delta');
  assert.deepEqual(deltas.map(event => event.delta), ['Half an']);
});

/** Ends its turn without a word, perhaps after some thoughts. */
const SILENCES = {
  'not a word': turn => {
    turn.begin();
    turn.end();
  },
  'thoughts alone': turn => {
    turn.begin();
    turn.thinking('All is done.');
    turn.end();
  },
};

for (const [name, play] of Object.entries(SILENCES)) {
  test(`an answer of ${name} has ended well`, LIMIT, async () => {
    /* The CLI may ask once more before it is ended. */
    upstream.otherwise = play;
    const {path, ...query} = QUERY.chat;
    const {choices: [choice]} = await client.chat.completions.create(query);
    assert.deepEqual([choice.message.content, choice.finish_reason], ['', 'stop']);
    const final = await client.chat.completions.stream(query).finalChatCompletion();
    assert.deepEqual([final.choices[0].message.content, final.choices[0].finish_reason],
      ['', 'stop']);
    const {path: _, ...items} = QUERY.responses;
    const response = await client.responses.stream(items).finalResponse();
    assert.deepEqual([response.status, response.output_text], ['completed', '']);
    upstream.otherwise = null;
  });
}

/** [what Anthropic tells to wait, status of the refusal]: the client is told the same. */
for (const [status, type, seconds] of [
  [429, 'rate_limit_error', 7], [429, 'rate_limit_error', 61], [529, 'overloaded_error', 3]]) {
  test(`${status} with retry-after: ${seconds}`, LIMIT, async () => {
    upstream.otherwise = refuses(status, type, 'slow down', {'retry-after': String(seconds)});
    for (const stream of [false, true]) {
      const {headers} = await ask('chat', stream);
      assert.equal(headers.get('retry-after'), String(seconds));
    }
    upstream.otherwise = null;
  });
}

test('a conversation that the CLI itself reckons to be too long', {timeout: 120_000}, async () => {
  const long = 'x '.repeat(1_750_000);
  for (const stream of [false, true])
    await assert.rejects(async () => client.chat.completions.create(
      {model: 'opus', messages: [{role: 'user', content: long}], stream}),
    {status: 400, code: 'context_length_exceeded'});
});

test('after all that it answers', LIMIT, async () => {
  upstream.script(says('Hello'));
  const {status, text} = await ask('chat', false);
  assert.equal(status, 200);
  assert.equal(JSON.parse(text).choices[0].message.content, 'Hello');
});
