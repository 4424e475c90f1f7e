// The shipped public server at work: nginx with TLS and HTTP/2 and the gateways behind it.
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import {connectTo} from './h2.mjs';
import {end, processesIn, until} from './proc.mjs';
import {
  checkDir, copyConf, freePort, gatewayEnv, makeDir, readLog, run, setting,
} from './stack.mjs';

const NAME = 'claude.example.org';

function tool(argv) {
  const {status, stderr} = spawnSync(argv[0], argv.slice(1), {encoding: 'utf8', timeout: 20_000});
  assert.equal(status, 0, stderr);
  return stderr;
}

function makeCertificate(dir) {
  const [key, cert] = ['key.pem', 'cert.pem'].map(name => path.join(dir, name));
  tool(['openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2',
    '-subj', `/CN=${NAME}`, '-addext', `subjectAltName=DNS:${NAME}`, '-keyout', key, '-out', cert]);
  return {key, cert};
}

/** What /etc/nginx/nginx.conf would be around the files of sites-enabled and conf.d. */
const mainConf = includes => `
  daemon off;
  worker_processes 2;
  pid nginx.pid;
  error_log stderr warn;
  events {}
  http {
    ${['client_body', 'fastcgi', 'proxy', 'scgi', 'uwsgi'].map(name =>
    `${name}_temp_path ${name};`).join('\n')}
    ${includes.map(file => `include ${file};`).join('\n')}
  }`;

/** A gateway that can end and come back: on a unix socket, or on a TCP one with `port`. */
function makeGateway(dir, name, {claude, key, env, port}) {
  const home = path.join(dir, 'home', name);
  const socket = path.join(dir, `${name}.sock`);
  const owner = process.getuid() === 0 ? ['-U', 'nobody'] : [];
  const where = port ? ['-a', '127.0.0.1', '-p', String(port)]
    : ['-s', socket, '-M', '0600', ...owner];
  fs.mkdirSync(home);
  const gateway = {
    name, home, socket, port,
    start() {
      gateway.process = run(dir, name, ['spawn-fcgi', '-n', ...where, '-b', '24', '--',
        setting('PROXY_BIN')], gatewayEnv(dir, key, {
        CLAUDE_BIN: claude, PROXY_DRAIN_SECONDS: '5', PROXY_SPARES: '0', PROXY_PARKED: '0',
        ...env, HOME: home,
      }));
    },
    stop: () => end(gateway.process, 'SIGTERM', 15_000),
  };
  gateway.start();
  return gateway;
}

/** The shipped files, with this test's places in them. */
function writeConf(dir, {port, origin, upstream, gateways}) {
  const {key, cert} = makeCertificate(dir);
  const [local, remote] = gateways;
  copyConf(dir, ['server-tls.example.conf', 'claude-code-proxy.location.conf'], {
    '/etc/ssl/certs/claude.example.org.pem': cert,
    '/etc/ssl/private/claude.example.org.key': key,
    '/etc/nginx/claude': `${dir}/claude`,
    'listen 443': `listen 127.0.0.1:${port}`,
    'listen [::]:443': `listen [::1]:${port}`,
    'unix:/run/claude-code-proxy/claude-code-proxy.sock':
      upstream ?? `unix:${local.socket}`,
    ...origin && {'#if ($http_origin = "https://app.example.org"':
      `if ($http_origin = "${origin}"`},
  });
  if (upstream) {
    copyConf(dir, ['upstreams.example.conf'], {
      'server unix:/run/claude-code-proxy/claude-code-proxy.sock': `server unix:${local.socket}`,
      'server 10.0.0.2:9000': `server 127.0.0.1:${remote.port}`,
    });
  }
  const includes = [...upstream ? ['upstreams.example.conf'] : [], 'server-tls.example.conf'];
  fs.writeFileSync(path.join(dir, 'nginx.conf'),
    mainConf(includes.map(file => path.join(dir, file))));
  return fs.readFileSync(cert);
}

const nginxArgs = dir => ['nginx', '-e', 'stderr', '-p', `${dir}/`, '-c',
  path.join(dir, 'nginx.conf')];

function startNginx(dir) {
  assert.doesNotMatch(tool([...nginxArgs(dir), '-t']), /\[warn\]/);
  return run(dir, 'nginx', nginxArgs(dir), {PATH: process.env.PATH});
}

/**
 * Starts it and waits until it answers. `tcp` adds a second gateway, on a TCP socket, and
 * `upstream` names which of the shipped groups nginx takes; `origin` is a page's that may read.
 */
export async function startTls({claude, env = {}, origin, upstream, tcp = false} = {}) {
  const dir = makeDir();
  const port = await freePort();
  const key = 'sk-test-0123456789';
  const gateway = (name, where) => makeGateway(dir, name, {claude, key, env, port: where});
  const gateways = [gateway('local'), ...tcp ? [gateway('remote', await freePort())] : []];
  const names = [...gateways.map(g => g.name), 'nginx'];
  const log = () => names.map(name => readLog(path.join(dir, `${name}.log`))).join('');
  const server = {
    name: NAME, dir, port, key, log, gateways, cert: path.join(dir, 'cert.pem'),

    /** The living processes of the gateways that are not they themselves: `claude`, mostly. */
    children: () => processesIn(path.join(dir, 'home'))
      .filter(p => p.exe !== fs.realpathSync(setting('PROXY_BIN'))),

    async stop() {
      const codes = [];
      try {
        for (const g of gateways) codes.push(await g.stop());
        if (server.nginx) codes.push(await end(server.nginx, 'SIGTERM', 5000));
      } finally {
        await checkDir(dir);
      }
      for (const code of codes) assert.deepEqual(code, [0, null]);
    },
  };
  try {
    server.ca = writeConf(dir, {port, origin, upstream, gateways});
    server.nginx = startNginx(dir);
    await untilUp(server);
  } catch (err) {
    const text = log();
    await server.stop().catch(() => {});
    throw new Error(`${err.message}\n${text}`, {cause: err});
  }
  return server;
}

/** Every gateway has read its settings when it says how many workers it has. */
async function untilUp(server) {
  const started = g => readLog(path.join(server.dir, `${g.name}.log`)).includes(' workers, ');
  await until(() => server.gateways.every(started), 30_000, 'the gateways have started');
  await until(async () => {
    const connection = connectTo(server);
    const answer = await connection.ask('/health').catch(() => null);
    connection.close();
    return answer?.status === 200;
  }, 30_000, 'the server answers');
}
