import type { Argument, Option } from 'commander';

/** Whether the option is either there or not, such as `--verbose` and `--no-forks`. */
export function isFlag(option: Option): boolean {
  return option.isBoolean() || option.negate;
}

/** Whether the option may be given several times; its value is a list. */
export function mayRepeat(option: Option): boolean {
  return option.variadic || Array.isArray(option.defaultValue);
}

/**
 * What the command line would make of the same texts.
 *
 * @param isList whether the value is a list; else there is one text
 */
export function readTexts(
  target: Option | Argument,
  isList: boolean,
  texts: readonly string[],
): unknown {
  const parse = target.parseArg;
  if (parse === undefined) return isList ? texts : texts[0];
  return texts.reduce<unknown>((previous, text) => parse(text, previous), isList ? [] : undefined);
}
