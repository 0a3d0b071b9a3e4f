import fc from 'fast-check';

const FIRST_SURROGATE = 0xd800;
const SURROGATES = 0x800;
const LAST_CODE_POINT = 0x10ffff;

/**
 * Any character, for fast-check's strings: the same as its own `unit: 'binary'` gives for the same seed. That makes a list
 * of a million characters first, which takes about a second in each file.
 */
export const anyCharacter = fc.nat(LAST_CODE_POINT - SURROGATES).map(
  (index) => String.fromCodePoint(index < FIRST_SURROGATE ? index : index + SURROGATES),
  (value) => {
    if (typeof value !== 'string' || !/^\P{Surrogate}$/u.test(value))
      throw new Error('no character');
    const codePoint = value.codePointAt(0) ?? 0;
    return codePoint < FIRST_SURROGATE ? codePoint : codePoint - SURROGATES;
  },
);
