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

/** [parent, session] */
function kin(pid) {
  const text = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
  const [, parent, , session] = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return [Number(parent), session];
}

function read(pid) {
  const proc = `/proc/${pid}`;
  try {
    const argv = fs.readFileSync(`${proc}/cmdline`, 'utf8').split('\0').slice(0, -1);
    const seen = inside(proc);
    if (seen) return {pid: Number(pid), argv, ...seen};
    const [parent, session] = kin(pid);
    const hidden = path.basename(argv[0] ?? '').startsWith('claude-code-proxy') &&
      session === kin('self')[1];
    return hidden && {pid: Number(pid), argv, parent, hidden, exe: argv[0], cwd: '', environ: []};
  } catch {
    return null; // it has ended, or is a zombie
  }
}

/**
 * The living processes that have to do with a directory: as argument, setting or own place. Of
 * the gateway's that show nothing, those count that nobody will end any more.
 */
export function processesIn(dir) {
  const all = fs.readdirSync('/proc').filter(name => /^\d+$/.test(name)).map(read).filter(Boolean);
  const parents = [process.pid, ...all.filter(p => p.hidden).map(p => p.pid)];
  const isOurs = p => p.hidden ? !parents.includes(p.parent)
    : [p.cwd, ...p.argv, ...p.environ].some(text => text.includes(dir));
  return all.filter(isOurs);
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
