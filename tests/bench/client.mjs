// The client's side: a streamed chat completion and the times at which it came.
import assert from 'node:assert/strict';
import http from 'node:http';

const LIMIT_MS = 120_000;
const agent = new http.Agent({keepAlive: true});

/** Nanoseconds by CLOCK_MONOTONIC, as the relay and the stand-in for the CLI write them. */
export const now = () => process.hrtime.bigint();
export const msBetween = (from, to) => Number(to - from) / 1e6;

/** Sends a body and resolves to the response, whose `data` events are the caller's. */
export function send(stack, path, body) {
  const {promise, resolve, reject} = Promise.withResolvers();
  const req = http.request(stack.url + path, {
    method: 'POST', agent, timeout: LIMIT_MS,
    headers: {
      authorization: `Bearer ${stack.key}`, 'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    },
  }, resolve);
  req.on('error', reject);
  req.on('timeout', () => req.destroy(new Error(`no answer within ${LIMIT_MS} ms`)));
  req.end(body);
  return promise;
}

function addCalls(calls, pieces) {
  for (const {index, id, type, function: {name, arguments: args}} of pieces) {
    calls[index] ??= {id, type, function: {name, arguments: ''}};
    calls[index].function.arguments += args ?? '';
  }
}

/** Reads a stream of chat completion chunks to its end; `onText` is called at the first text. */
function read(res, onText) {
  const got = {text: '', calls: [], done: false};
  let rest = '';
  const take = frame => {
    const data = frame.slice(frame.indexOf('data: ') + 6);
    got.done ||= data === '[DONE]';
    const {choices: [{delta} = {}] = []} = got.done ? {} : JSON.parse(data);
    if (delta?.content && got.text === '') onText();
    got.text += delta?.content ?? '';
    addCalls(got.calls, delta?.tool_calls ?? []);
  };
  const {promise, resolve, reject} = Promise.withResolvers();
  res.setEncoding('utf8');
  res.on('data', chunk => {
    const frames = (rest + chunk).split('\n\n');
    rest = frames.pop();
    frames.forEach(take);
  });
  res.on('end', () => resolve(got));
  res.on('error', reject);
  return promise;
}

async function finish(res, sent, onText) {
  assert.equal(res.statusCode, 200);
  let firstAt = null;
  const got = await read(res, () => {
    firstAt = now();
    onText();
  });
  const total = msBetween(sent, now());
  assert.ok(got.done, `not a whole answer: ${JSON.stringify(got)}`);
  return {...got, firstAt, first: firstAt && msBetween(sent, firstAt), total};
}

/**
 * Starts a request. `began` resolves with the first text, or with the end if there is none;
 * `whole` to {text, calls, firstAt, first, total}, the last two in ms from the sending.
 */
export function start(stack, body) {
  const {promise: began, resolve: onText, reject} = Promise.withResolvers();
  const sent = now();
  const whole = send(stack, '/v1/chat/completions', JSON.stringify({...body, stream: true}))
    .then(res => finish(res, sent, onText));
  whole.then(onText, reject);
  began.catch(() => {}); // whoever waits for the whole is told as well
  return {began, whole};
}

/** A conversation as a client keeps it: every request has all that was said before. */
export function conversation(stack, {model, system, tools}) {
  const messages = [{role: 'system', content: system}];
  const turn = (...said) => {
    messages.push(...said);
    const {began, whole} = start(stack, {model, messages, tools});
    return {began, whole: whole.then(got => {
      messages.push({role: 'assistant', content: got.text || null,
        ...got.calls.length > 0 && {tool_calls: got.calls}});
      return got;
    })};
  };
  return {
    say: content => turn({role: 'user', content}),
    tell: (calls, content) => turn(...calls.map(({id}) => ({role: 'tool', tool_call_id: id, content}))),
  };
}

/** How many leases of each kind the gateway has given so far; null if it does not say. */
export async function leasesOf(stack) {
  const res = await fetch(`${stack.url}/health?deep=1`, {
    headers: {authorization: `Bearer ${stack.key}`}, signal: AbortSignal.timeout(30_000),
  });
  try {
    return JSON.parse(await res.text()).leases ?? null;
  } catch {
    return null;
  }
}

/** Closes the connections that are kept for the next request. */
export function hangUp() {
  agent.destroy();
}
