// The Debian package, on a machine with a systemd that runs: installed, used, removed.
import assert from 'node:assert/strict';
import {execFile} from 'node:child_process';
import {createHash} from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {after, test} from 'node:test';
import {promisify} from 'node:util';
import {freePort, setting} from '../lib/stack.mjs';
import {until} from '../lib/proc.mjs';
import {says, startUpstream} from '../lib/upstream.mjs';
import {ask, assertAnswers, get} from '../system/ask.mjs';
import {bootMachine} from './machine.mjs';
import {askSteadily} from './steady.mjs';

const TOP = path.resolve(import.meta.dirname, '../..');
const LIMIT = {timeout: 120_000};

/** More than the default: here they gather on the socket, as in activation.test.mjs. */
const WORKERS = 48;

const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'ccp-package-'));
let machine, deb;
after(async () => {
  await machine?.end();
  fs.rmSync(dir, {recursive: true});
});

test('it is built from the tree, and lintian is content', LIMIT, async () => {
  const run = (file, args) => promisify(execFile)(file, args, {
    env: {...process.env, DEB_BUILD_OPTIONS: 'nocheck noautodbgsym'},
  }).catch(err => assert.fail(err.stdout + err.stderr));
  await run(path.join(TOP, 'scripts/package'), [dir]);
  const [version] = fs.readFileSync(path.join(TOP, 'meson.build'), 'utf8')
    .match(/(?<= version: ')[^']*/);
  [deb] = fs.readdirSync(dir).map(name => path.join(dir, name));
  assert.match(path.basename(deb), new RegExp(`^claude-code-proxy_${version}_[a-z0-9]+\\.deb$`));
  await run('lintian', ['--allow-root', '--fail-on=error,warning', deb]);
});

/** A client of the system's service, and one of a user's. */
const stackAt = port => ({
  url: `http://127.0.0.1:${port}`, baseURL: `http://127.0.0.1:${port}/v1`, key: 'sk-of-the-laptop',
});

/** As README.md has it. */
function keyLine({key}, label = 'laptop') {
  return `${label} ${createHash('sha256').update(key).digest('hex')}\n`;
}

const processes = () => machine.run('ps -eo user:20=,args=').then(text =>
  text.split('\n').filter(line => /claude|nginx/.test(line)));

/** Kept about any package by dpkg and others, and what is not a package's to remove. */
const NOT_ITS = [
  '/etc/*-', '/home', '/root', '/var/cache', '/var/lib/dpkg', '/var/lib/nginx', '/var/log',
];

/** The names of files, users and groups. */
const everything = () => machine.run(`
  cut -d: -f1 /etc/passwd /etc/group
  find / -xdev \\( -path '${NOT_ITS.join("' -o -path '")}' \\) -prune -o -print`)
  .then(text => new Set(text.split('\n')));

const line = command => machine.run(command).then(text => text.trim());
const pidOf = unit => line(`systemctl show -P MainPID ${unit}`);
const stateOf = unit => line(`systemctl is-active ${unit} || true`);

test('it installs, and starts nothing', LIMIT, async () => {
  machine = await bootMachine();
  // A small Debian lacks it: the units do without.
  await machine.run('rm -f /bin/kill');
  machine.before = await everything();
  await machine.put('/root/proxy.deb', deb);
  await machine.run('dpkg -i /root/proxy.deb');
  assert.deepEqual(await processes(), []);
  assert.equal(await machine.run('stat -c "%U %G %a" ~claude-code-proxy'),
    'claude-code-proxy claude-code-proxy 700\n');
  for (const unit of ['.socket', '.service', '-spawn.service'])
    assert.equal(await stateOf(`claude-code-proxy${unit}`), 'inactive');
  await machine.run('man -w claude-code-proxy claude-code-proxy.fcgi claude-code-proxy-api');
  assert.equal(await machine.run('claude-code-proxy.fcgi --version; systemd-analyze verify ' +
    '/lib/systemd/system/claude-code-proxy*'), await machine.run('claude-code-proxy --version'));
});

let stack;

test('socket, service and nginx answer', LIMIT, async () => {
  stack = stackAt(await freePort());
  await machine.put('/usr/local/bin/claude', setting('FAKE_CLAUDE'));
  await machine.run('chmod 600 /etc/claude-code-proxy/keys');
  await machine.write('/etc/claude-code-proxy/keys', keyLine(stack));
  await machine.write('/etc/claude-code-proxy/env', `PROXY_WORKERS=${WORKERS}\n`);
  await machine.run(`cp /usr/share/claude-code-proxy/claude-code-proxy.location.conf /etc/nginx/ &&
    rm -f /etc/nginx/sites-enabled/* &&
    mkdir -p /etc/systemd/system/claude-code-proxy.service.d`);
  await machine.write('/etc/nginx/sites-enabled/claude', `server {
    listen 127.0.0.1:${new URL(stack.url).port};
    include /etc/nginx/claude-code-proxy.location.conf;
  }`);
  await machine.write('/etc/systemd/system/claude-code-proxy.service.d/log.conf',
    '[Service]\nStandardError=append:/var/log/proxy.log\n');
  await machine.run('nginx && systemctl daemon-reload && ' +
    'systemctl enable --now claude-code-proxy.socket');
  await assertAnswers(stack);
  assert.equal((await ask({...stack, key: 'another'}, {text: 'hello'})).status, 401);
  assert.match(await machine.run('cat /var/log/proxy.log'), /key=laptop status=200/);
});

test('its walls stand', LIMIT, async () => {
  const status = await machine.run('grep -E "^(NoNewPrivs|Seccomp|CapBnd):" ' +
    `/proc/${await pidOf('claude-code-proxy')}/status`);
  assert.equal(status, 'CapBnd:\t0000000000000000\nNoNewPrivs:\t1\nSeccomp:\t2\n');
  const log = await machine.run('cat /var/log/proxy.log');
  assert.match(log, /workers are confined/);
  assert.doesNotMatch(log, /level=(warn|error)/);
  for (const one of (await processes()).filter(text => text.includes('claude')))
    assert.match(one, /^claude-code-proxy /);
});

test('a restart loses nobody', LIMIT, async () => {
  const clients = askSteadily(stack, WORKERS - 8);
  await clients.more(5);
  const before = await pidOf('claude-code-proxy');
  await machine.run('systemctl restart claude-code-proxy');
  await clients.more(5);
  await clients.finish();
  assert.notEqual(await pidOf('claude-code-proxy'), before);
});

test('nor does an upgrade', LIMIT, async () => {
  const clients = askSteadily(stack, WORKERS - 8);
  await clients.more(5);
  const before = await pidOf('claude-code-proxy');
  await machine.run('dpkg -i /root/proxy.deb');
  await clients.finish();
  assert.notEqual(await pidOf('claude-code-proxy'), before);
});

test('stopped, it starts for the next who comes', LIMIT, async () => {
  await machine.run('systemctl stop claude-code-proxy');
  assert.deepEqual((await processes()).filter(line => line.startsWith('claude')), []);
  assert.equal((await ask(stack, {text: 'hello'})).status, 200);
  await machine.run('systemctl reload claude-code-proxy');
  assert.equal((await ask(stack, {text: 'hello'})).status, 200);
});

test('new keys: the copy takes a restart, the file itself a reload', LIMIT, async () => {
  const guest = {...stack, key: 'sk-of-the-guest'};
  const keys = '/etc/claude-code-proxy/keys';
  const status = async () => (await ask(guest, {text: 'hello'})).status;
  const reload = async () => {
    const times = async () =>
      (await machine.run('cat /var/log/proxy.log')).match(/msg="\d+ keys"/g)?.length ?? 0;
    const before = await times();
    await machine.run('systemctl reload claude-code-proxy');
    await until(async () => await times() > before, 10_000, 'the keys are read again');
  };
  await machine.write(keys, keyLine(stack) + keyLine(guest, 'guest'));
  await reload();
  assert.equal(await status(), 401);
  await machine.run('systemctl restart claude-code-proxy');
  assert.equal(await status(), 200);
  const [entry] = fs.readFileSync(path.join(TOP, 'conf/env'), 'utf8')
    .match(/(?<=^#)PROXY_API_KEY_FILE=.*/m);
  await machine.write('/etc/claude-code-proxy/env', `PROXY_WORKERS=${WORKERS}\n${entry}\n`);
  await machine.run(`chmod 644 ${keys} && systemctl restart claude-code-proxy`);
  assert.equal(await status(), 200);
  await machine.write(keys, keyLine(stack));
  await reload();
  await until(async () => await status() === 401, 60_000, 'the new keys are in force');
  assert.equal((await ask(stack, {text: 'hello'})).status, 200);
});

test('the real CLI runs behind the walls', LIMIT, async () => {
  const upstream = await startUpstream();
  try {
    await machine.put('/usr/local/bin/claude', setting('REAL_CLAUDE'));
    await machine.write('/etc/claude-code-proxy/env',
      `ANTHROPIC_BASE_URL=${upstream.url}\nANTHROPIC_API_KEY=dummy\n`);
    await machine.run('systemctl restart claude-code-proxy');
    upstream.script(says('Hello', ' there'));
    const got = await ask(stack, {text: 'hello', stream: true});
    assert.equal(got.status, 200, got.error?.message);
    assert.equal(got.text, 'Hello there');
    await machine.run('systemctl stop claude-code-proxy');
  } finally {
    await machine.put('/usr/local/bin/claude', setting('FAKE_CLAUDE'));
    await machine.write('/etc/claude-code-proxy/env', '');
    await upstream.stop();
  }
});

test('spawn-fcgi in the place of the socket unit', LIMIT, async () => {
  await machine.run('systemctl start claude-code-proxy-spawn');
  assert.equal(await stateOf('claude-code-proxy.socket'), 'inactive');
  await until(async () => (await get(stack, '/v1/health')).ok, 10_000, 'it answers');
  assert.equal((await ask(stack, {text: 'hello'})).status, 200);
  await machine.run('systemctl stop claude-code-proxy-spawn');
});

test('the units of a user', LIMIT, async () => {
  const own = stackAt(await freePort());
  const as = command => machine.run(`runuser -u alice -- env HOME=/home/alice \
    XDG_RUNTIME_DIR=/run/user/4242 sh -c '${command}'`);
  await machine.run('useradd --uid 4242 --create-home alice && ' +
    'install -d -o alice -m 700 /run/user/4242');
  await machine.write('/run/systemd/system/alice.service', `[Service]
    Type=notify
    User=alice
    Delegate=yes
    Environment=XDG_RUNTIME_DIR=/run/user/4242
    ExecStart=/lib/systemd/systemd --user --log-target=null\n`);
  await as('mkdir -p ~/.config/claude-code-proxy ~/.ssh ~/.claude');
  const files = '/home/alice/.config/claude-code-proxy';
  await machine.write(`${files}/keys`, keyLine(own));
  await machine.write(`${files}/env`, `PORT=${new URL(own.url).port}\n`);
  await machine.run('systemctl daemon-reload && systemctl start alice');
  await as('systemctl --user enable --now claude-code-proxy.socket claude-code-proxy-nginx');
  await until(async () => (await get(own, '/health').catch(() => ({}))).ok, 10_000, 'it answers');
  assert.equal((await ask(own, {text: 'hello'})).status, 200);
  await as('systemctl --user reload claude-code-proxy');
  const pid = (await as('systemctl --user show -P MainPID claude-code-proxy')).trim();
  const inIt = command => machine.run(`nsenter -t ${pid} -m -U -S 4242 -G $(id -g alice) sh -c '
    cd /home/alice; ${command} 2>/dev/null && echo may; true'`);
  assert.equal(await inIt('touch .claude/x'), 'may\n');
  for (const command of ['touch x', 'ls .ssh', 'touch /usr/x', 'touch .config/x'])
    assert.equal(await inIt(command), '', command);
  await as('systemctl --user start claude-code-proxy-spawn');
  await until(async () => (await get(own, '/health').catch(() => ({}))).ok, 10_000, 'it answers');
  assert.equal((await ask(own, {text: 'hello'})).status, 200);
  await machine.run('systemctl stop alice && userdel -r alice');
});

test('it goes, and leaves nothing', LIMIT, async () => {
  await machine.run('systemctl start claude-code-proxy.socket');
  assert.equal((await ask(stack, {text: 'hello'})).status, 200);
  await machine.run('dpkg --remove claude-code-proxy');
  assert.deepEqual((await processes()).filter(line => /claude/.test(line)), []);
  await machine.run('test -e /etc/claude-code-proxy/keys && test -d /var/lib/claude-code-proxy');
  await machine.run('nginx -s stop; rm -r /etc/systemd/system/claude-code-proxy.service.d ' +
    '/etc/nginx/claude-code-proxy.location.conf /etc/nginx/sites-enabled/claude ' +
    '/usr/local/bin/claude');
  await machine.run('dpkg --purge claude-code-proxy');
  const left = [...await everything()].filter(name => !machine.before.has(name));
  assert.deepEqual(left, []);
});
