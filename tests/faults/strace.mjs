// System calls that fail when they are told to: strace, attached to processes that run.
import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {until} from '../lib/proc.mjs';

/**
 * What the gateway runs within, to be traced though it lets nobody look at it: its user owns a
 * namespace around it.
 */
export const TRACEABLE = process.getuid() === 0 ? [] : ['unshare', '--map-current-user'];

/** Every one of the calls fails, or the nth in each process alone. */
export function inject(calls, error, nth) {
  return ['-e', `inject=${calls}:error=${error}${nth ? `:when=${nth}` : ''}`];
}

/* A call's line comes in two pieces where another process's comes between its start and its end. */
const CUT = / <unfinished \.\.\.>$/;
const RESUMED = /^(\[pid +\d+\] )?<\.\.\. \w+ resumed>/;

/** The lines of calls, each whole. */
function whole(text) {
  const begun = new Map();
  const lines = [];
  for (const line of text.split('\n')) {
    const pid = line.match(/^\[pid +\d+\] /)?.[0] ?? '';
    if (CUT.test(line)) begun.set(pid, line.replace(CUT, ''));
    else lines.push(RESUMED.test(line) ? line.replace(RESUMED, begun.get(pid) ?? '$&') : line);
  }
  return lines;
}

/**
 * Traces calls of processes until `end()`, which gives the lines of those that failed for us;
 * `lines()` are those until now. `follow`: children too, those of later on alone.
 * -yy says what each descriptor is, -s 0 keeps what is written out of it.
 */
export async function attach(pids, calls, options, {follow = false} = {}) {
  const argv = ['-s', '0', '-yy', ...follow ? ['-f'] : [], '-e', `trace=${calls}`, ...options,
    ...pids.flatMap(pid => ['-p', String(pid)])];
  const strace = spawn('strace', argv, {stdio: ['ignore', 'ignore', 'pipe']});
  let text = '';
  strace.stderr.setEncoding('utf8').on('data', data => text += data);
  const attached = () => pids.every(pid => text.includes(`Process ${pid} attached`));
  await until(() => attached() || strace.exitCode !== null, 20_000, 'strace is attached');
  assert.equal(strace.exitCode, null, text);
  const lines = () => whole(text).filter(line => line.includes('(INJECTED)'));
  return {
    lines,
    async end() {
      strace.kill('SIGINT');
      await once(strace, 'close');
      return lines();
    },
  };
}
