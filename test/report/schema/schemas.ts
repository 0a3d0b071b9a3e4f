import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020, type AnySchemaObject, type ValidateFunction } from 'ajv/dist/2020.js';

const FOLDER = new URL('../../../docs/schema/', import.meta.url);

/** Every published schema by its file's name. */
export const SCHEMAS: ReadonlyMap<string, AnySchemaObject> = new Map(
  readdirSync(FOLDER).map((file) => [
    file,
    JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')) as AnySchemaObject,
  ]),
);

/** `report`, `trend` and so on. */
export const VIEWS = [...SCHEMAS.keys()].map((file) => file.replace('.schema.json', ''));

/** Whether a part of a schema describes an object field by field, rather than one condition on it. */
export function isObjectSchema(value: unknown): value is AnySchemaObject {
  if (typeof value !== 'object' || value === null || !('properties' in value)) return false;
  const type = 'type' in value ? [value.type].flat() : [];
  return type.includes('object');
}

/** The same schema without room for additions: a field that it does not describe is an error. */
function withoutAdditions(schema: AnySchemaObject): AnySchemaObject {
  return mapObjects(schema, (part) =>
    isObjectSchema(part) ? { additionalProperties: false, ...part } : part,
  ) as AnySchemaObject;
}

function mapObjects(value: unknown, change: (part: object) => object): unknown {
  if (Array.isArray(value)) return value.map((each) => mapObjects(each, change));
  if (typeof value !== 'object' || value === null) return value;
  return change(
    Object.fromEntries(Object.entries(value).map(([key, part]) => [key, mapObjects(part, change)])),
  );
}

function compiled(schemas: readonly AnySchemaObject[]): (view: string) => ValidateFunction {
  const ajv = new Ajv2020({
    strict: true,
    strictRequired: false,
    allowUnionTypes: true,
    allErrors: true,
  });
  ajv.addSchema([...schemas]);
  return (view) => {
    const validate = ajv.getSchema(`${view}.schema.json`);
    if (validate === undefined) throw new Error(`there is no schema of ${view}`);
    return validate as ValidateFunction;
  };
}

const published = compiled([...SCHEMAS.values()]);
const strict = compiled([...SCHEMAS.values()].map(withoutAdditions));

/** What is wrong with a document for a consumer; empty where nothing is. */
export function errorsOf(view: string, document: unknown): string[] {
  return errors(published(view), document);
}

/** The same, and each field that the schema doesn't describe. */
export function strictErrorsOf(view: string, document: unknown): string[] {
  return errors(strict(view), document);
}

function errors(validate: ValidateFunction, document: unknown): string[] {
  if (validate(document)) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) =>
      `${instancePath} ${message ?? ''} ${JSON.stringify(params)}`,
  );
}
