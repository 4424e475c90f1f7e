// The result for people: tables of less than 100 columns.

const ROWS = {
  naive: 'naive', cold: 'cold', spare: 'spare', continued: 'continued', tool: 'after a tool',
};

/** Three digits are what such a figure is worth. */
const digits = value =>
  Number.isInteger(value) ? `${value}` : value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0);
const times = value => value === undefined ? '' : `${digits(value)}x`;
const spread = ({median, p95}) => `${digits(median)} (${digits(p95)})`;

/** Pads the cells of every row, the first to its right, the others to their left. */
export function columns(rows) {
  const widths = rows[0].map((_, i) => Math.max(...rows.map(row => row[i].length)));
  return rows.map(row => row.map((cell, i) =>
    i ? cell.padStart(widths[i]) : cell.padEnd(widths[i])).join('  ').trimEnd());
}

function wayTable(title, kind, {ways, rates, ratios}) {
  const row = name => {
    const of = ways[name][kind], than = ratios[kind][name];
    return [ROWS[name], spread(of.first), times(than.first), spread(of.total), times(than.total),
      of.cpu.toFixed(3), times(than.cpu),
      ...kind === 'short' ? [digits(rates[name]), times(than.rate)] : []];
  };
  return columns([
    [title, 'first text', '', 'total', '', 'CPU', '', ...kind === 'short' ? ['req/s', ''] : []],
    ...Object.keys(ROWS).map(row),
  ]);
}

function streamTable({ours, floor}) {
  const row = (name, pick, unit) => [name, ...[ours, floor].map(of => digits(pick(of))),
    digits(pick(ours) - pick(floor)), unit];
  return columns([
    ['100 streams, 20 deltas/s each', 'gateway', 'cat', 'added', ''],
    row('delay p50', of => of.p50, 'ms'),
    row('delay p99', of => of.p99, 'ms'),
    row('CPU a delta, workers', of => of.usPerDelta, 'us'),
    row('a worker, resident, median', of => of.workerMB.median, 'MB'),
    row('lost or out of order', of => of.faults, ''),
  ]);
}

const FAULTS = {
  left: 'a client left: its child has ended', back: 'workers killed: all are back',
  answered: 'workers killed: a request is answered', shed: 'nobody may wait: 503',
};

function faultTable(faults) {
  return columns([
    ['faults, in ms', 'p50', 'p99'],
    ...Object.entries(FAULTS).map(([key, name]) =>
      [name, digits(faults[key].p50), digits(faults[key].p99)]),
  ]);
}

function goalTable(goals) {
  const bound = ({atLeast, atMost, unit}) =>
    atLeast === undefined ? `at most ${atMost} ${unit}` : `at least ${atLeast}${unit}`;
  return columns(goals.map(goal => [`${goal.met ? 'met   ' : 'MISSED'}  ${goal.name}`,
    digits(goal.value), bound(goal)]));
}

/** The whole text. */
export function report(result) {
  const {machine: {versions, cores, cpu, load}, rounds, leases, added} = result;
  return [
    Object.entries(versions).map(([name, version]) => `${name} ${version}`).join(', '),
    `${cores} cores (${cpu}), load ${digits(load)} before; ${rounds} rounds`,
    `kinds of child: ${leases}`,
    'first text and total in ms: median (p95); CPU in s a request, all processes of the way;',
    'the CPU of a spare includes the boot of the next; req/s: 8 clients; x: times naive',
    '',
    ...wayTable('short answer', 'short', result), '',
    ...wayTable('100 tokens, 20 ms', 'long', result), '',
    `added to the child's first text, continued, in ms: ${spread(added)}`, '',
    ...streamTable(result.streams), '',
    ...faultTable(result.faults), '',
    ...goalTable(result.goals),
  ].join('\n');
}
