// Requests a second on this machine when 8 clients ask for short answers, each as fast as it can.
import {settled} from './machine.mjs';
import {startNaive} from './naive.mjs';
import {calling, continuing, single, startGateway, watchLeases} from './ways.mjs';

const CLIENTS = 8;

/** Requests a client, however slow the machine. */
const LEAST = 3;

/**
 * Runs `asker()`, which makes one client's next request, in as many loops. Counted is from the
 * moment when each client could have had its first answer, in whole turns of all of them, because
 * answers of equal clients come in waves.
 */
async function rate(makeAsker, seconds) {
  const ended = [];
  const deadline = performance.now() + seconds * 1000;
  await Promise.all(Array.from({length: CLIENTS}, async () => {
    const asker = makeAsker();
    for (let asked = 0; asked < LEAST || performance.now() < deadline; asked++) {
      await asker();
      ended.push(performance.now());
    }
  }));
  const counted = Math.floor((ended.length - CLIENTS) / CLIENTS) * CLIENTS;
  const took = ended[counted + CLIENTS - 1] - ended[CLIENTS - 1];
  return {requests: counted, seconds: took / 1000, asked: ended.length};
}

const askAnew = stack => () => () => single(stack, 'short').whole;

/** A client of a conversation that has begun: `of` makes it, a turn may take two requests. */
function askOn(of, stack) {
  const talks = Array.from({length: CLIENTS}, () => of(stack, 'short'));
  const turn = async talk => {
    await talk.before();
    await talk.next().whole;
  };
  return {
    begin: () => Promise.all(talks.map(turn)),
    makeAsker: () => {
      const talk = talks.pop();
      return () => turn(talk);
    },
  };
}

const more = {children: 2 * CLIENTS};
const WAYS = {
  cold: {lease: 'cold', gateway: more, requests: 1, keeps: 0},
  spare: {lease: 'spare', gateway: {...more, spares: CLIENTS}, requests: 1, keeps: CLIENTS},
  continued: {lease: 'continued', of: continuing, requests: 1, keeps: CLIENTS,
    gateway: {...more, parked: CLIENTS}},
  tool: {lease: 'continued', of: calling, requests: 2, keeps: CLIENTS,
    gateway: {...more, parked: CLIENTS}},
};

/**
 * Spares are asked for faster than they boot, so after the first of them a request waits for one
 * that has begun to, or is served cold: no lease is checked there.
 */
async function rateOf({lease, of, gateway, requests, keeps}, {tells, ...parts}, {seconds, stop}) {
  const stack = await startGateway({...parts, ...gateway});
  const end = stop(stack.stop);
  const {begin, makeAsker} = of ? askOn(of, stack) : {makeAsker: askAnew(stack)};
  await begin?.();
  await settled(stack, tells ? keeps : 0);
  const given = tells && lease !== 'spare' ? await watchLeases(stack, lease) : null;
  const got = await rate(makeAsker, seconds);
  await given?.(got.asked * requests);
  await end();
  return got.requests * requests / got.seconds;
}

async function rateOfNaive(parts, {seconds, stop}) {
  const naive = startNaive(parts);
  const end = stop(naive.stop);
  const {requests, seconds: took} = await rate(() => () => naive.ask('short'), seconds);
  await end();
  return requests / took;
}

/**
 * Resolves to {naive: …, cold: …, …} requests a second. The naive way, before and after the
 * others, starts its next process when the last has ended. A tool's call and what is said to its
 * result are two requests.
 */
export async function measureRates(parts, {seconds, stop, progress}) {
  const rates = {};
  progress('requests per second: naive');
  const before = await rateOfNaive(parts, {seconds, stop});
  for (const [name, way] of Object.entries(WAYS)) {
    progress(`requests per second: ${name}`);
    rates[name] = await rateOf(way, parts, {seconds, stop});
  }
  progress('requests per second: naive again');
  const after = await rateOfNaive(parts, {seconds, stop});
  return {naive: (before + after) / 2, ...rates};
}
