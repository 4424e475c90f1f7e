// The benchmark: measures, prints a table, writes JSON. scripts/bench builds and starts it.
import fs from 'node:fs';
import {parseArgs} from 'node:util';
import {setting, startStack} from '../lib/stack.mjs';
import {startUpstream} from '../lib/upstream.mjs';
import {hangUp, leasesOf} from './client.mjs';
import {measureFaults} from './faults.mjs';
import {judge, ratiosOf} from './goals.mjs';
import {describe} from './machine.mjs';
import {player} from './model.mjs';
import {measureRates} from './rate.mjs';
import {report} from './report.mjs';
import {measureRounds} from './rounds.mjs';
import {measureStreams} from './streams.mjs';

const WHOLE = {rounds: 30, seconds: 7, turns: 2, deltas: 120};
const QUICK = {rounds: 3, seconds: 3, turns: 1, deltas: 60};

const {values: options} = parseArgs({options: {
  check: {type: 'boolean', default: false}, quick: {type: 'boolean', default: false},
  json: {type: 'string'},
}});

/** What has to be ended, the last started first. */
const stops = [];

/** The signal that ended the run. */
let brokenOff = null;

/** Notes what ends something, and gives a way to end it before everything does. */
function stop(end) {
  let ending = null;
  const once = () => ending ??= end();
  stops.push(once);
  return once;
}

/** Ends all that is there, whatever fails; resolves to the first fault. Can be called again. */
async function stopAll() {
  let fault = null;
  for (const end of stops.toReversed()) {
    await end().catch(err => {
      fault ??= err;
    });
  }
  hangUp();
  return fault;
}

/** Says what comes next, and keeps it from coming once the run is broken off. */
function progress(text) {
  if (brokenOff) throw new Error(`broken off by ${brokenOff}`);
  process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${text}` : `${text}\n`);
}

/** Whether this gateway tells what it has leased. */
async function tellsLeases(fake) {
  const stack = await startStack({claude: fake});
  const end = stop(stack.stop);
  const leases = await leasesOf(stack);
  await end();
  return leases !== null;
}

async function measure() {
  const [fake, claude, relay, floor] =
    ['FAKE_CLAUDE', 'REAL_CLAUDE', 'BENCH_RELAY', 'BENCH_FLOOR'].map(setting);
  const size = {...options.quick ? QUICK : WHOLE, stop, progress};
  const upstream = await startUpstream();
  stop(upstream.stop);
  upstream.otherwise = player();
  const machine = describe({gateway: setting('PROXY_BIN'), claude});
  const parts = {claude, relay, upstream, tells: await tellsLeases(fake)};
  const streams = await measureStreams({fake, floor}, size);
  const faults = await measureFaults({fake}, size);
  const rates = await measureRates(parts, size);
  const {ways, added} = await measureRounds(parts, size);
  const result = {
    at: new Date().toISOString(), machine, rounds: size.rounds,
    leases: parts.tells ? 'checked' : 'not checked, the gateway does not tell',
    ways, rates, added, streams, faults, ratios: ratiosOf({ways, rates}),
  };
  return {...result, goals: judge(result)};
}

function show(result) {
  fs.writeFileSync(options.json, `${JSON.stringify(result, null, 2)}\n`);
  progress('');
  console.log(report(result));
  const missed = result.goals.filter(goal => !goal.met).length;
  console.log(`\n${result.goals.length - missed} goals met, ${missed} missed; ${options.json}`);
  return missed === 0 && result.leases === 'checked';
}

async function main() {
  const result = await measure();
  if (!show(result) && options.check) process.exitCode = 1;
}

// With everything stopped a measurement fails by itself; what it had just started is ended then.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.once(signal, () => {
    brokenOff = signal;
    stopAll();
  });
}
const failed = await main().then(() => null, err => err);
const fault = await stopAll();
if (failed ?? fault) throw failed ?? fault;
