import { sanitizeJson } from '../../shared/sanitize.js';
import { exportFigure, type Member, type Part, type View } from '../view.js';

/** Raised when a field changes its meaning or goes; never when one is added. */
const SCHEMA = 1;

/** The view as a document that does no harm to a terminal, of the same shape whether anything was recorded or not. */
export function toJson({ document, timeZone }: View): string {
  const { view, members, model } = document;
  const values = toObject(members, model, timeZone);
  const text = JSON.stringify({ schema: SCHEMA, view, ...values }, null, 2);
  return `${sanitizeJson(text)}\n`;
}

/** JSON leaves out what is undefined. */
function toObject(members: readonly Member<never>[], model: unknown, timeZone: string): object {
  return Object.fromEntries(
    members.map((member) => [
      member.name,
      'members' in member
        ? exportPart(member, model, timeZone)
        : exportFigure(member, model, timeZone),
    ]),
  );
}

function exportPart(part: Part<never>, model: unknown, timeZone: string): unknown {
  const { holds, members, rows } = part;
  const objects = rows(model as never)?.map((row) => toObject(members, row, timeZone));
  return holds === 'list' || objects === undefined ? objects : (objects[0] ?? null);
}
