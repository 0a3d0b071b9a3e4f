import { sanitizeJson } from '../../shared/sanitize.js';
import { exportFigure, type Member, type Part, type View } from '../view.js';

/** Raised when a field changes its meaning or goes; never when one is added. */
const SCHEMA = 1;

/** The view as a document that does no harm to a terminal, of the same shape whether anything was recorded or not. */
export function toJson({ document, timeZone }: View): string {
  const members = document.open((members, model) => toObject(members, model, timeZone));
  const text = JSON.stringify({ schema: SCHEMA, view: document.view, ...members }, null, 2);
  return `${sanitizeJson(text)}\n`;
}

/** JSON leaves out what is undefined. */
function toObject<Model>(
  members: readonly Member<Model>[],
  model: Model,
  timeZone: string,
): object {
  return Object.fromEntries(
    members.map((member) => [
      member.name,
      'open' in member
        ? exportPart(member, model, timeZone)
        : exportFigure(member, model, timeZone),
    ]),
  );
}

function exportPart<Model>({ holds, open }: Part<Model>, model: Model, timeZone: string): unknown {
  return open((members, rows) => {
    const objects = rows(model)?.map((row) => toObject(members, row, timeZone));
    return holds === 'list' || objects === undefined ? objects : (objects[0] ?? null);
  });
}
