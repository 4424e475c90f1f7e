// One way to ask for an answer in either format, streamed or whole, and to read what came back.
import assert from 'node:assert/strict';
import {until} from '../lib/proc.mjs';

export const WAYS = ['chat', 'responses'].flatMap(api =>
  [false, true].map(stream => ({api, stream, name: `${api}${stream ? ' streamed' : ''}`})));

/** Calls and their results as the format has them: `result N` of call N. */
function told(api, calls, order) {
  if (api === 'responses')
    return [
      ...calls.map(({id, name, arguments: args}) =>
        ({type: 'function_call', call_id: id, name, arguments: args})),
      ...order.map(i =>
        ({type: 'function_call_output', call_id: calls[i].id, output: `result ${i}`})),
    ];
  return [
    {role: 'assistant', content: null, tool_calls: calls.map(({id, ...f}) =>
      ({id, type: 'function', function: f}))},
    ...order.map(i => ({role: 'tool', tool_call_id: calls[i].id, content: `result ${i}`})),
  ];
}

/** What the stand-in says before a fault that strikes in the middle of its answer. */
export const PART = 'Half an answer';

export const PATHS = {chat: '/chat/completions', responses: '/responses'};

/**
 * `turns` come before `text`: [['user', '…'], ['assistant', '…'], …]. `tools` ([{name, …}]) and
 * `schema` are written as the format has them, the members of `more` as they are. `results` is
 * [calls, order]: the calls that were answered, and which results come first.
 */
export function body({
  api = 'chat', stream = false, text, system, turns = [], model = 'sonnet', more = {}, tools,
  schema, results,
}) {
  const said = [...turns, ['user', text]].map(([role, content]) => ({role, content}));
  if (results) said.push(...told(api, ...results));
  if (api === 'responses')
    return {
      model, stream, instructions: system, input: said,
      tools: tools?.map(tool => ({type: 'function', ...tool})),
      text: schema && {format: {type: 'json_schema', name: 'answer', schema}},
      ...more,
    };
  return {
    model, stream, messages: system ? [{role: 'system', content: system}, ...said] : said,
    tools: tools?.map(tool => ({type: 'function', function: tool})),
    response_format: schema && {type: 'json_schema', json_schema: {name: 'answer', schema}},
    ...more,
  };
}

export function post(stack, query, {signal, headers} = {}) {
  return fetch(stack.baseURL + PATHS[query.api ?? 'chat'], {
    method: 'POST',
    signal: signal ?? AbortSignal.timeout(20_000),
    headers: {
      authorization: `Bearer ${stack.key}`, 'content-type': 'application/json', ...headers,
    },
    body: JSON.stringify(body(query)),
  });
}

export function get(stack, path) {
  return fetch(stack.url + path, {
    signal: AbortSignal.timeout(10_000), headers: {authorization: `Bearer ${stack.key}`},
  });
}

/** The line of a request in the log, logfmt, which is written when its answer is out. */
export function requestLine(stack, id) {
  const find = () => stack.log().match(new RegExp(`^.* msg=request id=${id} .*\n`, 'm'))?.[0];
  return until(find, 5000, `request ${id} is in the log`);
}

/** The frames of an SSE text: [{event, data}], data parsed unless it is [DONE]. */
export function frames(raw) {
  return raw.split('\n\n').filter(frame => frame.trim()).flatMap(frame => {
    const field = name => frame.split('\n').filter(line => line.startsWith(`${name}: `))
      .map(line => line.slice(name.length + 2)).join('\n');
    const data = field('data');
    if (!data) return [];
    return [{event: field('event'), data: data === '[DONE]' ? data : JSON.parse(data)}];
  });
}

const nothing = () => ({text: '', thinking: '', calls: [], beats: 0, end: 'cut', finish: null});

function addCalls(calls, pieces) {
  for (const {index, id, function: {name, arguments: piece}} of pieces) {
    if (id !== undefined) {
      assert.equal(index, calls.length, 'calls come one after the other');
      calls.push({id, name, arguments: ''});
    }
    assert.equal(index, calls.length - 1);
    calls[index].arguments += piece;
  }
}

/** `end` is 'done', 'error' or 'cut'; an answer has exactly one end, and it comes last. */
function readChat(list) {
  const out = nothing();
  for (const {data} of list) {
    assert.equal(out.end, 'cut', 'something follows the end of the stream');
    if (data === '[DONE]') {
      out.end = 'done';
    } else if (data.error) {
      out.end = 'error';
      out.error = data.error;
    } else {
      const {delta, finish_reason: finish} = data.choices[0] ?? {delta: {}};
      out.text += delta.content ?? '';
      out.thinking += delta.reasoning_content ?? '';
      addCalls(out.calls, delta.tool_calls ?? []);
      if (Object.keys(delta).length === 0 && data.choices[0] && !finish) out.beats++;
      out.finish = finish ?? out.finish;
    }
  }
  return out;
}

const callOf = ({call_id: id, name, arguments: all}) => ({id, name, arguments: all});

function readResponses(list) {
  const out = nothing();
  out.beats = -1; /* the first one belongs to the head */
  for (const {event, data} of list) {
    assert.equal(event, data.type);
    assert.equal(out.end, 'cut', 'something follows the end of the stream');
    if (data.type === 'response.in_progress') out.beats++;
    if (data.type === 'response.output_text.delta') out.text += data.delta;
    if (data.type === 'response.reasoning_summary_text.delta') out.thinking += data.delta;
    if (data.type === 'response.output_item.done' && data.item.type === 'function_call')
      out.calls.push(callOf(data.item));
    if (data.type === 'error') out.error = data;
    if (data.type === 'response.failed') {
      assert.ok(out.error, 'response.failed comes without an error event before it');
      assert.equal(data.response.status, 'failed');
      out.end = 'error';
    } else if (out.error) {
      assert.equal(data.type, 'error');
    }
    if (data.type === 'response.completed' || data.type === 'response.incomplete') {
      out.finish = data.response.incomplete_details?.reason ?? 'completed';
      out.end = 'done';
    }
  }
  return out;
}

function readWhole(api, json) {
  if (json.error?.message) return {...nothing(), end: 'error', error: json.error};
  if (api === 'chat') {
    const [{message, finish_reason: finish}] = json.choices;
    return {
      ...nothing(), end: 'done', finish, text: message.content ?? '',
      thinking: message.reasoning_content ?? '',
      calls: (message.tool_calls ?? []).map(({id, function: f}) => ({id, ...f})),
    };
  }
  const parts = json.output.flatMap(item => item.content ?? []);
  return {
    ...nothing(),
    text: parts.map(part => part.text ?? '').join(''),
    thinking: json.output.flatMap(item => item.summary ?? []).map(part => part.text).join(''),
    calls: json.output.filter(item => item.type === 'function_call').map(callOf),
    end: 'done',
    finish: json.incomplete_details?.reason ?? 'completed',
  };
}

/** Asks and reads to the end: {status, headers, streamed, text, end, finish, error, ms}. */
export async function ask(stack, query, options) {
  const started = performance.now();
  const res = await post(stack, query, options);
  const raw = await res.text();
  const streamed = res.headers.get('content-type')?.startsWith('text/event-stream') ?? false;
  const read = !streamed ? readWhole(query.api ?? 'chat', JSON.parse(raw))
    : query.api === 'responses' ? readResponses(frames(raw)) : readChat(frames(raw));
  return {
    status: res.status, headers: res.headers, streamed, ...read, ms: performance.now() - started,
  };
}

/**
 * A stream that is read by hand: `until(text)` or `until(n beats)`, then `rest()` or `leave()`.
 * `read()` is what has come so far.
 */
export async function open(stack, query) {
  const abort = new AbortController();
  const res = await post(stack, {...query, stream: true}, {signal: abort.signal});
  const reader = res.body.getReader();
  const decoder = new TextDecoder();
  const more = async () => {
    const {done, value} = await reader.read();
    if (!done) stream.raw += decoder.decode(value, {stream: true});
    return !done;
  };
  const stream = {
    status: res.status,
    headers: res.headers,
    raw: '',
    read() {
      const whole = stream.raw.slice(0, stream.raw.lastIndexOf('\n\n') + 2);
      return (query.api === 'responses' ? readResponses : readChat)(frames(whole));
    },
    async until(what) {
      const has = typeof what === 'string' ? () => stream.raw.includes(what)
        : () => stream.read().beats >= what;
      while (!has())
        assert.ok(await more(), `the stream ended before ${what}: ${stream.raw.slice(-300)}`);
    },
    async rest() {
      while (await more());
      return stream.read();
    },
    leave: () => abort.abort(),
  };
  return stream;
}

/** Asserts what every fault must leave behind: a proxy that answers. */
export async function assertAnswers(stack) {
  const next = await ask(stack, {text: 'hello'});
  assert.equal(next.status, 200, next.error?.message);
  assert.match(next.text, /You wrote: hello$/);
}
