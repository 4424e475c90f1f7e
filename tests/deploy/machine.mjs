// A throw-away machine, with a systemd that really runs: see the script beside this.
import assert from 'node:assert/strict';
import {spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {Readable} from 'node:stream';
import {end, until} from '../lib/proc.mjs';

const SCRIPT = path.join(import.meta.dirname, 'machine');
const HIERARCHIES = ['systemd', 'unified', '.'].map(name => path.join('/sys/fs/cgroup', name));

function assertCanBoot() {
  assert.equal(process.getuid(), 0, 'this test takes root');
  const {status, stderr} = spawnSync('unshare', ['--mount', '--pid', '--fork', '--cgroup',
    'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], {encoding: 'utf8'});
  assert.equal(status, 0, `this test takes namespaces: ${stderr}`);
}

/** From the leaves: a group with groups in it cannot be removed. */
function removeGroup(dir) {
  if (!fs.existsSync(dir)) return;
  for (const entry of fs.readdirSync(dir, {withFileTypes: true}))
    if (entry.isDirectory()) removeGroup(path.join(dir, entry.name));
  fs.rmdirSync(dir);
}

export async function bootMachine() {
  assertCanBoot();
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'ccp-machine-'));
  const outer = spawn(SCRIPT, [dir], {stdio: ['ignore', 'inherit', 'inherit']});
  const children = () => fs.readFileSync(`/proc/${outer.pid}/task/${outer.pid}/children`, 'utf8');
  const inside = command => ['--target', children().trim(), '--mount', '--pid', '--cgroup', '--uts',
    '--ipc', 'env', '-i', 'LANG=C.UTF-8', 'SYSTEMD_PAGER=',
    'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'sh', '-c', command];

  const machine = {
    /** What a shell command in it prints; it has to succeed. `input` is a stream. */
    async run(command, input) {
      const child = spawn('nsenter', inside(command), {
        stdio: [input ? 'pipe' : 'ignore', 'pipe', 'pipe'], timeout: 60_000,
      });
      let text = '';
      for (const out of [child.stdout, child.stderr])
        out.setEncoding('utf8').on('data', data => text += data);
      input?.pipe(child.stdin);
      const [status] = await once(child, 'close');
      assert.equal(status, 0, `${command}\n${text}`);
      return text;
    },

    /** Makes a file in it, of a text or of one of our files. */
    write: (to, text) => machine.run(`cat >'${to}'`, Readable.from([text])),
    put: (to, file) => machine.run(`cat >'${to}.new' && chmod 755 '${to}.new' &&
      mv '${to}.new' '${to}'`, fs.createReadStream(file)),

    async end() {
      await end(outer, 'SIGKILL', 10_000);
      const name = `claude-code-proxy-test-${outer.pid}`;
      const groups = HIERARCHIES.map(root => path.join(root, name));
      await until(() => groups.every(group => {
        try {
          removeGroup(group);
          return true;
        } catch {
          return false;
        }
      }), 10_000, 'its processes have ended');
      fs.rmSync(dir, {recursive: true});
    },
  };
  try {
    await until(() => {
      assert.equal(outer.exitCode, null, 'the machine does not boot');
      return children().trim() && spawnSync('nsenter',
        inside('systemctl is-active -q basic.target')).status === 0;
    }, 20_000, 'systemd is up');
  } catch (err) {
    await machine.end().catch(() => {});
    throw err;
  }
  return machine;
}
