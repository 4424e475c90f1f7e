// A child that floods its answer, and a client that has stopped reading it.
import assert from 'node:assert/strict';
import net from 'node:net';
import {after, before, test} from 'node:test';
import {setTimeout as pause} from 'node:timers/promises';
import {until} from '../lib/proc.mjs';
import {startStack} from '../lib/stack.mjs';
import {PATHS, WAYS, assertAnswers, body} from './ask.mjs';
import {workersOf, written} from './watch.mjs';

/** More than the sockets between the worker and the client hold. */
const FLOOD = {
  true: 'fake:count 200000 0',
  false: `fake:long delta ${7 << 20}`,
};
const PATIENCE_MS = 30_000; /* GATEWAY_SEND_SECONDS */

let stack;

before(async () => {
  stack = await startStack({
    claude: process.env.FAKE_CLAUDE, env: {PROXY_CHILDREN: '4', PROXY_WORKERS: '6'},
  });
});
after(() => stack?.stop());

/** A connection that has asked and reads nothing of what comes. */
function stall(way) {
  const text = JSON.stringify(body({...way, text: FLOOD[way.stream]}));
  const socket = net.connect(stack.port, '127.0.0.1');
  socket.write([
    `POST /v1${PATHS[way.api]} HTTP/1.1`, 'Host: x', `Authorization: Bearer ${stack.key}`,
    'Content-Type: application/json', `Content-Length: ${Buffer.byteLength(text)}`, '', text,
  ].join('\r\n'));
  return socket;
}

/** Reads on until the connection ends, which must not be as a whole answer's. */
async function assertBroken(socket) {
  let end = '';
  for await (const data of socket.setEncoding('latin1')) end = (end + data).slice(-100);
  assert.ok(!end.endsWith('0\r\n\r\n'), 'the answer ends as if it were whole');
}

const lines = () => stack.log().match(/^.* msg=request .* path=\/(chat|responses).*$/mg) ?? [];

test('it holds neither child nor worker for ever', {timeout: 150_000}, async () => {
  const started = performance.now();
  const sockets = WAYS.map(stall);
  await until(() => stack.children().length === WAYS.length, 10_000, 'all are served');
  await until(() => lines().length === WAYS.length, 3 * PATIENCE_MS, 'all are given up');
  assert.ok(performance.now() - started > PATIENCE_MS, 'it was not waited for');
  for (const line of lines()) assert.match(line, / error=client_gone$/);
  await until(() => stack.children().length === 0, 5000, 'every child has ended');
  await assertAnswers(stack);
  await Promise.all(sockets.map(assertBroken));
});

test('its worker crashes meanwhile', {timeout: 60_000}, async () => {
  const before = new Map(workersOf(stack.pid).map(pid => [pid, written(pid)]));
  const socket = stall({api: 'chat', stream: true});
  const worker = await until(() => workersOf(stack.pid)
    .find(pid => written(pid) > before.get(pid) + 500_000), 20_000, 'a worker writes to it');
  await until(async () => {
    const so_far = written(worker);
    await pause(300);
    return written(worker) === so_far;
  }, 20_000, 'it can write no more');
  process.kill(worker, 'SIGABRT');
  await until(() => !workersOf(stack.pid).includes(worker), 5000, 'the worker has ended');
  await assertBroken(socket);
  await assertAnswers(stack);
});
