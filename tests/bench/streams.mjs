// What the gateway itself takes: many streams of a stand-in for the CLI at once, against a `cat`.
import assert from 'node:assert/strict';
import {startStack} from '../lib/stack.mjs';
import {conversation, now, send} from './client.mjs';
import {percentile} from './figures.mjs';
import {nanosecondsOf, residentKB, workersOf} from './machine.mjs';

const STREAMS = 100;
const RATE = 20;

/** A delta of fake:clock, whole: the gateway and the `cat` both put it into quotes. */
const STAMP = /"(\d+):(\d+) "/g;

/** One stream: when each delta came, and how long after it was written. */
async function stream(stack, path, body, deltas) {
  const res = await send(stack, path, body);
  assert.equal(res.statusCode, 200);
  const {promise, resolve, reject} = Promise.withResolvers();
  const got = {at: [], ms: [], faults: 0};
  let rest = '';
  res.setEncoding('latin1').on('data', chunk => {
    const at = now();
    const end = chunk.lastIndexOf('\n') + 1;
    for (const [, number, written] of (rest + chunk.slice(0, end)).matchAll(STAMP)) {
      if (Number(number) !== got.at.length + 1) got.faults++;
      got.at.push(at);
      got.ms.push(Number(at - BigInt(written)) / 1e6);
    }
    rest = end ? chunk.slice(end) : rest + chunk;
  });
  res.on('end', resolve).on('error', reject);
  await promise;
  got.faults += Math.abs(deltas - got.at.length);
  return got;
}

/** The delays of the time when every stream ran. */
function together(streams) {
  const from = streams.map(({at}) => at[0]).reduce((a, b) => a > b ? a : b);
  const to = streams.map(({at}) => at.at(-1)).reduce((a, b) => a < b ? a : b);
  return streams.flatMap(({at, ms}) => ms.filter((_, i) => at[i] >= from && at[i] <= to));
}

const cpuOfWorkers = stack =>
  workersOf(stack).reduce((sum, {pid}) => sum + nanosecondsOf(pid), 0) / 1000;

async function load(stack, {path, body, deltas}) {
  const before = cpuOfWorkers(stack);
  const streams = await Promise.all(Array.from({length: STREAMS}, () =>
    stream(stack, path, body, deltas)));
  return {
    ms: together(streams), faults: streams.reduce((sum, {faults}) => sum + faults, 0),
    us: (cpuOfWorkers(stack) - before) / (STREAMS * deltas),
  };
}

/** The lines that a child is given for a request, and the request itself. */
async function bodiesOf(stack, deltas) {
  const ask = `fake:clock ${deltas} ${RATE}`;
  const {text} = await conversation(stack, {model: 'sonnet', system: 'Count.'})
    .say('fake:heard').whole;
  const lines = JSON.parse(text).map(line => JSON.stringify(line).replace('fake:heard', ask));
  return {
    ours: {path: '/v1/chat/completions', deltas, body: JSON.stringify({
      model: 'sonnet', stream: true, messages: [
        {role: 'system', content: 'Count.'}, {role: 'user', content: ask},
      ],
    })},
    floor: {path: '/v1/floor', deltas, body: `${lines.join('\n')}\n`},
  };
}

function summaryOf(runs, workers) {
  const ms = runs.flatMap(run => run.ms);
  const resident = workers.map(({pid}) => residentKB(pid) / 1024);
  return {
    n: ms.length, p50: percentile(ms, 50), p99: percentile(ms, 99),
    faults: runs.reduce((sum, {faults}) => sum + faults, 0),
    usPerDelta: runs.reduce((sum, {us}) => sum + us, 0) / runs.length,
    workerMB: {median: percentile(resident, 50), most: percentile(resident, 100)},
  };
}

/**
 * Resolves to {ours, floor}, each {n, p50, p99, faults, usPerDelta, workerMB}: ms from the child's
 * write to the client, deltas lost or out of order, CPU of the workers.
 */
export async function measureStreams({fake, floor}, {deltas, turns, stop, progress}) {
  const env = {
    PROXY_CHILDREN: String(STREAMS), PROXY_WORKERS: String(STREAMS + 10), PROXY_LOG: 'warn',
    PROXY_SPARES: '0', PROXY_PARKED: '0',
  };
  const stacks = {};
  for (const [name, bin] of [['floor', floor], ['ours', undefined]]) {
    stacks[name] = await startStack({claude: fake, backlog: 2 * STREAMS, env, bin});
    stop(stacks[name].stop);
  }
  const bodies = await bodiesOf(stacks.ours, deltas);
  const runs = {floor: [], ours: []};
  for (let i = 0; i < turns; i++) {
    for (const name of ['floor', 'ours']) {
      progress(`${STREAMS} streams: ${name}`);
      runs[name].push(await load(stacks[name], bodies[name]));
    }
  }
  return Object.fromEntries(Object.entries(runs).map(([name, all]) =>
    [name, summaryOf(all, workersOf(stacks[name]))]));
}
