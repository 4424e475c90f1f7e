// The gateway under Apache, as CGI or with mod_fcgid, with a shipped configuration on a free port.
import assert from 'node:assert/strict';
import {createHash} from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import {end, processesIn, until} from './proc.mjs';
import {
  checkDir, copyConf, freePort, gatewayEnv, makeDir, readLog, run, setting, untilUp,
} from './stack.mjs';

const MODULES = '/usr/lib/apache2/modules';

/** A server that has what the shipped file needs, and nothing else. */
function serverConf(dir, port, modules, more) {
  const load = name => `LoadModule ${name}_module ${MODULES}/mod_${name}.so`;
  return `
    ServerRoot ${dir}
    DefaultRuntimeDir ${dir}
    ServerName localhost
    Listen 127.0.0.1:${port}
    PidFile ${dir}/apache.pid
    ErrorLog /dev/stderr
    Mutex file:${dir} default
    ${['mpm_event', 'authz_core', 'alias', 'env', ...modules].map(load).join('\n')}
    <IfModule cgid_module>
      ScriptSock ${dir}/cgid.sock
    </IfModule>
    <IfModule fcgid_module>
      FcgidIPCDir ${dir}/fcgid
      FcgidProcessTableFile ${dir}/fcgid.table
      FcgidIdleScanInterval 1
    </IfModule>
    DocumentRoot ${dir}/htdocs
    <Directory />
      AllowOverride None
      Require all denied
    </Directory>
    <Directory ${dir}/htdocs>
      AllowOverride AuthConfig FileInfo Options
      Require all granted
    </Directory>
    ${more}`;
}

/** A file of conf/ for a virtual host, its settings made with `directive`. */
function placeConf(dir, name, directive, {bin, claude, env, replace = {}}) {
  const {HOME, PATH, PROXY_API_KEY, ...more} = env;
  const set = Object.entries(more).map(([key, value]) => `${directive} ${key} "${value}"`);
  copyConf(dir, [name], {
    '/usr/local/bin/claude-code-proxy': bin,
    [`${directive} PROXY_API_KEY change-me`]:
      [`${directive} PROXY_API_KEY ${PROXY_API_KEY}`, ...set].join('\n'),
    [`${directive} CLAUDE_BIN /usr/local/bin/claude`]: `${directive} CLAUDE_BIN ${claude}`,
    [`${directive} HOME /var/lib/claude-code-proxy`]: `${directive} HOME ${HOME}`,
    ...replace,
  });
  return `Include ${dir}/${name}`;
}

/** conf/htaccess.example in the web space, and beside it the script that it shows. */
function placeHtaccess(dir, {bin, claude, env, replace = {}}) {
  const {PATH, HOME, PROXY_API_KEY, ...more} = env;
  const keys = path.join(dir, 'keys');
  const script = path.join(dir, 'htdocs/claude-code-proxy');
  const set = Object.entries(more).map(([key, value]) => `export ${key}='${value}'\n`).join('');
  copyConf(dir, ['htaccess.example'], {
    '/home/you/.local/bin/claude': claude, '/home/you/claude-code-proxy.keys': keys,
    '/home/you/bin/claude-code-proxy': bin, 'HOME=/home/you': `HOME=${HOME}`, ...replace,
  });
  const text = fs.readFileSync(path.join(dir, 'htaccess.example'), 'utf8');
  fs.renameSync(path.join(dir, 'htaccess.example'), path.join(dir, 'htdocs/.htaccess'));
  const lines = [...text.matchAll(/^#\t(.*\n)/gm)].map(([, line]) => line);
  fs.writeFileSync(script, [...lines.slice(0, -1), set, lines.at(-1)].join(''), {mode: 0o700});
  const hash = createHash('sha256').update(PROXY_API_KEY).digest('hex');
  fs.writeFileSync(keys, `test ${hash}\n`, {mode: 0o600});
}

/** The ways to run it: which modules, what goes into the server's configuration, where it is. */
const WAYS = {
  cgi: {
    modules: ['cgid'], where: '',
    place: (dir, given) => placeConf(dir, 'apache-cgi.conf', 'SetEnv', given),
  },
  fcgid: {
    modules: ['fcgid'], where: '',
    place: (dir, given) => placeConf(dir, 'apache-fcgid.conf', 'FcgidInitialEnv', given),
  },
  htaccess: {
    modules: ['cgid'], where: '/claude-code-proxy',
    place: (dir, given) => placeHtaccess(dir, given) ?? '',
  },
  'htaccess-fcgid': {
    modules: ['fcgid'], where: '/claude-code-proxy',
    place(dir, given) {
      placeHtaccess(dir, {...given, replace: {'SetHandler cgi-script': 'SetHandler fcgid-script'}});
      const file = path.join(dir, 'apache-fcgid.conf');
      const include = WAYS.fcgid.place(dir, given);
      // The host's settings for the module are there, those of the gateway are in the script.
      const text = fs.readFileSync(file, 'utf8');
      fs.writeFileSync(file, text.replaceAll(/^FcgidInitialEnv .*\n/gm, ''));
      return include;
    },
  },
};

/**
 * Root's Apache would run the gateway as a user who may not be able to reach it: in a user
 * namespace where root has another number, Apache is started as by an ordinary user.
 */
const AS_USER = process.getuid() === 0 ? ['unshare', '--map-user=1000', '--map-group=1000'] : [];

/**
 * Starts Apache; `env` is added to the gateway's, `replace` is [text of the shipped file, ours].
 */
export async function startApache({claude, env = {}, way = 'cgi', replace}) {
  const {modules, where, place} = WAYS[way];
  const bin = setting('PROXY_BIN');
  const dir = makeDir();
  const port = await freePort();
  const key = 'sk-test-0123456789';
  fs.mkdirSync(path.join(dir, 'htdocs'));
  const placed = place(dir, {bin, claude, env: gatewayEnv(dir, key, env), replace});
  fs.writeFileSync(path.join(dir, 'server.conf'), serverConf(dir, port, modules, placed));
  const apache = run(dir, 'apache', [...AS_USER, 'apache2', '-d', dir,
    '-f', path.join(dir, 'server.conf'), '-DFOREGROUND'], {PATH: process.env.PATH});
  const url = `http://127.0.0.1:${port}${where}`;
  const log = () => readLog(path.join(dir, 'apache.log'));
  const server = {
    url, baseURL: `${url}/v1`, key, dir, log, pid: apache.pid,

    /** The processes that a request has brought about. */
    children: () => processesIn(path.join(dir, 'home'))
      .filter(p => p.argv[0] !== 'apache2' && path.basename(p.exe) !== 'apache2'),

    /** Of these, every `claude`. */
    claudes: () => server.children().filter(p => p.exe === fs.realpathSync(claude)),

    async stop() {
      const none = () => until(() => server.children().length === 0, 5000, 'all of them end');
      let code;
      try {
        if (modules.includes('cgid')) await none();
        code = await end(apache, 'SIGTERM', 15_000);
        await none();
      } finally {
        await checkDir(dir);
      }
      assert.deepEqual(code, [0, null], log());
    },
  };
  try {
    await untilUp(`${server.baseURL}/health`, [apache], log);
  } catch (err) {
    await server.stop().catch(() => {});
    throw err;
  }
  return server;
}
