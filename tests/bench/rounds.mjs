// The measured rounds: every way in each, so that what disturbs the machine meets all of them.
import {mean, summary} from './figures.mjs';
import {startWays} from './ways.mjs';

const KINDS = ['short', 'long'];
const SERVED = ['cold', 'spare', 'continued', 'tool'];

/** The short answers, each with the machine to itself. */
async function short(ways, taken) {
  for (const name of ['naive', ...SERVED])
    taken[name].short.push(await ways[name].measure('short'));
  taken.added.push(await ways.relayed.measure());
}

/**
 * The long ones. The naive way and the spare have the machine to themselves. Of the others, a wait
 * of two seconds is most, so each begins as soon as the one before it has said its first word.
 */
async function long(ways, taken) {
  for (const name of ['naive', 'spare']) taken[name].long.push(await ways[name].measure('long'));
  const begun = [];
  for (const name of ['continued', 'tool', 'cold'])
    begun.push([name, await ways[name].open('long')]);
  for (const [name, {done}] of begun) taken[name].long.push(await done());
}

function summaryOf(requests) {
  return {
    first: summary(requests.map(one => one.first)), total: summary(requests.map(one => one.total)),
    cpu: mean(requests.map(one => one.cpu)), n: requests.length,
  };
}

/**
 * Resolves to {ways: {naive: {short: {first, total, cpu}, long: …}, …}, added}: times in ms,
 * CPU time in seconds a request.
 */
export async function measureRounds(parts, {rounds, stop, progress}) {
  const taken = {added: []};
  for (const name of ['naive', ...SERVED]) taken[name] = {short: [], long: []};
  const ways = await startWays(parts, stop);
  for (let i = 1; i <= rounds; i++) {
    progress(`round ${i} of ${rounds}`);
    await short(ways, taken);
    await long(ways, taken);
  }
  for (const way of Object.values(ways)) await way.check();
  const {added, ...requests} = taken;
  return {
    added: summary(added),
    ways: Object.fromEntries(Object.entries(requests).map(([name, of]) =>
      [name, Object.fromEntries(KINDS.map(kind => [kind, summaryOf(of[kind])]))])),
  };
}
