// Random requests of either format, the same ones again for the same seed.
import {randomInt} from 'node:crypto';

const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9'
  + 'awAAAABJRU5ErkJggg==';
const PDF = Buffer.from('%PDF-1.4\n%%EOF\n').toString('base64');
const WORDS = [
  'hello', '@/etc/passwd', '/cost', 'é😀', '\u2028', '"\\', '{"a":1}', '<b>', '  x ',
];
const NAMES = ['get_weather', 'a.b', 'a_b', 'météo', 'x'.repeat(70), '天気', 'look up', 'B-2'];

/** FUZZ_SEED repeats a run. */
export function seedOf() {
  return Number(process.env.FUZZ_SEED ?? randomInt(2 ** 31));
}

/** Draws from a seed: a few ways to choose. */
export function dice(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = n => Math.floor(next() * n);
  return {
    below,
    one: list => list[below(list.length)],
    some: (list, p = 0.5) => list.filter(() => next() < p),
    maybe: p => next() < p,
    times: (n, make) => Array.from({length: below(n + 1)}, (_, i) => make(i)),
  };
}

const text = d => `${d.one(WORDS)} ${d.times(4, () => d.one(WORDS)).join(' ')}.`;

function schema(d, depth = 0) {
  if (depth > 2 || d.maybe(0.5)) {
    return d.one([
      {type: 'string', description: text(d)}, {type: 'number'}, {type: 'boolean'},
      {type: 'string', enum: ['a', 'é']}, {type: ['string', 'null']}, {type: 'integer', minimum: 0},
    ]);
  }
  if (d.maybe(0.3)) return {type: 'array', items: schema(d, depth + 1)};
  return objectSchema(d, depth + 1);
}

function objectSchema(d, depth = 0) {
  const properties = {};
  d.times(4, i => {
    properties[`p${i}`] = schema(d, depth);
  });
  return {
    type: 'object', properties,
    ...d.maybe(0.5) && {required: d.some(Object.keys(properties))},
    ...d.maybe(0.5) && {additionalProperties: false},
    ...depth === 0 && d.maybe(0.2) && {$defs: {q: schema(d, 1)}},
  };
}

const functions = d => d.some(NAMES, 0.4).map(name => ({
  name, ...d.maybe(0.7) && {description: text(d)}, ...d.maybe(0.8) && {parameters: objectSchema(d)},
  ...d.maybe(0.3) && {strict: d.maybe(0.5)},
}));

const image = `data:image/png;base64,${PNG}`;

/** A conversation that no format has: [['user', parts], ['calls', text, calls], …]. */
function conversation(d, tools) {
  const parts = () => [['text', text(d)], ...d.maybe(0.15) ? [['image', image]] : [],
    ...d.maybe(0.1) ? [['file', PDF]] : [], ...d.times(1, () => ['text', text(d)])];
  const call = (round, i) => ({
    id: `call${d.one(['_', '-', ''])}${round}x${i}`,
    arguments: d.one(['{}', '{"a":[1,{"b":null}]}']),
    name: tools.length > 0 && d.maybe(0.8) ? d.one(tools).name : d.one(NAMES),
    result: d.one([text(d), '', [['text', text(d)], ['image', image]]]),
  });
  const turns = [['user', parts()]];
  d.times(3, round => {
    if (d.maybe(0.5)) {
      turns.push(['calls', d.maybe(0.5) ? text(d) : null,
        [call(round, 0), ...d.times(2, i => call(round, i + 1))]]);
      if (d.maybe(0.5)) return;
    }
    turns.push(['assistant', text(d)], ['user', parts()]);
  });
  return turns;
}

/** Members that either format has. */
const common = d => ({
  model: d.one(['opus', 'sonnet', 'haiku']), stream: d.maybe(0.5),
  ...d.maybe(0.3) && {temperature: d.one([0, 0.5, 1, 2])},
  ...d.maybe(0.3) && {top_p: d.one([0, 0.5, 1])},
  ...d.maybe(0.2) && {parallel_tool_calls: d.maybe(0.5)}, ...d.maybe(0.2) && {user: text(d)},
  ...d.maybe(0.2) && {metadata: {a: text(d)}}, ...d.maybe(0.2) && {store: d.maybe(0.5)},
  ...d.maybe(0.1) && {service_tier: 'auto'}, ...d.maybe(0.1) && {prompt_cache_key: 'k'},
  ...d.maybe(0.1) && {safety_identifier: 's'}, ...d.maybe(0.1) && {made_up: [null, {a: 1}]},
});

const EFFORTS = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max', null];

export function randomChat(d) {
  const tools = functions(d);
  const named = name => ({type: 'function', function: {name}});
  const part = ([kind, value]) => ({
    text: {type: 'text', text: value}, image: {type: 'image_url', image_url: {url: value}},
    file: {type: 'file', file: {file_data: value, filename: 'a.pdf'}},
  })[kind];
  const content = value => typeof value === 'string' ? value : value.map(part);
  const messages = conversation(d, tools).flatMap(([role, said, calls]) => role !== 'calls'
    ? [{role, content: content(said)}]
    : [{role: 'assistant', content: said, tool_calls: calls.map(call =>
      ({id: call.id, type: 'function', function: {name: call.name, arguments: call.arguments}}))},
    ...calls.map(({id, result}) =>
      ({role: 'tool', tool_call_id: id, content: content(result)}))]);
  const format = d.one([{type: 'text'}, {type: 'json_object'},
    {type: 'json_schema', json_schema: {name: 'x', strict: true, schema: objectSchema(d)}}]);
  return {
    ...common(d),
    messages: [...d.times(1, () => ({role: d.one(['system', 'developer']), content: text(d)})),
      ...messages],
    ...d.maybe(0.7) && {tools: tools.map(f => ({type: 'function', function: f}))},
    ...d.maybe(0.3) && {tool_choice: d.one(['auto', 'none'])},
    ...d.maybe(0.3) && {response_format: format},
    ...d.maybe(0.3) && {reasoning_effort: d.one(EFFORTS)},
    ...d.maybe(0.3) && {[d.one(['max_tokens', 'max_completion_tokens'])]: 1 + d.below(9000)},
    ...d.maybe(0.3) && {stop: d.one(['END', ['a', '\n'], null])},
    ...d.maybe(0.2) && {stream_options: {include_usage: d.maybe(0.5)}},
    ...d.maybe(0.2) && {seed: d.below(99)}, ...d.maybe(0.2) && {n: 1},
    ...d.maybe(0.2) && {presence_penalty: d.one([-2, 0, 2])},
    ...d.maybe(0.2) && {logit_bias: {50: 1}}, ...d.maybe(0.2) && {verbosity: 'low'},
    ...tools.length > 0 && d.maybe(0.2) && {
      tools: tools.map(f => ({type: 'function', function: f})),
      tool_choice: d.one(['required', named(d.one(tools).name),
        {type: 'allowed_tools', allowed_tools: {mode: 'auto', tools: [named(d.one(tools).name)]}}]),
    },
  };
}

export function randomResponses(d) {
  const tools = functions(d);
  const part = ([kind, value]) => ({
    text: {type: 'input_text', text: value}, image: {type: 'input_image', image_url: value},
    file: {type: 'input_file', file_data: value, filename: 'a.pdf'},
  })[kind];
  const content = value => typeof value === 'string' ? value : value.map(part);
  const input = conversation(d, tools).flatMap(([role, said, calls]) => role !== 'calls'
    ? [{role, content: content(said)}]
    : [...said ? [{type: 'message', role: 'assistant', id: 'msg_1', status: 'completed',
      content: [{type: 'output_text', text: said, annotations: []}]}] : [],
    ...calls.map(({id, name, arguments: args}) =>
      ({type: 'function_call', call_id: id, name, arguments: args})),
    ...calls.map(({id, result}) =>
      ({type: 'function_call_output', call_id: id, output: content(result)}))]);
  const format = d.one([{type: 'text'}, {type: 'json_object'},
    {type: 'json_schema', name: 'x', strict: true, schema: objectSchema(d)}]);
  return {
    ...common(d), input: d.maybe(0.2) ? text(d) : input,
    ...d.maybe(0.3) && {instructions: text(d)},
    ...d.maybe(0.7) && {tools: [...tools.map(f => ({type: 'function', ...f})),
      ...d.times(1, () => ({type: 'web_search'})),
      ...d.times(1, () => ({type: 'custom', name: 'patch', description: text(d)})),
      ...d.times(1, () =>
        ({type: 'namespace', name: 'n', tools: [{type: 'function', name: 'f'}]}))]},
    ...d.maybe(0.3) && {tool_choice: d.one(['auto', 'none'])},
    ...d.maybe(0.3) && {text: {format, ...d.maybe(0.3) && {verbosity: 'low'}}},
    ...d.maybe(0.3) && {reasoning: {effort: d.one(EFFORTS), summary: d.one(['auto', null])}},
    ...d.maybe(0.3) && {include: ['reasoning.encrypted_content']},
    ...d.maybe(0.3) && {max_output_tokens: 1 + d.below(9000)},
    ...d.maybe(0.2) && {truncation: d.one(['auto', 'disabled'])},
    ...d.maybe(0.1) && {max_tool_calls: 3}, ...d.maybe(0.1) && {client_metadata: {a: 'b'}},
  };
}

/** Whether the answer must follow a schema. */
export function wantsSchema({response_format: format, text: said}) {
  return /^json_/.test((format ?? said?.format)?.type ?? '');
}
