// The gateway as plain CGI under Apache, with the shipped configuration, on a free port.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import {end, processesIn, until} from './proc.mjs';
import {
  checkDir, copyConf, freePort, gatewayEnv, makeDir, readLog, run, setting, untilUp,
} from './stack.mjs';

const MODULES = '/usr/lib/apache2/modules';

/** A server that has what the shipped file needs, and nothing else. */
function serverConf(dir, port) {
  const load = name => `LoadModule ${name}_module ${MODULES}/mod_${name}.so`;
  return `
    ServerRoot ${dir}
    DefaultRuntimeDir ${dir}
    ServerName localhost
    Listen 127.0.0.1:${port}
    PidFile ${dir}/apache.pid
    ErrorLog /dev/stderr
    Mutex file:${dir} default
    ${['mpm_event', 'authz_core', 'alias', 'env', 'cgid'].map(load).join('\n')}
    ScriptSock ${dir}/cgid.sock
    DocumentRoot ${dir}/htdocs
    <Directory />
      AllowOverride None
      Require all denied
    </Directory>
    <Directory ${dir}/htdocs>
      Require all granted
    </Directory>
    Include ${dir}/apache-cgi.conf`;
}

/**
 * Root's Apache would run the gateway as a user who may not be able to reach it: in a user
 * namespace where root has another number, Apache is started as by an ordinary user.
 */
const AS_USER = process.getuid() === 0 ? ['unshare', '--map-user=1000', '--map-group=1000'] : [];

/** Starts Apache; `env` is added to the gateway's. */
export async function startApache({claude, env = {}}) {
  const bin = setting('PROXY_BIN');
  const dir = makeDir();
  const port = await freePort();
  const key = 'sk-test-0123456789';
  const {PATH, HOME, PROXY_API_KEY, ...more} = gatewayEnv(dir, key, env);
  copyConf(dir, ['apache-cgi.conf'], {
    'ScriptAlias /v1 /usr/local/bin/claude-code-proxy': `ScriptAlias /v1 ${bin}`,
    'SetEnv PROXY_API_KEY change-me': [`SetEnv PROXY_API_KEY ${PROXY_API_KEY}`,
      ...Object.entries(more).map(([name, value]) => `SetEnv ${name} "${value}"`)].join('\n'),
    'SetEnv CLAUDE_BIN /usr/local/bin/claude': `SetEnv CLAUDE_BIN ${claude}`,
    'SetEnv HOME /var/lib/claude-code-proxy': `SetEnv HOME ${HOME}`,
  });
  fs.mkdirSync(path.join(dir, 'htdocs'));
  fs.writeFileSync(path.join(dir, 'server.conf'), serverConf(dir, port));
  const apache = run(dir, 'apache', [...AS_USER, 'apache2', '-d', dir,
    '-f', path.join(dir, 'server.conf'), '-DFOREGROUND'], {PATH});
  const url = `http://127.0.0.1:${port}`;
  const log = () => readLog(path.join(dir, 'apache.log'));
  const server = {
    url, baseURL: `${url}/v1`, key, dir, log,

    /** The processes that a request has brought about. */
    children: () => processesIn(path.join(dir, 'home'))
      .filter(p => p.argv[0] !== 'apache2' && path.basename(p.exe) !== 'apache2'),

    async stop() {
      let code;
      try {
        await until(() => server.children().length === 0, 5000, 'every request has ended');
        code = await end(apache, 'SIGTERM', 15_000);
      } finally {
        await checkDir(dir);
      }
      assert.deepEqual(code, [0, null], log());
    },
  };
  try {
    await untilUp(`${url}/v1/health`, [apache], log);
  } catch (err) {
    await server.stop().catch(() => {});
    throw err;
  }
  return server;
}
