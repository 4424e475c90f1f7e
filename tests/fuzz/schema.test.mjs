// Schemas of answers as they are reduced: Ajv, with the options of the CLI, compiles each, and it
// holds for the same values as before. REDUCE is the program of reduce.c.
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {readFileSync, readdirSync} from 'node:fs';
import {createRequire} from 'node:module';
import {test} from 'node:test';
import {dice, seedOf} from '../lib/random.mjs';
import {FAILS, SCHEMAS} from './schemas.mjs';

const require = createRequire(import.meta.url);
const {Ajv} = require('ajv');
const {Ajv2020} = require('ajv/dist/2020.js');
const OPTIONS = {allErrors: true, validateFormats: false, multipleOfPrecision: 6, logger: false};

const api = new Ajv2020({strict: false, logger: false});
const taken = schema => new Ajv(OPTIONS).compile(schema);

function reduce(schemas) {
  const input = schemas.map(schema => `${JSON.stringify(schema)}\n`).join('');
  const {stdout, stderr, status} = spawnSync(process.env.REDUCE, {input, maxBuffer: 2 ** 30});
  assert.equal(status, 0, String(stderr));
  return String(stdout).trimEnd().split('\n').map(line => JSON.parse(line));
}

/** What the API wants of the schema of a tool. */
function checkApi(schema) {
  assert.ok(api.validateSchema(schema), api.errorsText());
  assert.equal(schema.type, 'object');
  for (const keyword of ['anyOf', 'oneOf', 'allOf']) assert.ok(!Object.hasOwn(schema, keyword));
  for (const name of Object.keys(schema.properties ?? {})) assert.match(name, /^[\w.-]{1,64}$/);
}

/** The reduced schemas, each of which is taken, and stays what it is. */
function reduceAll(schemas) {
  const lines = reduce(schemas);
  const again = reduce(lines.map(({schema}) => schema ?? {}));
  lines.forEach(({schema, error, ignored}, i) => {
    const about = `${JSON.stringify(schemas[i])}\n became ${JSON.stringify(schema)}: `;
    if (error) return;
    try {
      taken(schema);
      checkApi(schema);
    } catch (e) {
      assert.fail(about + e.message);
    }
    assert.deepEqual(again[i], {ignored: [], schema}, about);
    assert.ok(ignored);
  });
  return lines;
}

test('schemas of clients', () => {
  const lines = reduceAll(SCHEMAS.map(({schema}) => schema));
  lines.forEach(({schema, error, ignored}, i) => {
    const {name, yes = [], no = [], ignores = []} = SCHEMAS[i];
    assert.equal(error, undefined, name);
    assert.deepEqual(ignored, ignores.map(path => `at.${path}`), name);
    const check = taken(schema);
    for (const value of yes)
      assert.ok(check(value), `${name}: ${JSON.stringify(value)} does not fit`);
    for (const value of no)
      assert.ok(!check(value), `${name}: ${JSON.stringify(value)} fits`);
  });
});

test('schemas that say nothing clear', () => {
  const lines = reduce(FAILS.map(([schema]) => schema));
  lines.forEach(({error, param}, i) => {
    assert.equal(param, FAILS[i][1], JSON.stringify(FAILS[i][0]));
    assert.ok(error.includes(param), error);
  });
});

test('the corpus', () => {
  const dir = new URL('corpus/schema/', import.meta.url);
  const texts = readdirSync(dir).map(name => readFileSync(new URL(name, dir), 'utf8'));
  const schemas = texts.flatMap(text => {
    try {
      return [JSON.parse(text)];
    } catch {
      return [];
    }
  });
  assert.ok(schemas.length > 5);
  reduceAll(schemas);
});

const NAMES = ['a', 'b', 'c d', 'type', 'items', '$ref', 'enum', 'é', 'x/y~z', '100%', 'required'];
const TYPES = ['string', 'number', 'integer', 'boolean', 'object', 'array', 'null'];
const PATTERNS = ['^a', 'b$', '^(?:x|y)', '.', '^[a-z]+$', 'é', '\\d', '^\\$'];

function value(d, depth = 0) {
  const leaf = ['', 'a', 'ab', 'xyz', 'é', '12', 0, 1, 2.5, 7, -1, true, false, null];
  if (depth > 3 || d.maybe(0.5)) return d.one(leaf);
  if (d.maybe(0.5)) return d.times(3, () => value(d, depth + 1));
  return Object.fromEntries(d.some(NAMES, 0.3).map(name => [name, value(d, depth + 1)]));
}

const map = (d, names, depth) =>
  Object.fromEntries(names.map(name => [name, schemaOf(d, depth)]));

/** A schema of 2020-12 that draft-07 can say, too. */
function schemaOf(d, depth) {
  if (depth <= 0 || d.maybe(0.1)) return d.one([true, {}, {type: d.one(TYPES)}, false]);
  const list = n => Array.from({length: 1 + d.below(n)}, () => schemaOf(d, depth - 1));
  const parts = {
    type: () => d.maybe(0.7) ? d.one(TYPES) : [...new Set([d.one(TYPES), d.one(TYPES)])],
    enum: () => [...new Set(d.times(3, () => value(d, 3)).concat('a'))],
    const: () => value(d, 2),
    properties: () => map(d, d.some(NAMES, 0.3), depth - 1),
    patternProperties: () => map(d, d.some(PATTERNS, 0.2), depth - 1),
    additionalProperties: () => schemaOf(d, depth - 1),
    propertyNames: () => ({pattern: d.one(PATTERNS)}),
    required: () => d.some(NAMES, 0.1),
    items: () => schemaOf(d, depth - 1),
    prefixItems: () => list(2),
    contains: () => schemaOf(d, depth - 1),
    anyOf: () => list(2), oneOf: () => list(2), allOf: () => list(2),
    not: () => schemaOf(d, depth - 1),
    if: () => schemaOf(d, depth - 1),
    then: () => schemaOf(d, depth - 1),
    else: () => schemaOf(d, depth - 1),
    dependentRequired: () => ({[d.one(NAMES)]: d.some(NAMES, 0.2)}),
    dependentSchemas: () => map(d, d.some(NAMES, 0.2), depth - 1),
    minLength: () => d.below(3), maxLength: () => d.below(4),
    minItems: () => d.below(3), maxItems: () => d.below(4), uniqueItems: () => d.maybe(0.5),
    minProperties: () => d.below(2), maxProperties: () => d.below(4),
    minimum: () => d.below(4), exclusiveMaximum: () => d.below(9), multipleOf: () => d.one([1, 2.5]),
    pattern: () => d.one(PATTERNS),
    $ref: () => d.one(['#', '#/$defs/a', '#/$defs/x~1y~0z', '#/$defs/100%25', '#b']),
    description: () => 'words', title: () => 'words', example: () => value(d), 'x-y': () => ({}),
    default: () => value(d), examples: () => [value(d)], $comment: () => 'words',
    format: () => 'nonsense', readOnly: () => true, contentEncoding: () => 'base64',
  };
  return Object.fromEntries(d.some(Object.keys(parts), 0.12).map(name => [name, parts[name]()]));
}

function documentOf(d) {
  const root = schemaOf(d, 3);
  return {
    ...(typeof root === 'object' ? root : {}),
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $defs: {
      ...map(d, NAMES.filter(name => name !== 'a'), 2), a: schemaOf(d, 2),
      anchored: {...Object(schemaOf(d, 1)), $anchor: 'b'},
    },
  };
}

function judge(schema) {
  try {
    return new Ajv2020({...OPTIONS, strict: false}).compile(schema);
  } catch {
    return null;
  }
}

const says = (check, v) => {
  try {
    return check(v);
  } catch {
    return 'endless';
  }
};

test('random schemas', () => {
  const seed = seedOf();
  const d = dice(seed);
  const schemas = Array.from({length: Number(process.env.FUZZ_RUNS ?? 150)}, () => documentOf(d));
  let compared = 0;
  reduceAll(schemas).forEach(({schema, error, ignored}, i) => {
    const before = error || ignored.length > 0 ? null : judge(schemas[i]);
    if (before === null) return;
    const after = taken(schema);
    for (let n = 0; n < 20; n++) {
      const v = value(d);
      const want = says(before, v);
      if (v === null || typeof v !== 'object' || Array.isArray(v) || want === 'endless') continue;
      compared++;
      assert.equal(says(after, v), want, `FUZZ_SEED=${seed} ${JSON.stringify(v)} by ${
        JSON.stringify(schemas[i])} as ${JSON.stringify(schema)}`);
    }
  });
  assert.ok(compared > 100, `${compared} compared`);
});
