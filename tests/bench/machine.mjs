// What the kernel says about the gateway's processes, and what this run ran on.
import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import {setTimeout as pause} from 'node:timers/promises';
import {below, stat} from '../system/watch.mjs';

const TICK_S = 0.01;
const LOOK_MS = 50;
const QUIET_LOOKS = 4;
const SETTLE_MS = 30_000;

/** Every process of a gateway: the keeper, its workers, its children and whatever they started. */
const treeOf = ({pid}) => [stat(pid), ...below(pid)].filter(Boolean);

/** Those that serve. A child leads a process group of its own. */
export const workersOf = stack =>
  treeOf(stack).filter(p => p.group === stat(stack.pid).group && p.pid !== stack.pid);

/** Pids of the children, those about to end included. */
export const childrenOf = stack =>
  treeOf(stack).filter(p => p.group === p.pid && p.parent === stack.pid).map(p => p.pid);

const ticksOf = stack => treeOf(stack).reduce((sum, p) => sum + p.ticks, 0);

/** CPU seconds of a gateway so far, in all its processes, also those that have ended. */
export const cpuOf = stack => ticksOf(stack) * TICK_S;

/** CPU seconds of the processes that this one started and that have ended. */
export function cpuOfEnded() {
  const [user, system] = fs.readFileSync('/proc/self/stat', 'utf8').split(') ')[1].split(' ')
    .slice(13, 15).map(Number);
  return (user + system) * TICK_S;
}

/** CPU nanoseconds of a process with one thread. */
export function nanosecondsOf(pid) {
  return Number(fs.readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]);
}

export function residentKB(pid) {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))[1]);
}

/** Resolves when a sum of ticks that `look` gives is there and has stopped growing. */
async function quiet(look, what) {
  const end = performance.now() + SETTLE_MS;
  let before = null;
  for (let looks = 0; looks < QUIET_LOOKS;) {
    const ticks = look();
    looks = ticks !== null && ticks === before ? looks + 1 : 0;
    before = ticks;
    assert.ok(performance.now() < end, `not within ${SETTLE_MS} ms: ${what()}`);
    await pause(LOOK_MS);
  }
}

/**
 * Resolves when a gateway has `count` children and rests. Nothing says that a child has booted,
 * but then its CPU time grows no more. (An idle one takes a tick a second.)
 */
export function settled(stack, count) {
  return quiet(() => childrenOf(stack).length === count ? ticksOf(stack) : null,
    () => `${count} children at rest, but ${childrenOf(stack).length}\n${stack.log()}`);
}

/** Resolves when there is a child that is not among the known pids, and has booted. */
export function booted(stack, known) {
  return quiet(() => {
    const pid = childrenOf(stack).find(one => !known.includes(one));
    return pid === undefined ? null : stat(pid)?.ticks ?? null;
  }, () => `a new child\n${stack.log()}`);
}

const said = (program, ...args) => execFileSync(program, args, {encoding: 'utf8'}).trim();

/** What a result is to be read with, `load` being what others did before it. */
export function describe({gateway, claude}) {
  return {
    cores: os.availableParallelism(),
    cpu: os.cpus()[0]?.model ?? 'unknown',
    load: os.loadavg()[0],
    memoryMB: Math.round(os.totalmem() / 2 ** 20),
    versions: {
      proxy: said(gateway, '--version').split(' ')[1], claude: said(claude, '--version').split(' ')[0],
      node: process.version, kernel: os.release(),
      nginx: said('sh', '-c', 'nginx -v 2>&1').split('/')[1],
    },
  };
}
