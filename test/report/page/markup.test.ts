import { expect, it } from 'vitest';
import { html, name, shortened, trusted } from '../../../src/report/formats/markup.js';

it('escapes what would be markup, in texts and in attributes', () => {
  const evil = `"><script>alert('&')</script>`;
  const escaped = '&quot;&gt;&lt;script&gt;alert(&#39;&amp;&#39;)&lt;/script&gt;';
  expect(html`<p title="${evil}">${evil}</p>`.text).toBe(`<p title="${escaped}">${escaped}</p>`);
});

it('takes markup as it is, also in a list', () => {
  const items = ['a', '<b>'].map((text) => html`<li>${text}</li>`);
  expect(html`${items}${trusted('<hr>')}`.text).toBe('<li>a</li>\n<li>&lt;b&gt;</li><hr>');
});

it('shows control characters and marks of direction as a sign', () => {
  expect(html`${'a\u0000b\u001b[31mc\u202ed\u2066'}`.text).toBe('a\ufffdb\ufffd[31mc\ufffdd\ufffd');
});

it('cuts names that are too long, and no character in half', () => {
  expect(name('x'.repeat(65_536)).text).toBe(`<bdi>${'x'.repeat(199)}…</bdi>`);
  expect(shortened('👍👍👍👍', 3)).toBe('👍👍…');
  expect(shortened('👍👍👍', 3)).toBe('👍👍👍');
});
