/** How parts of the table stand out. */
export interface Colours {
  dim: (text: string) => string;
  bold: (text: string) => string;
  red: (text: string) => string;
}

const asItIs = (text: string): string => text;
const NONE: Colours = { dim: asItIs, bold: asItIs, red: asItIs };

/** The library is not loaded for an output without colour, such as cron's. */
export async function loadColours({ colour }: { colour: boolean }): Promise<Colours> {
  if (!colour) return NONE;
  const { default: picocolors } = await import('picocolors');
  return picocolors.createColors(true);
}
