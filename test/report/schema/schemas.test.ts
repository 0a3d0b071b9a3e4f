import type { AnySchemaObject } from 'ajv/dist/2020.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { everyDocument, type NamedDocument } from './documents.js';
import { changed, placesOf } from './places.js';
import { errorsOf, isObjectSchema, SCHEMAS, strictErrorsOf, VIEWS } from './schemas.js';

let documents: NamedDocument[];
beforeAll(async () => {
  documents = await everyDocument();
});

it('there are documents of every view that has a schema', () => {
  expect([...new Set(documents.map(({ view }) => view))].sort()).toEqual([...VIEWS].sort());
});

const ofView = (view: string) => documents.filter((each) => each.view === view);

/** An object for what is none, a text for what is one: never of the type that it was. */
const ofAnotherType = (value: unknown) =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? 'a text' : { field: 1 };

describe.each(VIEWS)('the schema of the view %s', (view) => {
  it('describes every field of each document, and no other', () => {
    for (const { name, document } of ofView(view)) {
      expect(document, name).toMatchObject({ schema: 1, view });
      expect(strictErrorsOf(view, document), name).toEqual([]);
    }
  });

  it('refuses a document without any one of its fields', () => {
    for (const { name, document } of ofView(view)) {
      for (const place of placesOf(document)) {
        const without = changed(document, place, () => undefined);
        expect(errorsOf(view, without), `${name} without ${place.join('.')}`).not.toEqual([]);
      }
    }
  });

  it('refuses a field of another type', () => {
    for (const { name, document } of ofView(view)) {
      for (const place of placesOf(document)) {
        const wrong = changed(document, place, ofAnotherType);
        expect(errorsOf(view, wrong), `${name}, ${place.join('.')}`).not.toEqual([]);
      }
    }
  });

  it('refuses figures below nothing but for growth', () => {
    for (const { document } of ofView(view)) {
      for (const place of placesOf(document)) {
        const negative = changed(document, place, (old) => (typeof old === 'number' ? -1 : old));
        const isRefused = errorsOf(view, negative).length > 0;
        const isNumber = JSON.stringify(negative) !== JSON.stringify(document);
        const mayFall = place.includes('growthPerWeek');
        expect(isRefused, place.join('.')).toBe(isNumber && !mayFall);
      }
    }
  });

  it('allows additions, which the tests of documents do not', () => {
    for (const { document } of ofView(view)) {
      const more = { ...document, addition: 'new' };
      expect(errorsOf(view, more)).toEqual([]);
      expect(strictErrorsOf(view, more)).toHaveLength(1);
    }
  });
});

describe.each([...SCHEMAS])('%s', (file, schema) => {
  it('has its own name as its identity, and names no server', () => {
    expect(schema.$id).toBe(file);
    expect(schema['title']).toEqual(expect.any(String));
  });

  it('describes every field in words', () => {
    for (const [name, part] of fieldsWithin(schema)) {
      expect(part['description'], name).toMatch(/^.+\.$/);
    }
  });
});

function fieldsWithin(part: unknown): [string, AnySchemaObject][] {
  if (typeof part !== 'object' || part === null) return [];
  const own = isObjectSchema(part)
    ? Object.entries(part['properties'] as Record<string, AnySchemaObject>)
    : [];
  return [...own, ...Object.values(part).flatMap(fieldsWithin)];
}
