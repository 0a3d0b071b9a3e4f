import type { AnySchemaObject } from 'ajv/dist/2020.js';
import { SCHEMAS } from './schemas.js';

/** A part of a schema, and the schema whose definitions it may name. */
export interface SchemaPart {
  part: AnySchemaObject;
  schema: AnySchemaObject;
}

/** What a part refers to, with what it says itself going over that. */
export function resolved({ part, schema }: SchemaPart): SchemaPart {
  const { $ref: to, ...own } = part as { $ref?: string };
  if (to === undefined) return { part, schema };
  const [file = '', name = ''] = to.split('#/$defs/');
  const target = file === '' ? schema : SCHEMAS.get(file);
  const definitions = target?.['$defs'] as Record<string, AnySchemaObject> | undefined;
  const definition = definitions?.[name];
  if (target === undefined || definition === undefined) throw new Error(`there is no ${to}`);
  const there = resolved({ part: definition, schema: target });
  return { ...there, part: { ...there.part, ...own } };
}

/** The fields that a part describes, by name. */
export function fieldsOf({ part, schema }: SchemaPart): [string, SchemaPart][] {
  const fields = (part['properties'] ?? {}) as Record<string, AnySchemaObject>;
  return Object.entries(fields).map(([name, field]) => [name, resolved({ part: field, schema })]);
}
