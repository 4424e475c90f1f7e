// What `meson install` puts where, under the prefix it has when none is named.
import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {after, test} from 'node:test';
import {setting} from '../lib/stack.mjs';

const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'ccp-install-'));
after(() => fs.rmSync(dir, {recursive: true}));
execFileSync('meson', ['install', '-C', setting('BUILD_DIR'), '--no-rebuild', '--destdir', dir]);

const installed = fs.readdirSync(dir, {recursive: true}).map(name => `/${name}`)
  .filter(name => !fs.lstatSync(path.join(dir, name)).isDirectory());
const read = name => fs.readFileSync(path.join(dir, name), 'utf8');

test('the program, its other name, its manuals, and files for others', () => {
  const units = (manager, ...more) => ['.service', '.socket', '-spawn.service', ...more]
    .map(name => `lib/systemd/${manager}/claude-code-proxy${name}`);
  assert.deepEqual(installed.sort(), [
    'bin/claude-code-proxy', 'bin/claude-code-proxy.fcgi',
    'share/man/man7/claude-code-proxy-api.7',
    'share/man/man8/claude-code-proxy.8', 'share/man/man8/claude-code-proxy.fcgi.8',
    ...['apache-cgi.conf', 'apache-fcgid.conf', 'claude-code-proxy.location.conf', 'env',
      'htaccess.example', 'keys', 'nginx.conf', 'run-nginx', 'server-tls.example.conf',
      'upstreams.example.conf'].map(name => `share/claude-code-proxy/${name}`),
    ...units('system'), ...units('user', '-nginx.service'),
    'lib/sysusers.d/claude-code-proxy.conf', 'lib/tmpfiles.d/claude-code-proxy.conf',
  ].map(name => `/usr/local/${name}`).sort());
  for (const name of ['bin/claude-code-proxy.fcgi', 'share/man/man8/claude-code-proxy.fcgi.8'])
    assert.equal(fs.readlinkSync(path.join(dir, '/usr/local', name)),
      path.basename(name).replace('.fcgi', ''));
});

test('what the files name is there', () => {
  const named = installed.filter(name => /systemd|\.conf$/.test(name))
    .flatMap(name => read(name).match(/\/usr\/local\/\S*claude-code-proxy[\w./-]*/g) ?? []);
  assert.ok(new Set(named).size >= 2, named.join('\n'));
  for (const name of named) assert.ok(fs.existsSync(path.join(dir, name)), name);
});

test('the version is that of meson.build', () => {
  const [version] = fs.readFileSync(path.resolve(import.meta.dirname, '../../meson.build'), 'utf8')
    .match(/(?<= version: ')[^']*/);
  assert.equal(execFileSync(path.join(dir, '/usr/local/bin/claude-code-proxy'), ['--version'],
    {encoding: 'utf8'}), `claude-code-proxy ${version}\n`);
  const changes = fs.readFileSync(
    path.resolve(import.meta.dirname, '../../fcgi/CHANGELOG.md'), 'utf8');
  assert.match(changes, new RegExp(`^## ${version}\\b`, 'm'), 'CHANGELOG.md has a part for it');
});
