// Processes of a test, found in /proc whoever their parent is.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import {setTimeout as pause} from 'node:timers/promises';

/** Resolves to what `is` gives as soon as that is true, and fails when it takes over `ms`. */
export async function until(is, ms, what) {
  const end = performance.now() + ms;
  for (;;) {
    const value = await is();
    if (value) return value;
    assert.ok(performance.now() < end, `not within ${ms} ms: ${what}`);
    await pause(10);
  }
}

/** The gateway's processes show nothing of this to anybody but root. */
function inside(proc) {
  try {
    return {
      exe: fs.readlinkSync(`${proc}/exe`), cwd: fs.readlinkSync(`${proc}/cwd`),
      environ: fs.readFileSync(`${proc}/environ`, 'utf8').split('\0').slice(0, -1),
    };
  } catch {
    return null;
  }
}

function session(pid) {
  const text = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
  return text.slice(text.lastIndexOf(')') + 2).split(' ')[3];
}

function read(pid) {
  const proc = `/proc/${pid}`;
  try {
    const argv = fs.readFileSync(`${proc}/cmdline`, 'utf8').split('\0').slice(0, -1);
    const seen = inside(proc);
    if (!seen && !path.basename(argv[0] ?? '').startsWith('claude-code-proxy')) return null;
    /* Each file of tests is a session of its own under meson. */
    const ours = !seen && session(pid) === session('self');
    return {pid: Number(pid), argv, ours, ...seen ?? {exe: argv[0], cwd: '', environ: []}};
  } catch {
    return null; // it has ended, or is a zombie
  }
}

/** The living processes that have to do with a directory: as argument, setting or own place. */
export function processesIn(dir) {
  return fs.readdirSync('/proc').filter(name => /^\d+$/.test(name)).map(read)
    .filter(p => p && (p.ours || [p.cwd, ...p.argv, ...p.environ].some(it => it.includes(dir))));
}

/** Signals a child process (of node:child_process) and resolves to [code, signal] of its end. */
export async function end(child, signal, ms) {
  if (child.exitCode === null && child.signalCode === null) child.kill(signal);
  try {
    await until(() => child.exitCode !== null || child.signalCode !== null, ms,
      `${child.spawnfile} ends on ${signal}`);
  } catch (err) {
    child.kill('SIGKILL');
    throw err;
  }
  return [child.exitCode, child.signalCode];
}
