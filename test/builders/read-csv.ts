/**
 * The cells of each line as a spreadsheet reads them that takes each of the separators for one. A quote
 * means something at a cell's beginning only; two of them in quotes are one.
 */
export function readCsv(text: string, separators = ','): string[][] {
  const lines: string[][] = [];
  let line: string[] = [];
  let cell = '';
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const sign = text.charAt(at);
    if (quoted) {
      if (sign !== '"') cell += sign;
      else if (text[at + 1] === '"') cell += text.charAt(++at);
      else quoted = false;
    } else if (sign === '"' && cell === '') {
      quoted = true;
    } else if (separators.includes(sign)) {
      line.push(cell);
      cell = '';
    } else if (sign === '\n' || sign === '\r') {
      lines.push([...line, cell]);
      [line, cell] = [[], ''];
      if (sign === '\r' && text[at + 1] === '\n') at++;
    } else {
      cell += sign;
    }
  }
  return cell === '' && line.length === 0 ? lines : [...lines, [...line, cell]];
}
