// Schemas as libraries and people write them, and what they hold for.
const string = {type: 'string'};
const number = {type: 'number'};
const object = (properties, more) => ({type: 'object', properties, ...more});
const of = schema => object({a: schema});
const list = items => ({type: 'array', items});
/** Values of the property of `of`. */
const as = (...values) => values.map(a => ({a}));

/** `yes` and `no` are values that fit and that do not, `ignores` what is noted as ignored. */
export const SCHEMAS = [
  ...[
    'https://json-schema.org/draft/2020-12/schema', 'https://json-schema.org/draft/2019-09/schema',
    'http://json-schema.org/draft-07/schema#', 'http://json-schema.org/draft-06/schema#',
    'http://json-schema.org/draft-04/schema#', 'http://json-schema.org/draft-03/schema#',
  ].map($schema => ({
    name: $schema, schema: {$schema, ...of({...string, $schema})}, yes: as(''), no: as(1),
  })),
  {
    name: 'annotations of OpenAPI, editors and libraries',
    schema: {
      ...of({
        ...string, example: 'x', examples: {x: {value: 'x'}}, xml: {name: 'a'}, enumNames: ['A'],
        externalDocs: {url: 'https://example.com'}, markdownDescription: '*a*', 'x-order': 1,
        errorMessage: {type: 'text!'}, tsType: 'A', options: {}, 'ui:widget': 'x', enumDescriptions: [],
        format: 'no-such', deprecated: 'since 2', readOnly: 1, title: 5, description: ['x'],
      }), propertyOrdering: ['a'], $vocabulary: {}, $async: true, $comment: 'words', definitions: null,
    },
    yes: as('x'), no: as(1),
  },
  {
    name: 'names and values that look like keywords',
    schema: object({
      example: string, $schema: number, 'x-y': string, discriminator: {const: {example: 1}},
      enum: {enum: [{nullable: true}, {$ref: '#/nowhere'}]}, properties: of({default: {pattern: '('}}),
    }, {required: ['example'], $defs: {'x-z': string}, default: {$schema: 'x', prefixItems: 5}}),
    yes: [{example: 'x', $schema: 1, discriminator: {example: 1}, enum: {nullable: true}}],
    no: [{}, {example: 1}, {example: '', $schema: ''}, {example: '', enum: {}},
      {example: '', discriminator: {}}],
  },
  {
    name: 'pydantic',
    schema: {
      $defs: {
        Cat: object({kind: {const: 'cat', title: 'Kind', ...string}}, {required: ['kind']}),
        Dog: object({kind: {const: 'dog', ...string}, tail: number}, {required: ['kind', 'tail']}),
      },
      ...object({
        a: {
          oneOf: [{$ref: '#/$defs/Cat'}, {$ref: '#/$defs/Dog'}],
          discriminator: {
            propertyName: 'kind', mapping: {cat: '#/$defs/Cat', dog: '#/$defs/Dog'},
          },
        },
        b: {
          type: 'array', prefixItems: [string, {type: 'integer'}], minItems: 2, maxItems: 2,
        },
        c: {anyOf: [{type: 'integer', exclusiveMinimum: 0}, {type: 'null'}], default: null},
        d: {...string, pattern: '^(?P<year>\\d{4})$'},
      }, {title: 'Answer'}),
    },
    yes: [{a: {kind: 'cat'}, b: ['x', 1], c: null, d: 'any'}],
    no: [{a: {kind: 'dog'}}, {b: [1, 'x']}, {b: ['x', 1, 2]}, {b: ['x']}, {c: 0}, {d: 5}],
    ignores: ['properties.d.pattern'],
  },
  {
    name: 'a tuple of 2020-12 with a rest',
    schema: of({type: 'array', prefixItems: [string, number], items: {type: 'boolean'}}),
    yes: as([], ['x'], ['x', 1], ['x', 1, true]), no: as([1], ['x', 'y'], ['x', 1, 1]),
  },
  {
    name: 'a tuple of draft-07, one in the other',
    schema: of({
      type: 'array', items: [string, {items: [number], additionalItems: false}],
      additionalItems: number,
    }),
    yes: as(['x', [1], 2]), no: as(['x', ['y']], ['x', [1, 2]], ['x', [1], 'z']),
  },
  {
    name: 'a tuple beside a reference',
    schema: {...of({$ref: '#/$defs/l', prefixItems: [string]}), $defs: {l: {maxItems: 1}}},
    yes: as(['x']), no: as([1], ['x', 'y']),
  },
  {
    name: 'a tuple with a reference to where it stands',
    schema: object({a: {prefixItems: [{$ref: '#/properties/b'}]}, b: {prefixItems: [string]},
      c: {$ref: '#/properties/b/prefixItems/0'}}),
    yes: [{a: [['x']], b: ['x'], c: 'x'}], no: [{a: [[1]]}, {b: [1]}, {c: 1}],
  },
  {
    name: 'empty lists of a language that has them for objects',
    schema: {
      type: 'object', properties: {a: [], b: {type: 'array', items: []}}, patternProperties: [],
      $defs: [], dependentSchemas: [], additionalProperties: [], required: {},
    },
    yes: [{a: 1, b: [1]}], no: [{b: 1}],
  },
  {
    name: 'Gemini',
    schema: {
      type: 'OBJECT', propertyOrdering: ['a', 'b'], properties: {
        a: {type: 'STRING', nullable: true, format: 'enum', enum: ['x', 'y']},
        b: {type: 'ARRAY', items: {type: 'INTEGER'}, minItems: '1', maxItems: '2'},
        c: {type: 'TYPE_UNSPECIFIED'},
      },
    },
    yes: [{a: null, b: [1], c: 1}, {a: 'x'}], no: [{a: 'z'}, {b: []}, {b: [1, 2, 3]}, {b: ['x']}],
  },
  {
    name: 'OpenAPI 3.0 with all its components',
    schema: {
      ...of({$ref: '#/components/schemas/Pet'}),
      components: {
        schemas: {
          Pet: object({name: {...string, nullable: true},
            friends: list({$ref: '#/components/schemas/Pet'}), 'x-y': {$ref: '#/components/schemas/Id'}}),
          Id: {type: 'integer', minimum: 0, exclusiveMinimum: true, example: 1},
        },
      },
    },
    yes: as({name: null, friends: [{name: 'x', 'x-y': 1}]}),
    no: as({name: 1}, {friends: [{name: 1}]}, {'x-y': 0}),
  },
  ...[
    ['enum', {...string, enum: ['x'], nullable: true}],
    ['enum without a type', {enum: ['x'], nullable: true}],
    ['const', {const: 'x', nullable: true}],
    ['a type list', {type: ['string'], enum: ['x', 'x'], nullable: true}],
    ['a reference', {$ref: '#/$defs/x', nullable: true}],
    ['allOf', {allOf: [{$ref: '#/$defs/x'}], nullable: true, description: 'words'}],
    ['anyOf', {anyOf: [{$ref: '#/$defs/x'}], nullable: true}],
    ['anyOf and a type', {anyOf: [{$ref: '#/$defs/x'}], ...string, nullable: true}],
    ['oneOf', {oneOf: [{$ref: '#/$defs/x'}], nullable: true}],
    ['not', {not: {enum: [1, 5, null, 'z']}, nullable: true}],
    ['OpenAPI 2', {enum: ['x'], 'x-nullable': true}],
    ['the type null', {type: ['string', 'null'], enum: ['x', null], nullable: true}],
  ].map(([name, a]) => ({
    name: `nullable beside ${name}`, schema: {...of(a), $defs: {x: {enum: ['x']}}},
    yes: as('x', null), no: as('z', 1),
  })),
  {name: 'not nullable', schema: of({...string, nullable: false}), yes: as('x'), no: as(null)},
  {name: 'nullable without a type', schema: of({nullable: true, minLength: 1}), yes: as(null, 'x', 1),
    no: as('')},
  {name: 'a nullable root', schema: {...of(string), nullable: true}, yes: as('x'), no: as(1)},
  {
    name: 'bounds of draft 4',
    schema: {id: 'http://example.com/root.json', ...object({
      a: {type: 'number', minimum: 0, exclusiveMinimum: true, maximum: 9, exclusiveMaximum: false},
      b: {type: 'number', exclusiveMaximum: true}, c: {type: 'number', divisibleBy: 2},
    })},
    yes: [{a: 9, b: 1, c: 4}], no: [{a: 0}, {a: 10}, {c: 3}],
  },
  {
    name: 'draft 3',
    schema: object({
      a: {...string, required: true}, b: {type: 'any', required: false},
      c: of({...string, required: true}), d: list({...string, required: true}),
    }),
    yes: [{a: 'x', b: 1, c: {a: 'x'}}], no: [{b: 1}, {a: 'x', c: {}}],
  },
  {name: 'values that stand twice', schema: object({
    a: {enum: ['x', 'x', 1, 1.0, {b: 1, c: 2}, {c: 2, b: 1}, [1], [1], null, null, '1']},
    b: {type: ['string', 'STRING', 'string']},
  }, {required: ['a', 'a'], dependencies: {a: ['b', 'b']}}),
  yes: [{a: 'x', b: ''}, {a: {b: 1, c: 2}, b: ''}], no: [{}, {a: 'x'}, {a: 2, b: ''}]},
  {
    name: 'anchors and identifiers',
    schema: {
      $id: 'https://example.com/schemas/root', ...object({
        a: {$ref: '#text'}, b: {$ref: '/schemas/num'}, c: {$ref: 'num'},
        d: {$ref: 'https://example.com/schemas/num'}, e: {$ref: 'num#/$defs/inner'},
        f: {$dynamicRef: '#node'}, g: {$recursiveRef: '#'}, h: {$ref: 'root#/$defs/t'},
      }),
      $defs: {
        t: {$anchor: 'text', ...string}, node: {$dynamicAnchor: 'node', type: 'null'},
        n: {$id: 'https://example.com/schemas/num', $ref: '#/$defs/inner', $defs: {inner: number}},
      },
    },
    yes: [{a: 'x', b: 1, c: 1, d: 1, e: 1, f: null, g: {a: 'x'}, h: 'x'}],
    no: [{a: 1}, {b: ''}, {c: ''}, {d: ''}, {e: ''}, {f: 1}, {g: {a: 1}}, {h: 1}],
  },
  {
    name: 'pointers',
    schema: {
      ...object({
        a: {$ref: '#/definitions/Foo%3CBar%3E'}, b: {$ref: '#/definitions/Foo<Bar>'},
        c: {$ref: '#/definitions/x~1y~0z'}, d: {$ref: '#/definitions/100%'},
        e: {$ref: '#/properties/f/items/properties/g'}, f: list(object({g: {type: 'boolean'}})),
        h: {$ref: '#/$defs/group/Deep'}, i: {$ref: '#/$defs/yes'}, j: {$ref: '#/$defs/no'},
        k: {$ref: '#/$defs/$id'},
      }),
      definitions: {'Foo<Bar>': string, 'x/y~z': number, '100%': {type: 'null'}},
      $defs: {group: {Deep: number}, yes: true, no: false, $id: string},
    },
    yes: [{a: 'x', b: 'x', c: 1, d: null, e: true, f: [{g: false}], h: 1, i: 1}],
    no: [{a: 1}, {b: 1}, {c: ''}, {d: 1}, {e: 1}, {h: ''}, {j: 1}, {k: 1}],
  },
  {
    name: 'the schema of schemas', schema: of({$ref: 'http://json-schema.org/draft-07/schema#'}),
    yes: as({type: 'string'}), no: as({type: 5}),
  },
  {
    name: 'a list that refers to its root',
    schema: {...object({value: number, next: {anyOf: [{$ref: '#'}, {type: 'null'}]}}),
      additionalProperties: false},
    yes: [{value: 1, next: {value: 2, next: null}}], no: [{next: {value: ''}}, {next: {x: 1}}],
  },
  {
    name: 'dependencies of 2019-09',
    schema: object({}, {
      dependentRequired: {a: ['b'], c: ['d']}, dependentSchemas: {a: {maxProperties: 2}},
      dependencies: {d: {required: ['e']}},
    }),
    yes: [{}, {a: 1, b: 1}], no: [{a: 1}, {a: 1, b: 1, z: 1}, {c: 1}, {c: 1, d: 1}],
  },
  {
    name: 'keywords that need others',
    schema: object({
      a: {then: false, else: false}, b: {if: {type: 'string'}}, c: {additionalItems: false},
      d: {items: string, additionalItems: false}, e: {minContains: 5},
      f: {contains: string, minContains: 0}, g: {contains: string, minContains: 1},
    }),
    yes: [{a: 1, b: 'x', c: [1], d: ['x'], e: [], f: [], g: ['x']}], no: [{g: []}, {d: [1]}],
  },
  {
    name: 'what draft-07 cannot say',
    schema: object({
      a: {type: 'array', contains: string, minContains: 2, maxContains: 3},
      b: object({}, {unevaluatedProperties: false}), c: {type: 'array', unevaluatedItems: false},
      d: object({}, {unevaluatedProperties: true}), e: {extends: {$ref: 'x'}}, f: {disallow: 'string'},
      g: object({}, {unevaluatedProperties: false, additionalProperties: false}),
    }),
    ignores: ['properties.a.maxContains', 'properties.a.minContains',
      'properties.b.unevaluatedProperties', 'properties.c.unevaluatedItems', 'properties.e.extends',
      'properties.f.disallow'],
  },
  {
    name: 'patterns that are not ECMAScript',
    schema: object({
      a: {pattern: '\\A\\w+\\Z'}, b: {pattern: 'a++'}, c: {pattern: '^\\d{3}\\-\\d{4}$'},
      d: list({pattern: '(?i)x'}), e: {anyOf: [{pattern: '(?P<n>x)'}, {pattern: '^[\\w-]+$'}]},
    }),
    yes: [{a: '!', c: '!', d: ['y']}], no: [],
    ignores: ['properties.a.pattern', 'properties.b.pattern', 'properties.c.pattern',
      'properties.d.items.pattern', 'properties.e.anyOf[0].pattern'],
  },
  {
    name: 'patterns for properties that are not ECMAScript',
    schema: object({a: number}, {patternProperties: {'(?i)^x': string}, additionalProperties: false}),
    yes: [{X1: 'x', a: 1}], no: [{X1: 1}, {a: ''}], ignores: ['patternProperties.(?i)^x'],
  },
  {
    name: 'two of them beside a schema for the rest',
    schema: object({}, {
      patternProperties: {'(?i)^x': string, '\\Ay': {type: 'null'}}, additionalProperties: number}),
    yes: [{a: 1, b: '', c: null}], no: [{a: true}],
    ignores: ['patternProperties.(?i)^x', 'patternProperties.\\Ay'],
  },
  {
    name: 'a pattern that matches a property beside it',
    schema: object({foo: {minLength: 2}, 'a.b|c': {}}, {
      patternProperties: {'^f': string, '^x-': number}, additionalProperties: false}),
    yes: [{foo: 'xy', fa: '', 'a.b|c': 1, 'x-1': 1}],
    no: [{foo: 'x'}, {foo: 12}, {fa: 1}, {z: 1}, {'a.b': 1}, {'x-1': ''}],
  },
  {
    name: 'a pattern that matches none',
    schema: object({foo: string}, {patternProperties: {'^x-': number}, additionalProperties: false}),
    yes: [{foo: 'x', 'x-1': 1}], no: [{foo: 1}, {'x-1': ''}, {y: 1}],
  },
  ...['anyOf', 'oneOf', 'allOf'].map(keyword => ({
    name: `${keyword} at the top`,
    schema: {[keyword]: [object({a: string}, {required: ['a']})], description: 'words'},
    yes: as('x'), no: [{}, {a: 1}],
  })),
  {
    name: 'a root that is referred to and has no type',
    schema: {properties: {a: {$ref: '#'}, b: number}}, yes: [{a: 5}, {a: {b: 1}}], no: [{a: {b: ''}}],
  },
  {name: 'a root of objects or null', schema: {type: ['object', 'null'], ...object({a: string})},
    yes: as('x'), no: as(1)},
  {name: 'a root that is a reference', schema: {$ref: '#/$defs/r', $defs: {r: of(string)}},
    yes: as('x'), no: as(1)},
  {
    name: 'names of properties that the API does not take',
    schema: object({'$filter': string, 'é ü': number, ['x'.repeat(65)]: string}, {
      required: ['$filter'], additionalProperties: false}),
    yes: [{$filter: 'x', 'é ü': 1}], no: [{}, {$filter: 1}, {$filter: '', z: 1}],
  },
  {
    name: 'empty choices', schema: object({a: {enum: []}, b: {anyOf: []}, c: {oneOf: []}, d: {allOf: []},
      e: {type: []}, f: {prefixItems: []}}),
    yes: [{a: 1, b: 1}],
    ignores: ['properties.a.enum', 'properties.b.anyOf', 'properties.c.oneOf', 'properties.e.type'],
  },
  {
    name: 'null for what is not set',
    schema: object({a: {...string, enum: null, pattern: null, minLength: null, items: null, anyOf: null,
      $ref: null, description: null, default: null, const: undefined}, b: {const: null}}),
    yes: [{a: '', b: null}], no: [{a: 1}, {b: 1}],
  },
  {
    name: 'numbers as text, and bounds that are none',
    schema: object({a: {...string, maxLength: '2', minLength: -1}, b: {...number, maximum: '1.5'}}),
    yes: [{a: 'xy', b: 1.5}], no: [{a: 'xyz'}, {b: 2}],
  },
  {
    name: 'an answer of any kind',
    schema: {type: 'object'}, yes: [{}, {a: 1}],
  },
];

const at = path => `at.${path}`;

/** [schema, the parameter that is named] */
export const FAILS = [
  [{type: 'no such type'}, at('type')],
  [of({type: 'Date'}), at('properties.a.type')],
  [of({type: ['string', 5]}), at('properties.a.type')],
  [{type: 'object', required: 5}, at('required')],
  [{type: 'object', required: ['a', 5]}, at('required')],
  [object({a: 5}), at('properties.a')],
  [{type: 'object', properties: 'a'}, at('properties')],
  [of({items: 'x'}), at('properties.a.items')],
  [of({anyOf: [string, 5]}), at('properties.a.anyOf[1]')],
  [of({anyOf: {a: 1}}), at('properties.a.anyOf')],
  [of({enum: 'x'}), at('properties.a.enum')],
  [of({pattern: 5}), at('properties.a.pattern')],
  [of({minLength: 1.5}), at('properties.a.minLength')],
  [of({maxLength: -1}), at('properties.a.maxLength')],
  [of({maximum: 'high'}), at('properties.a.maximum')],
  [of({multipleOf: 0}), at('properties.a.multipleOf')],
  [of({uniqueItems: 'yes'}), at('properties.a.uniqueItems')],
  [of({not: 5}), at('properties.a.not')],
  [of({dependencies: {b: 5}}), at('properties.a.dependencies.b')],
  [of({dependentRequired: {b: {}}}), at('properties.a.dependentRequired.b')],
  [of({$ref: 5}), at('properties.a.$ref')],
  [of({$ref: '#/$defs/none'}), at('properties.a.$ref')],
  [of({$ref: '#none'}), at('properties.a.$ref')],
  [of({$ref: 'https://example.com/schema.json'}), at('properties.a.$ref')],
  [{...of({$ref: '#/title'}), title: 'x'}, at('properties.a.$ref')],
  [of({$ref: '#/properties/a/default', default: {}}), at('properties.a.$ref')],
  [of({$ref: '#/properties/a'}), at('properties.a.$ref')],
  [{...of({$ref: '#/$defs/x'}), $defs: {x: {anyOf: [{$ref: '#/$defs/y'}]}, y: {$ref: '#/$defs/x'}}},
    at('$defs.y.$ref')],
  [{type: 'array', items: string}, 'at'],
  [{type: 'STRING'}, 'at'],
  [{anyOf: [string, number]}, 'at'],
  [{enum: ['x']}, 'at'],
  [{const: 'x'}, 'at'],
];
