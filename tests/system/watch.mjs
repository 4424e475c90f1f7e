// What the kernel says about processes, zombies and parents included.
import assert from 'node:assert/strict';
import fs from 'node:fs';

/** `ticks` of 10 ms is the CPU time of the process and of those that it has reaped. */
export function stat(pid) {
  try {
    const text = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state, parent, group, , , , , , , , , user, system, reapedUser, reapedSystem, , , , ,
      started] = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const ticks = [user, system, reapedUser, reapedSystem].reduce((sum, n) => sum + Number(n), 0);
    return {pid, state, parent: Number(parent), group: Number(group), ticks, started};
  } catch {
    return null;
  }
}

function all() {
  return fs.readdirSync('/proc').filter(name => /^\d+$/.test(name))
    .map(name => stat(Number(name))).filter(Boolean);
}

/** A process that may be asked about after its end: another one with its pid is not it. */
export function hold(pid) {
  const then = stat(pid);
  assert.ok(then, `no process ${pid}`);
  return {
    pid,
    alive() {
      const now = stat(pid);
      return now !== null && now.started === then.started && now.state !== 'Z';
    },
  };
}

/** How many descriptors a process has open; for who may not look, in steps of 64. */
export function descriptorsOf(pid) {
  try {
    return fs.readdirSync(`/proc/${pid}/fd`).length;
  } catch {
    return Number(fs.readFileSync(`/proc/${pid}/status`, 'utf8').match(/^FDSize:\s*(\d+)/m)[1]);
  }
}

/** Of these, the directories of children: the keeper has one for each place from its first on. */
export function workdirsOf(pid) {
  const dir = `/proc/${pid}/fd`;
  try {
    return fs.readdirSync(dir).filter(fd => /\/cwd\/\d+$/.test(fs.readlinkSync(`${dir}/${fd}`)))
      .length;
  } catch {
    return 0;
  }
}

/** The bytes that a process has written in its life. */
export function written(pid) {
  return Number(fs.readFileSync(`/proc/${pid}/io`, 'utf8').match(/^wchar: (\d+)/m)[1]);
}

/** Every process below `pid`. */
export function below(pid) {
  const list = all();
  const found = [];
  for (let parents = [pid]; parents.length;) {
    const children = list.filter(p => parents.includes(p.parent));
    found.push(...children);
    parents = children.map(p => p.pid);
  }
  return found;
}

/** The pids of a keeper's workers: every child leads a process group of its own. */
export function workersOf(keeper) {
  const group = stat(keeper)?.group;
  return below(keeper).filter(p => p.group === group && p.state !== 'Z').map(p => p.pid)
    .sort((a, b) => a - b);
}
