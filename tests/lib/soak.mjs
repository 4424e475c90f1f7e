// Requests without end, and what a gateway holds before and after them.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import {deep} from '../system/keep.mjs';
import {below, descriptorsOf, workersOf} from '../system/watch.mjs';
import {until} from './proc.mjs';

/** Of a process's memory: what one more page and a counter's slack come to. */
const SLACK_KB = 64;
const MOST_GROWTH = 1.01;

/** Exact for root; for others the kernel's estimate. */
function residentKB(pid) {
  const inside = (file, name) => Number(fs.readFileSync(`/proc/${pid}/${file}`, 'utf8')
    .match(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm'))[1]);
  try {
    return inside('smaps_rollup', 'Rss');
  } catch {
    return inside('status', 'VmRSS');
  }
}

/** {pid: {fds, kB}} of the keeper and its workers. */
function holdings(stack) {
  return new Map([stack.pid, ...workersOf(stack.pid)].map(pid =>
    [pid, {fds: descriptorsOf(pid), kB: residentKB(pid)}]));
}

const zombies = stack => below(stack.pid).filter(p => p.state === 'Z').length;

/**
 * Has the gateway in the state in which it is compared: no child but its spares, every connection
 * closed. `counts` is what /health?deep=1 says of the children then.
 */
async function settle(stack, counts) {
  await until(async () => {
    const {children: now} = await deep(stack);
    if (now.parked > 0) process.kill(stack.pid, 'SIGHUP');
    return Object.entries(counts).every(([state, n]) => now[state] === n);
  }, 30_000, `children: ${JSON.stringify(counts)}`);
  await until(() => zombies(stack) === 0, 10_000, 'every child is reaped');
}

/**
 * Resolves to what has grown while `work` was done, nothing if all is well: descriptors, and
 * resident memory by more than one percent. A worker that is another one is a fault as well.
 * Without `memory` that is not compared: workers that have done little so far do grow.
 */
export async function growth(stack, counts, work, {memory = true} = {}) {
  await settle(stack, counts);
  const before = holdings(stack);
  await work();
  await settle(stack, counts);
  const grown = () => [...holdings(stack)].flatMap(([pid, {fds, kB}]) => {
    const then = before.get(pid);
    if (!then) return [`process ${pid} is new`];
    return [
      ...fds > then.fds ? [`descriptors of ${pid}: ${then.fds}, then ${fds}`] : [],
      ...memory && kB > then.kB * MOST_GROWTH + SLACK_KB
        ? [`kB of ${pid}: ${then.kB}, then ${kB}`] : [],
    ];
  });
  /* A worker closes its connection after the client has its answer. */
  await until(() => grown().length === 0, 5000, 'nothing has grown').catch(() => {});
  assert.equal(holdings(stack).size, before.size, 'processes');
  return grown();
}

/** Calls `one(i)` for i = 0, 1, … by `clients` at once, as long as `more(i)`. */
export async function keepAsking(clients, more, one) {
  let next = 0;
  await Promise.all(Array.from({length: clients}, async () => {
    while (more(next)) await one(next++);
  }));
  return next;
}
