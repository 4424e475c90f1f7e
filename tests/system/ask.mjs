// One way to ask for an answer in either format, streamed or whole, and to read what came back.
import assert from 'node:assert/strict';

export const WAYS = ['chat', 'responses'].flatMap(api =>
  [false, true].map(stream => ({api, stream, name: `${api}${stream ? ' streamed' : ''}`})));

/** What the stand-in says before a fault that strikes in the middle of its answer. */
export const PART = 'Half an answer';

export const PATHS = {chat: '/chat/completions', responses: '/responses'};

/** `turns` come before `text`: [['user', '…'], ['assistant', '…'], …]. */
export function body({api = 'chat', stream = false, text, system, turns = [], model = 'sonnet'}) {
  const said = [...turns, ['user', text]].map(([role, content]) => ({role, content}));
  if (api === 'responses') return {model, stream, instructions: system, input: said};
  return {model, stream, messages: system ? [{role: 'system', content: system}, ...said] : said};
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

/** `end` is 'done', 'error' or 'cut'; an answer has exactly one end, and it comes last. */
function readChat(list) {
  const out = {text: '', end: 'cut', finish: null};
  for (const {data} of list) {
    assert.equal(out.end, 'cut', 'something follows the end of the stream');
    if (data === '[DONE]') {
      out.end = 'done';
    } else if (data.error) {
      out.end = 'error';
      out.error = data.error;
    } else {
      out.text += data.choices[0]?.delta.content ?? '';
      out.finish = data.choices[0]?.finish_reason ?? out.finish;
    }
  }
  return out;
}

function readResponses(list) {
  const out = {text: '', end: 'cut', finish: null};
  for (const {event, data} of list) {
    assert.equal(event, data.type);
    assert.equal(out.end, 'cut', 'something follows the end of the stream');
    if (data.type === 'response.output_text.delta') out.text += data.delta;
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
  if (json.error?.message) return {text: '', end: 'error', error: json.error, finish: null};
  if (api === 'chat') {
    const [choice] = json.choices;
    return {text: choice.message.content, end: 'done', finish: choice.finish_reason};
  }
  const parts = json.output.flatMap(item => item.content ?? []);
  return {
    text: parts.map(part => part.text ?? '').join(''),
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

/** A stream that is read by hand: `until(text)`, then `rest()` or `leave()`. */
export async function open(stack, query) {
  const abort = new AbortController();
  const res = await post(stack, {...query, stream: true}, {signal: abort.signal});
  const reader = res.body.getReader();
  const decoder = new TextDecoder();
  const stream = {
    status: res.status,
    raw: '',
    async until(text) {
      while (!stream.raw.includes(text)) {
        const {done, value} = await reader.read();
        assert.ok(!done, `the stream ended before ${text}: ${stream.raw.slice(-300)}`);
        stream.raw += decoder.decode(value, {stream: true});
      }
    },
    async rest() {
      for (;;) {
        const {done, value} = await reader.read();
        if (done) break;
        stream.raw += decoder.decode(value, {stream: true});
      }
      return (query.api === 'responses' ? readResponses : readChat)(frames(stream.raw));
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
