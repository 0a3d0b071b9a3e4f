import type { DocumentType, Field, Member, Part } from '../../src/report/view.js';
import { DAY } from '../../src/report/views/day.js';
import { FIT } from '../../src/report/views/fit.js';
import { HOURS } from '../../src/report/views/hours.js';
import { LEDGER } from '../../src/report/views/ledger.js';
import { MINUTE } from '../../src/report/views/minute.js';
import { PROCESSES } from '../../src/report/views/processes.js';
import { STATUS } from '../../src/report/views/status-document.js';
import { TOP } from '../../src/report/views/top.js';
import { TREND } from '../../src/report/views/trend.js';
import { USER_DETAILS } from '../../src/report/views/user.js';

export const DOCUMENTS: readonly DocumentType<never>[] = [
  ...[DAY, TREND, LEDGER, FIT, USER_DETAILS, HOURS, PROCESSES, MINUTE, STATUS, TOP],
];

export type Schema = Record<string, unknown>;

const NUMBER = { type: 'number', minimum: 0 };
const INTEGER = { type: 'integer', minimum: 0 };
const SECOND = String.raw`\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}`;

/** What values of each unit are in JSON. */
const TYPES: Record<Field<never>['unit'], { type: string } & Schema> = {
  credits: NUMBER,
  cpuTime: NUMBER,
  utilSeconds: NUMBER,
  duration: NUMBER,
  creditsPerWeek: { type: 'number' },
  percent: NUMBER,
  number: NUMBER,
  count: INTEGER,
  id: INTEGER,
  moment: { type: 'string', pattern: String.raw`^${SECOND}(\.\d{3})?[+-]\d{2}:\d{2}$` },
  utcMoment: { type: 'string', pattern: String.raw`^${SECOND}\.\d{3}Z$` },
  text: { type: 'string' },
  day: { type: 'string', pattern: String.raw`^\d{4}-\d{2}-\d{2}$` },
  flag: { type: 'boolean' },
};

/** The JSON Schema of a kind of document, which stands in a file of that name. Additions are allowed. */
export function toSchema({
  view,
  command,
  about,
  members,
  variants = [],
}: DocumentType<never>): Schema {
  const optional = new Set(variants.flat());
  const own = toObject(members, optional);
  const properties = {
    schema: {
      description: 'Raised when a field changes its meaning or goes, never when one is added.',
      const: 1,
    },
    view: { description: 'Which document this is.', const: view },
    ...own.properties,
  };
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `${view}.schema.json`,
    title: command,
    description: about,
    ...{ type: 'object', required: ['schema', 'view', ...own.required], properties },
    ...(variants.length === 0 ? {} : { oneOf: variants.map((names) => only(names, optional)) }),
  };
}

/** Of the members that are not in each document these alone. */
function only(names: readonly string[], optional: ReadonlySet<string>): Schema {
  const others = [...optional].filter((name) => !names.includes(name));
  const anyOf = others.map((name) => ({ required: [name] }));
  return { required: names, ...(anyOf.length === 0 ? {} : { not: { anyOf } }) };
}

function toObject(members: readonly Member<never>[], optional = new Set<string>()) {
  const names = members.map(({ name }) => name);
  return {
    type: 'object',
    required: names.filter((name) => !optional.has(name)),
    properties: Object.fromEntries(members.map((member) => [member.name, toProperty(member)])),
  };
}

function toProperty(member: Member<never>): Schema {
  return 'members' in member ? partOf(member) : fieldOf(member);
}

function partOf({ about: description, holds, members }: Part<never>): Schema {
  const object = toObject(members);
  if (holds === 'list') return { description, type: 'array', items: object };
  return { description, ...object, type: holds === 'object' ? 'object' : ['object', 'null'] };
}

function fieldOf({ about: description, unit, nullable, options, holds }: Field<never>): Schema {
  const [type, ...others] = [TYPES[unit].type, ...(nullable === true ? ['null'] : [])];
  const value = { ...TYPES[unit], type: others.length === 0 ? type : [type, ...others] };
  if (holds === 'list') return { description, type: 'array', items: value };
  if (holds === 'map') return { description, type: 'object', additionalProperties: value };
  if (options === undefined) return { description, ...value };
  const [only, ...more] = [...options, ...(nullable === true ? [null] : [])];
  return more.length === 0 ? { description, const: only } : { description, enum: [only, ...more] };
}
