// What a prompt may not reach: files to be read, programs to be run, places to be written to.
import assert from 'node:assert/strict';
import {createHash, randomBytes} from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {after} from 'node:test';

/** Programs that the CLI, or a shell of its, would look for on PATH. */
const PROGRAMS = ['sh', 'bash', 'zsh', 'dash', 'env', 'id', 'ls', 'cat', 'touch', 'rg', 'grep',
  'find', 'node', 'npm', 'npx', 'gh', 'which', 'ps', 'uname', 'xdg-open', 'vi', 'tmux'];

/** What stands in files beside the prompts, and in the name of one; no prompt has it. */
export const SECRET = `secret${randomBytes(8).toString('hex')}`;

/** What stands beside each prompt, and may be in no file. */
export const TAG = `tag${randomBytes(8).toString('hex')}`;

const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'ccp-canary-'));
after(() => fs.rmSync(dir, {recursive: true}));
fs.chmodSync(dir, 0o711);

/** A file that what was run leaves. */
export const RAN = path.join(dir, 'ran');

/** A directory of the machine, which the CLI has nothing to do with. */
export const OUTSIDE = path.join(dir, 'outside');

const BIN = path.join(dir, 'bin');
const TMP = path.join(dir, 'tmp');
fs.mkdirSync(TMP);

/** What a test's gateway has in its environment: no program on the path is a real one. */
export const ENV = {PATH: BIN, TMPDIR: TMP};

/** The CLI looks into its own settings at each start, and does not do what they say. */
const SETTINGS = '.claude/settings.json';

/** Files that are there to be left alone. */
let planted = [];

function put(file, text, mode = 0o644) {
  fs.mkdirSync(path.dirname(file), {recursive: true});
  fs.writeFileSync(file, text, {mode});
}

for (const name of PROGRAMS)
  put(path.join(BIN, name), `#!/bin/sh\necho ${name} "$@" >>${RAN}\n`, 0o755);
fs.symlinkSync('/usr/bin/spawn-fcgi', path.join(BIN, 'spawn-fcgi'));

/** The same in each place that a prompt may name. */
function plant(top) {
  const text = `the ${SECRET} of this machine\n`;
  const run = `echo ran >>${RAN}`;
  const hooks = Object.fromEntries(['SessionStart', 'UserPromptSubmit', 'Stop'].map(event =>
    [event, [{hooks: [{type: 'command', command: run}]}]]));
  const head = name => `---\nname: ${name}\ndescription: ${SECRET}\n---\n`;
  const files = {
    'notes.txt': text, 'two words.txt': text, [`drawer/${SECRET}.txt`]: text,
    'CLAUDE.md': text, '.claude/CLAUDE.md': text, [SETTINGS]: JSON.stringify({hooks}),
    '.claude/commands/spy.md': `${text}!\`${run}\`\n`, '.claude/agents/spy.md': head('spy') + text,
    '.claude/skills/spying/SKILL.md': head('spying') + text,
  };
  for (const [name, said] of Object.entries(files)) put(path.join(top, name), said);
  planted.push(...Object.keys(files).filter(name => name !== SETTINGS)
    .map(name => path.join(top, name)));
}

plant(OUTSIDE);

/** Puts the files where a started stack's children are at home, and above where they work. */
export function plantIn(stack) {
  plant(path.join(stack.dir, 'home'));
  plant(stack.workdir);
}

/** Clock ticks, from the boot on. */
const startedAt = ({pid}) =>
  Number(fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ')[19]);

/** Takes away what stands around a child. */
let clearAround = () => {};

/** Puts them where the youngest child works, which is the spare, and nowhere else of such places. */
export function plantAround(stack) {
  clearAround();
  const [child] = stack.children().sort((a, b) => startedAt(b) - startedAt(a));
  if (!child) return;
  const others = planted, place = fs.readlinkSync(`/proc/${child.pid}/cwd`);
  planted = [...others];
  plant(place);
  clearAround = () => {
    planted = others;
    treeOf(place).forEach(file => fs.rmSync(file, {recursive: true, force: true}));
    clearAround = () => {};
  };
}

/** The kernel notes a read (relatime) that is the first after a change. */
const readAt = file => fs.statSync(file).atimeMs;

function beUnread(file) {
  fs.utimesSync(file, 1, 2);
  assert.equal(readAt(file), 1000);
}

/** What a file or directory is, to be compared with what it is later. */
function pictureOf(file) {
  try {
    const {mode, size, mtimeNs} = fs.lstatSync(file, {bigint: true});
    if ((Number(mode) & fs.constants.S_IFMT) !== fs.constants.S_IFREG) return String(mode);
    const text = planted.includes(file) ? '' : fs.readFileSync(file);
    return [mode, size, mtimeNs, createHash('sha256').update(text).digest('hex')].join();
  } catch {
    return 'gone';
  }
}

/** All that is below a directory; the CLI may remove some of its own meanwhile. */
function treeOf(top) {
  try {
    return fs.readdirSync(top, {withFileTypes: true}).flatMap(entry => {
      const file = path.join(top, entry.name);
      return entry.isDirectory() ? [file, ...treeOf(file)] : [file];
    });
  } catch (err) {
    if (err.code !== 'ENOENT') throw err;
    return [];
  }
}

/** A picture of all that a stack's children could write to. */
export function snapshot(stack) {
  planted.forEach(beUnread);
  fs.rmSync(RAN, {force: true});
  return new Map([stack.dir, dir].flatMap(treeOf).map(file => [file, pictureOf(file)]));
}

/** What is written whatever a prompt says: logs, and what the CLI writes when it starts. */
const WRITTEN = new RegExp([
  '^/(proxy|nginx)\\.log$', '^/home/\\.claude\\.json$',
  '^/home/\\.claude/(backups|plugins|sessions)$',
  '^/home/\\.claude/backups/\\.claude\\.json\\.backup\\.\\d+$',
  '^/home/\\.claude/plugins/store(/cc-plugin-[\\w-]+\\.json(\\.lock)?)?$',
  '^/home/\\.claude/sessions/\\d+\\.json$',
  '^/home/\\.cache/claude-code-proxy/cwd/\\d+$',
  '^/tmp/claude-\\d+$', '^/tmp/claude-\\d+/fswatch-probe-\\w+(/probe)?$',
].join('|'));

/** Asserts that since the picture nothing was read, run or written. */
export function assertUntouched(stack, before) {
  assert.deepEqual(planted.filter(file => readAt(file) !== 1000), [], 'read files');
  assert.equal(fs.existsSync(RAN) && fs.readFileSync(RAN, 'utf8'), false, 'run programs');
  const now = snapshot(stack);
  const changed = [...new Set([...before.keys(), ...now.keys()])]
    .filter(file => before.get(file) !== now.get(file));
  const short = file => file.replace(stack.dir, '').replace(dir, '');
  assert.deepEqual(changed.map(short).filter(file => !WRITTEN.test(file)), []);
  for (const file of changed) {
    if (!fs.statSync(file, {throwIfNoEntry: false})?.isFile()) continue;
    const text = fs.readFileSync(file, 'utf8');
    assert.ok(!text.includes(TAG) && !text.includes(SECRET), `${file}: ${text}`);
  }
}

/**
 * How many page faults the processes had that a process has started and waited for. Without any it
 * has run no program.
 */
export function faultsBelow(pid) {
  const text = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
  return Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[8]);
}

/** Processes that a process has now. */
export function childrenOf(pid) {
  return fs.readdirSync(`/proc/${pid}/task`)
    .map(task => fs.readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8'))
    .flatMap(list => list.match(/\d+/g) ?? []);
}
