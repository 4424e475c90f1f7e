// Reads GET /metrics as strictly as the text format 0.0.4 may be read.
import assert from 'node:assert/strict';

const SAMPLE = /^([a-z_]+)(?:\{((?:[a-z]+="[^"\\]*",?)+)\})? (\d+(?:\.\d+)?)$/;
const NAME = /^claude_code_proxy_[a-z_]+$/;
const PREFIX = 'claude_code_proxy_';

/** [HELP, TYPE, sample…] of each family: one block, all of its lines. */
function blocks(text) {
  assert.ok(text.endsWith('\n') && !text.includes('\n\n'), 'every line ends, none is empty');
  const list = [];
  for (const line of text.slice(0, -1).split('\n')) {
    if (line.startsWith('# HELP ')) list.push([]);
    list.at(-1).push(line);
  }
  return list;
}

function assertHistogram(name, samples) {
  const bounds = samples.slice(0, -2).map(({key, value}) => {
    const [, le] = key.match(new RegExp(`^${name}_bucket\\{le="([0-9.]+|\\+Inf)"\\}$`))
      ?? assert.fail(key);
    return {le: le === '+Inf' ? Infinity : Number(le), value};
  });
  assert.equal(bounds.at(-1).le, Infinity);
  bounds.reduce((a, b) => {
    assert.ok(a.le < b.le && a.value <= b.value, `${name}: buckets`);
    return b;
  });
  assert.deepEqual(samples.slice(-2).map(({key}) => key), [`${name}_sum`, `${name}_count`]);
  assert.equal(samples.at(-1).value, bounds.at(-1).value, `${name}: the count`);
}

function readBlock([help, type, ...lines]) {
  const [, name] = help.match(/^# HELP (\S+) [A-Za-z0-9 .,:;()']+\.$/) ?? assert.fail(help);
  assert.match(name, NAME);
  const [, kind] = type.match(new RegExp(`^# TYPE ${name} (counter|gauge|histogram)$`))
    ?? assert.fail(type);
  assert.equal(kind === 'counter', name.endsWith('_total'), name);
  const samples = lines.map(line => {
    const [, sample, labels, value] = line.match(SAMPLE) ?? assert.fail(line);
    assert.ok(kind === 'histogram' ? sample.startsWith(`${name}_`) : sample === name, line);
    assert.ok(!labels?.endsWith(','), line);
    return {key: line.slice(0, line.lastIndexOf(' ')), value: Number(value)};
  });
  if (kind === 'histogram') assertHistogram(name, samples);
  return {name, samples};
}

/** {'requests_total{path="/health",status="200"}': 1, …}, without what all names begin with. */
export function readMetrics(text) {
  const families = blocks(text).map(readBlock);
  const names = families.map(({name}) => name);
  assert.equal(new Set(names).size, names.length, 'a family comes twice');
  const all = families.flatMap(({samples}) => samples);
  assert.equal(new Set(all.map(({key}) => key)).size, all.length, 'a sample comes twice');
  return Object.fromEntries(all.map(({key, value}) => [key.slice(PREFIX.length), value]));
}
