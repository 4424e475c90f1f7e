// Requests from all parameters at random: what is valid is answered, what is not is refused.
import assert from 'node:assert/strict';
import {after, test} from 'node:test';
import {dice, randomChat, randomResponses, seedOf, wantsSchema} from '../lib/random.mjs';
import {setting, startStack} from '../lib/stack.mjs';

const seed = seedOf();
const stack = await startStack({
  claude: setting('FAKE_CLAUDE'),
  env: {PROXY_QUEUE_SECONDS: '60', PROXY_FIRST_SECONDS: '20', PROXY_IDLE_SECONDS: '20'},
});
after(() => stack.stop());

const CHAT = '/v1/chat/completions';
const RESPONSES = '/v1/responses';
const LIMIT = {timeout: 240_000};

async function post(path, body) {
  const res = await fetch(stack.url + path, {
    method: 'POST', body: JSON.stringify(body), signal: AbortSignal.timeout(60_000),
    headers: {authorization: `Bearer ${stack.key}`, 'content-type': 'application/json'},
  });
  return {status: res.status, text: await res.text()};
}

/** The faults of n requests that `play(dice, i)` makes, each from a seed of its own. */
async function faultsOf(t, n, play) {
  t.diagnostic(`FUZZ_SEED=${seed}`);
  const faults = [];
  let next = 0;
  await Promise.all(Array.from({length: 4}, async () => {
    while (next < n && faults.length < 5) {
      const i = next++;
      const fault = await play(dice(seed + i), i);
      if (fault) faults.push(`${i}: ${fault}`);
    }
  }));
  assert.deepEqual(faults, [], `FUZZ_SEED=${seed}`);
}

/** Half of each format; what is said last plays the scenario that fits the request. */
function valid(d, change = () => {}) {
  const isChat = d.maybe(0.5);
  const body = isChat ? randomChat(d) : randomResponses(d);
  change(body);
  const last = wantsSchema(body) ? 'fake:schema' : d.one(['fake:think abc=', 'Hello']);
  const list = isChat ? body.messages : body.input;
  if (Array.isArray(list)) list.push({role: 'user', content: last});
  else if (typeof list === 'string') body[isChat ? 'messages' : 'input'] = last;
  return {path: isChat ? CHAT : RESPONSES, body};
}

const hasEnded = (path, {stream}, text) => !stream ? JSON.parse(text).object !== undefined
  : path === CHAT ? text.endsWith('data: [DONE]\n\n') : /event: response\.completed\n/.test(text);

test('valid requests are answered', LIMIT, t => faultsOf(t, 300, async d => {
  const {path, body} = valid(d);
  const {status, text} = await post(path, body);
  if (status === 200 && hasEnded(path, body, text)) return null;
  return `${status} ${text.slice(-400)} for ${path} ${JSON.stringify(body).slice(0, 3000)}`;
}));

const JUNK = [5, 'junk', true, {}, [], -1, {type: 'junk'}, ['junk'], [[]], ''];

/** One member made wrong: [its name, values that it never has]. */
const WRONG_COMMON = {
  model: [5, {}, true], stream: ['yes', 1, {}], temperature: [-1, 2.5, 'x'], top_p: [1.5, []],
  parallel_tool_calls: ['no', 0], tools: ['x', 5, [5], [{}], [{type: 'function'}]],
  tool_choice: ['some', 5, {}, {type: 'function', name: 'nobody'}],
};
const WRONG_CHAT = {
  ...WRONG_COMMON, messages: [undefined, null, 5, 'x', {}, []],
  max_tokens: [0, -5, 1.5, 'x'], max_completion_tokens: [0, []],
  stop: [5, '', [5], 'abcde'.split('')], reasoning_effort: ['x', 5], n: [2, 'x'],
  response_format: [5, {}, {type: 'xml'}, {type: 'json_schema', json_schema: 5}],
  functions: [5, 'x', [5], [{}]], modalities: [['text', 'audio']], audio: [{}], logprobs: [true],
};
const WRONG_RESPONSES = {
  ...WRONG_COMMON, input: [undefined, null, 5, {}, []], max_output_tokens: [0, 'x'],
  instructions: [5, []], reasoning: [5, {effort: 'x'}], metadata: [5], background: [true],
  text: [{format: 5}, {format: {type: 'xml'}}], conversation: ['c'], previous_response_id: ['r'],
};

/** A turn that is wrong, somewhere in the conversation. */
const WRONG_TURNS = [
  5, null, 'x', [], {role: 'alien', content: 'x'}, {role: 'user'}, {role: 'user', content: 5},
  {role: 'user', content: [5]}, {role: 'user', content: [{type: 'junk'}]},
  {role: 'user', content: [{type: 'image_url', image_url: {url: 'http://x/y.png'}}]},
  {role: 'user', content: [{type: 'input_image', file_id: 'f'}]},
];

test('what is wrong is named', LIMIT, t => faultsOf(t, 300, async d => {
  const {path, body} = valid(d);
  const list = path === CHAT ? 'messages' : 'input';
  let name = list;
  let place = '';
  if (d.maybe(0.4) && Array.isArray(body[list])) {
    const at = d.below(body[list].length + 1);
    body[list].splice(at, 0, d.one(WRONG_TURNS));
    place = `[${at}]`;
  } else {
    const table = path === CHAT ? WRONG_CHAT : WRONG_RESPONSES;
    name = d.one(Object.keys(table));
    if (name === 'tools') delete body.tool_choice;
    if (name === 'input') delete body.instructions;
    body[name] = d.one(table[name]);
  }
  const {status, text} = await post(path, body);
  const param = status === 400 ? JSON.parse(text).error.param : null;
  if (param?.startsWith(name + place)) return null;
  return `${name}${place}: ${status} ${param} ${text.slice(0, 300)} for ${path} `
    + JSON.stringify(body).slice(0, 2000);
}));

/** Puts junk in the place of one value, but for schemas: which of those are valid the CLI knows. */
function damage(d, body) {
  const places = [];
  const walk = value => {
    if (typeof value !== 'object' || value === null) return;
    for (const key of Object.keys(value).filter(name => !/^(parameters|schema)$/.test(name))) {
      places.push([value, key]);
      walk(value[key]);
    }
  };
  walk(body);
  const [owner, key] = d.one(places);
  owner[key] = d.one(JUNK);
}

test('whatever is damaged, the fault is never ours', LIMIT, t => faultsOf(t, 300, async d => {
  const {path, body} = valid(d, whole => damage(d, whole));
  const {status, text} = await post(path, body);
  if (status === 200 ? hasEnded(path, body, text) : status < 500 && JSON.parse(text).error.message)
    return null;
  return `${status} ${text.slice(-400)} for ${path} ${JSON.stringify(body).slice(0, 3000)}`;
}));
