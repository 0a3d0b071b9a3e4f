import type { Span } from '../../shared/days.js';

/** The part of a span that lies within another; undefined where they do not overlap. */
function clip(span: Span, within: Span): Span | undefined {
  const fromMs = Math.max(span.fromMs, within.fromMs);
  const toMs = Math.min(span.toMs, within.toMs);
  return fromMs < toMs ? { fromMs, toMs } : undefined;
}

export function clipAll(spans: readonly Span[], within: Span): Span[] {
  return spans.flatMap((span) => clip(span, within) ?? []);
}

/** The same time without overlaps: in order, spans that touch joined, empty ones left out. */
export function union(spans: readonly Span[]): Span[] {
  const joined: Span[] = [];
  for (const span of [...spans].sort((a, b) => a.fromMs - b.fromMs)) {
    if (span.fromMs >= span.toMs) continue;
    const last = joined.at(-1);
    if (last !== undefined && span.fromMs <= last.toMs) {
      last.toMs = Math.max(last.toMs, span.toMs);
    } else {
      joined.push({ ...span });
    }
  }
  return joined;
}

/** What is left of `within` beside the spans, which are a union that lies in it. */
export function complement(spans: readonly Span[], within: Span): Span[] {
  const left: Span[] = [];
  let fromMs = within.fromMs;
  for (const span of spans) {
    if (span.fromMs > fromMs) left.push({ fromMs, toMs: span.fromMs });
    fromMs = span.toMs;
  }
  if (fromMs < within.toMs) left.push({ fromMs, toMs: within.toMs });
  return left;
}

/** The milliseconds of all spans together. */
export function lengthMs(spans: readonly Span[]): number {
  return spans.reduce((sum, span) => sum + span.toMs - span.fromMs, 0);
}
