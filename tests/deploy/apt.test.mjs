// What the scripts install with apt: an nginx for the project, and no web server beside it.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import {after, before, test} from 'node:test';
import {bootMachine} from './machine.mjs';

const LIMIT = {timeout: 60_000};
const LIB = path.resolve(import.meta.dirname, '../../scripts/lib.sh');
const POLICY = '/usr/sbin/policy-rc.d';
const OWN_UNIT = '/etc/systemd/system/nginx.service';

/** What Debian's package does when it is installed, with another program as its server. */
const APT_GET = `#!/bin/sh
case " $* " in *" install "*) ;; *) exit ;; esac
cat >/lib/systemd/system/nginx.service <<END
[Service]
ExecStart=/bin/sleep infinity
[Install]
WantedBy=multi-user.target
END
systemctl daemon-reload
systemctl enable nginx.service
deb-systemd-invoke start nginx.service
case " $* " in *" broken "*) exit 100 ;; esac
`;

let machine;
before(async () => {
  machine = await bootMachine();
  await machine.write('/root/lib.sh', fs.readFileSync(LIB, 'utf8'));
  await machine.write('/usr/local/sbin/apt-get', APT_GET);
  await machine.run('chmod 755 /usr/local/sbin/apt-get');
});
after(() => machine?.end());

/** Installs packages where there was no nginx of Debian's, and says how the service is then. */
async function install(...packages) {
  await machine.run(`systemctl stop nginx 2>/dev/null
    rm -rf /etc/systemd/system/multi-user.target.wants /lib/systemd/system/nginx.service
    systemctl daemon-reload`);
  const needs = packages.map(name => `/nonexistent/${name}=${name}`).join(' ');
  const said = await machine.run(`bash -c '. /root/lib.sh; install_missing ${needs}' || echo failed`);
  const state = await machine.run('systemctl is-enabled nginx; systemctl is-active nginx; true');
  return {said, state: state.trim().split('\n')};
}

test('its service is off, now and after a boot', LIMIT, async () => {
  const {said, state} = await install('nginx-light');
  assert.doesNotMatch(said, /failed/);
  assert.deepEqual(state, ['disabled', 'inactive']);
  await machine.run(`! test -e ${POLICY}`);
});

test('also where the machine has a policy by which it starts', LIMIT, async () => {
  await machine.write(POLICY, '#!/bin/sh\nexit 104\n');
  await machine.run(`chmod 755 ${POLICY}`);
  assert.deepEqual((await install('nginx-light')).state, ['disabled', 'inactive']);
  await machine.run(`rm ${POLICY}`);
});

test('also where another package cannot be installed', LIMIT, async () => {
  const {said, state} = await install('nginx-light', 'broken');
  assert.match(said, /could not install .*failed/s);
  assert.deepEqual(state, ['disabled', 'inactive']);
});

test('what was there stays as it was', LIMIT, async () => {
  await install('another');
  const state = () => machine.run('systemctl is-enabled nginx; systemctl is-active nginx');
  assert.equal(await state(), 'enabled\nactive\n');
  await machine.run("bash -c '. /root/lib.sh; install_missing sh=nginx-light'");
  assert.equal(await state(), 'enabled\nactive\n');
  await machine.write(OWN_UNIT, '[Service]\nExecStart=/bin/sleep infinity\n' +
    '[Install]\nWantedBy=basic.target\n');
  await machine.run('systemctl daemon-reload; systemctl enable --now nginx');
  await machine.run("bash -c '. /root/lib.sh; install_missing /nonexistent=nginx-light'");
  assert.equal(await state(), 'enabled\nactive\n');
});
