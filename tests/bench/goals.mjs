// What the figures have to be, as ratios within one run where a machine decides them.

const faster = (kind, way) => ({ratios}) => ratios[kind][way].first;

/** Each has its value for a result, and the least or the most that it may be. */
const GOALS = [
  {name: 'short answer, first text: spare against naive', unit: 'x', atLeast: 3.5,
    of: faster('short', 'spare')},
  {name: 'short answer, first text: continued against naive', unit: 'x', atLeast: 10,
    of: faster('short', 'continued')},
  {name: '100 tokens, first text: spare against naive', unit: 'x', atLeast: 20,
    of: faster('long', 'spare')},
  {name: '100 tokens, first text: continued against naive', unit: 'x', atLeast: 50,
    of: faster('long', 'continued')},
  {name: 'short answer, CPU: naive against continued', unit: 'x', atLeast: 10,
    of: ({ratios}) => ratios.short.continued.cpu},
  {name: 'requests a second, 8 clients: continued against naive', unit: 'x', atLeast: 10,
    of: ({ratios}) => ratios.short.continued.rate},
  {name: 'first text of a continued child: added by the gateway, p50', unit: 'ms', atMost: 2,
    of: ({added}) => added.median},
  {name: '100 streams: deltas lost or out of order', unit: '', atMost: 0,
    of: ({streams}) => streams.ours.faults},
  {name: '100 streams: delay added to that of cat, p50', unit: 'ms', atMost: 1,
    of: ({streams}) => streams.ours.p50 - streams.floor.p50},
  {name: '100 streams: delay added to that of cat, p99', unit: 'ms', atMost: 15,
    of: ({streams}) => streams.ours.p99 - streams.floor.p99},
  {name: '100 streams: resident memory of the largest worker', unit: 'MB', atMost: 4,
    of: ({streams}) => streams.ours.workerMB.most},
  {name: 'a client leaves: until its child has ended, p99', unit: 'ms', atMost: 50,
    of: ({faults}) => faults.left.p99},
  {name: 'every worker is killed: until all are back, p99', unit: 'ms', atMost: 500,
    of: ({faults}) => faults.back.p99},
  {name: 'nobody may wait any more: until 503, p99', unit: 'ms', atMost: 10,
    of: ({faults}) => faults.shed.p99},
];

/** How many times better than naive every way is, in each figure. */
export function ratiosOf({ways, rates}) {
  const against = (kind, name) => {
    const naive = ways.naive[kind], way = ways[name][kind];
    return {
      first: naive.first.median / way.first.median, total: naive.total.median / way.total.median,
      cpu: naive.cpu / way.cpu, ...kind === 'short' && {rate: rates[name] / rates.naive},
    };
  };
  return Object.fromEntries(['short', 'long'].map(kind => [kind,
    Object.fromEntries(Object.keys(ways).map(name => [name, against(kind, name)]))]));
}

/** [{name, unit, value, atLeast or atMost, met}] */
export function judge(result) {
  return GOALS.map(({of, ...goal}) => {
    const value = of(result);
    return {...goal, value, met: value >= (goal.atLeast ?? -Infinity)
      && value <= (goal.atMost ?? Infinity)};
  });
}
