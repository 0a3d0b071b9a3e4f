import fc from 'fast-check';

const FIRST_SURROGATE = 0xd800;
const SURROGATES = 0x800;
const LAST_CODE_POINT = 0x10ffff;

/**
 * The unit of a string: any character, as fast-check’s own unit `binary` draws them. That one lists the million of them
 * before it draws the first, which takes longer than most tests that draw it.
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
