import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { JournalBuilder } from '../../builders/journal.js';
import { tableOf } from '../../builders/report.js';
import { parseBudgets } from '../../../src/report/models/budgets.js';
import { toTerminal } from '../../../src/report/terminal.js';

describe('the table', () => {
  let journal: JournalBuilder;
  beforeEach(() => {
    journal = new JournalBuilder();
  });
  afterEach(() => {
    journal.remove();
  });

  const wholeDay = { from: '2026-03-28T10:00:00Z', to: '2026-03-30T12:00:00Z' };

  it('is as narrow as the terminal at every width, and never loses who spent what', async () => {
    journal
      .run({ ...wholeDay, programs: ['php-fpm', 'a-program-with-quite-a-long-name'] })
      .gap('2026-03-29T08:00:00Z', '2026-03-29T08:00:10Z')
      .user(1001, 'x'.repeat(200))
      .user(1002, '日本語の長い名前'.repeat(5))
      .usage({ at: '2026-03-29T09:00:00Z', uid: 1001, started: 12, cpuMs: 9_999_999_999 })
      .usage({ at: '2026-03-29T09:00:00Z', uid: 1002, started: 12, cpuMs: 1 });
    for (let columns = 60; columns <= 200; columns += columns < 100 ? 1 : 9) {
      const lines = (await tableOf(journal, { verbose: true }, { columns })).split('\n');
      for (const line of lines) expect(cellsOf(line), line).toBeLessThanOrEqual(columns);
      expect(lines.some((line) => line.startsWith('xxx') && line.includes('166,667'))).toBe(true);
      expect(lines.filter((line) => line.startsWith('total'))).toHaveLength(1);
    }
  });

  it('keeps what people decide by where there is little room, and names what it leaves out', async () => {
    journal
      .run({ from: '2026-03-28T10:00:00Z', to: '2026-03-29T18:00:00Z' })
      .user(1001, 'video_tv')
      .user(1002, 'shop_net')
      .usage({ at: '2026-03-29T09:00:00Z', uid: 1001, started: 12, cpuMs: 45_000_000 })
      .usage({ at: '2026-03-29T09:00:00Z', uid: 1002, started: 3, cpuMs: 15_000_000 });
    const asked = { budgets: parseBudgets(['20%']) };
    const order = ['user', 'credits', 'of host', 'of budget', 'by midnight', 'state', 'CPU time'];
    const all = [...order, 'processes', 'left'];
    for (let columns = 50; columns <= 120; columns += 3) {
      const shown = await tableOf(journal, asked, { columns }, Date.parse('2026-03-29T18:00:00Z'));
      const head = (/^user .*$/m.exec(shown)?.[0] ?? '').split(/ {2,}/);
      expect(head).toEqual(all.slice(0, head.length));
      expect(head.length).toBeGreaterThanOrEqual(5);
      const words = shown.replaceAll(/\s+/g, ' ');
      const [, leftOut = ''] = /left out at this width: ([^;]*); \d+ columns/.exec(words) ?? [];
      expect([...head, ...leftOut.split(', ')].filter((title) => title !== '')).toEqual(all);
    }
  });

  it('names who is over the budget and who is on course to go over, of all users', async () => {
    journal.run({ from: '2026-03-28T10:00:00Z', to: '2026-03-29T18:00:00Z' });
    const spent = [30_000_000, 20_000_000, 15_000_000, 14_500_000, 100];
    for (const [at, cpuMs] of spent.entries()) {
      journal
        .user(1001 + at, `user_${at}`)
        .usage({ at: '2026-03-29T09:00:00Z', uid: 1001 + at, started: 1, cpuMs });
    }
    const asked = { budgets: parseBudgets(['20%']), top: 1 };
    const shown = await tableOf(
      journal,
      asked,
      { columns: 200 },
      Date.parse('2026-03-29T18:00:00Z'),
    );
    expect(shown).toContain(
      '5 users · budget 276 credits each (in all 0.50 × this host) · ' +
        '2 over it: user_0, user_1 · 2 on course to exceed it: user_2, user_3\n',
    );
    const few = { budgets: parseBudgets(['1c']), top: 1 };
    const many = await tableOf(journal, few, { columns: 200 });
    expect(many).toContain('4 over it\n');
    const none = await tableOf(journal, { budgets: parseBudgets(['90%']) }, { columns: 200 });
    expect(none).toContain(' · nobody over it\n');
    expect(await tableOf(journal)).toContain('5 users · no budget set (--budget)\n');
  });

  it('of a host says how much of its capacity was spent, however narrow it is', async () => {
    journal
      .run(wholeDay)
      .user(1001, 'foo_com')
      .usage({ at: '2026-03-29T09:00:00Z', uid: 1001, started: 1, cpuMs: 82_800_000 });
    expect(await tableOf(journal, { by: 'host' }, { columns: 60 })).toMatch(/^web1 .* 50\.0 % /m);
  });

  it('has no control characters from names in it', async () => {
    journal
      .run({ ...wholeDay, host: 'web\u{1b}]0;x\u{7}', programs: ['\u{202e}php'] })
      .user(1001, 'foo\u{1b}[2J\n\u{9b}1A')
      .usage({ at: '2026-03-29T09:00:00Z', uid: 1001, started: 1, cpuMs: 1_000 });
    const shown = await tableOf(journal, { verbose: true });
    expect(shown.replaceAll('\n', '')).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
    expect(shown).toContain('foo\u{fffd}[2J\u{fffd}\u{fffd}1A');
  });

  it('is in colour only where that is wanted, with the same words', async () => {
    journal
      .run(wholeDay)
      .user(1001, 'over')
      .usage({ at: '2026-03-29T09:00:00Z', uid: 1001, started: 1, cpuMs: 90_000_000 });
    const asked = { budgets: parseBudgets(['100%']) };
    const coloured = await tableOf(journal, asked, { colour: true });
    const escape = '\u{1b}';
    expect(coloured).toContain(`${escape}[31m109 %${escape}[39m`);
    expect(coloured).toContain(`${escape}[31mover${escape}[39m`);
    const plain = coloured.replaceAll(new RegExp(`${escape}\\[\\d+m`, 'g'), '');
    expect(plain).toBe(await tableOf(journal, asked));
  });

  it('tells of whom it knows nothing because the kernel hid them', async () => {
    journal
      .run({ ...wholeDay, visibility: 'own' })
      .user(1001, 'me')
      .usage({ at: '2026-03-29T09:00:00Z', uid: 1001, started: 1, cpuMs: 1_000 });
    expect(await tableOf(journal)).toContain("other users' processes were hidden");
  });

  it('tells that users are not told apart where the recorder was in a user namespace', async () => {
    journal
      .run({ ...wholeDay, usersUnmapped: 1 })
      .user(65_534, 'nobody')
      .usage({ at: '2026-03-29T09:00:00Z', uid: 65_534, started: 1, cpuMs: 1_000 });
    expect(await tableOf(journal)).toContain('users are not told apart');
  });

  it('tells where ps showed less than procps 4 does, and for how long', async () => {
    journal
      .run({ from: '2026-03-28T23:00:00Z', to: '2026-03-29T10:00:00Z', precision: 'pcpu' })
      .run({ from: '2026-03-29T10:00:00Z', to: '2026-03-29T22:00:00Z' })
      .user(1001, 'me')
      .usage({ at: '2026-03-29T09:00:00Z', uid: 1001, started: 1, cpuMs: 1_000 });
    const shown = (await tableOf(journal)).replaceAll(/\s+/g, ' ');
    expect(shown).toContain('figures less exact: procps 3.3 shows');
    expect(shown).toContain('for a part of the time');
    expect(shown).not.toContain('how old processes are');
  });

  it('tells where ps could not tell ages', async () => {
    journal
      .run({ ...wholeDay, agesUnknown: 1 })
      .user(1001, 'me')
      .usage({ at: '2026-03-29T09:00:00Z', uid: 1001, started: 1, cpuMs: 1_000 });
    const shown = await tableOf(journal);
    expect(shown).toContain('ps can’t tell how old processes are in this container');
    expect(shown).not.toContain('for a part of the time');
  });

  it('tells from when on something else was recorded', async () => {
    journal
      .run({ from: '2026-03-28T23:00:00Z', to: '2026-03-29T10:00:00Z', programs: ['php-fpm'] })
      .run({ from: '2026-03-29T10:00:00Z', to: '2026-03-29T12:00:00Z', programs: ['php-fpm'] })
      .run({ from: '2026-03-29T12:00:00Z', to: '2026-03-29T22:00:00Z', users: ['foo'] })
      .user(1001, 'me')
      .usage({ at: '2026-03-29T09:00:00Z', uid: 1001, started: 1, cpuMs: 1_000 });
    expect(await tableOf(journal)).toContain(
      'processes recorded: php-fpm with forks, from 00:00; every program of foo, from 14:00',
    );
  });

  it('of a day on which no process was seen says so', async () => {
    journal.run({ ...wholeDay, programs: ['php-fpm'] });
    const shown = await tableOf(journal);
    expect(shown).toContain('no such process was seen');
    expect(shown).toContain('recorded 100 %\n');
    expect(shown).not.toContain('total');
  });

  it('of a day asleep says when the host was awake before and after', async () => {
    journal.run(wholeDay).gap('2026-03-28T20:00:00Z', '2026-03-30T08:00:00Z', 'suspended');
    const shown = await tableOf(journal);
    expect(shown).toContain('nothing was recorded on this day');
    expect(shown).toContain('last recorded before: Saturday 28 March 2026, 21:00 (every program)');
    expect(shown).toContain('next recorded after: Monday 30 March 2026, 10:00 (every program)');
  });

  it('of a day that is not over says until when it goes', async () => {
    journal
      .run({ from: '2026-03-28T10:00:00Z', to: '2026-03-29T10:00:00Z', endReason: null })
      .user(1001, 'me')
      .usage({ at: '2026-03-29T09:00:00Z', uid: 1001, started: 1, cpuMs: 1_000 });
    const shown = await tableOf(journal, {}, {}, Date.parse('2026-03-29T10:00:05Z'));
    expect(shown).toContain(
      'Sun 29 Mar 2026 (23 hours) until 12:00 Europe/Ljubljana · recorded 100 %\n',
    );
    expect(shown).not.toContain('not recorded');
  });

  it.each([
    ['running', '2026-03-29T10:00:05Z'],
    ['no sign of life since', '2026-03-29T16:00:00Z'],
  ])('says of a recorder that has not ended: %s', async (words, now) => {
    journal
      .run({ from: '2026-03-28T10:00:00Z', to: '2026-03-29T10:00:00Z', endReason: null })
      .user(1001, 'me')
      .usage({ at: '2026-03-29T09:00:00Z', uid: 1001, started: 1, cpuMs: 1_000 });
    const shown = await tableOf(journal, { verbose: true }, {}, Date.parse(now));
    expect(shown).toContain(`each 1s, psusage 0.1.0, ${words}\n`);
  });

  it('says how much was spent by processes that no sample showed, if there is any', async () => {
    journal
      .run(wholeDay)
      .user(1001, 'me')
      .usage({ at: '2026-03-29T09:00:00Z', uid: 1001, started: 1, cpuMs: 90_000 });
    expect(await tableOf(journal)).not.toContain('short-lived');
    journal.usage({
      at: '2026-03-29T09:00:00Z',
      uid: 1001,
      command: '(unseen)',
      cpuMs: 30_000,
      unseenCpuMs: 30_000,
    });
    const shown = await tableOf(journal, { verbose: true });
    expect(shown).toMatch(/^total +2\.00 .* 12,000 +0:00:30 /m);
    expect(shown).toContain('0.50 of these credits were spent by processes too short-lived to be');
  });

  it('does not make much of the moment that a restart takes', async () => {
    journal
      .run({ from: '2026-03-28T10:00:00Z', to: '2026-03-29T10:00:00.000Z' })
      .run({ from: '2026-03-29T10:00:00.431Z', to: '2026-03-29T12:00:00Z' });
    const at = (iso: string) => tableOf(journal, {}, {}, Date.parse(iso));
    expect(await at('2026-03-29T12:00:00Z')).toMatch(
      /recorded 99\.9 %\n[^]*\nnot recorded: 431ms in all\n/,
    );
    expect(await at('2026-03-29T12:30:00Z')).toContain(
      'not recorded: 1 gap: 14:00:00 – 14:30:00 (30m)',
    );
  });

  it('tells the two 02:30 of a day of 25 hours apart', async () => {
    journal
      .run({ from: '2026-10-24T10:00:00Z', to: '2026-10-26T10:00:00Z' })
      .gap('2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z');
    const days = { kind: 'day', day: '2026-10-25' } as const;
    const shown = await tableOf(journal, { days }, {}, Date.parse('2026-10-27T00:00:00Z'));
    expect(shown).toContain('02:30:00 +02:00 – 02:30:00 +01:00 (1h)');
    expect(shown).toContain('Sun 25 Oct 2026 (25 hours)');
  });
});

describe('the terminal', () => {
  it('is as wide as it says, else as COLUMNS says, else as usual', () => {
    expect(toTerminal({ isTTY: true, columns: 132 }, { COLUMNS: '70' }).columns).toBe(132);
    expect(toTerminal({ isTTY: true, columns: 0 }, { COLUMNS: '70' }).columns).toBe(70);
    expect(toTerminal({ isTTY: true }, {}).columns).toBe(80);
    expect(toTerminal({}, { COLUMNS: 'wide' }).columns).toBe(100);
  });

  it('has colours unless it is none or NO_COLOR is set', () => {
    expect(toTerminal({ isTTY: true }, { NO_COLOR: '' }).colour).toBe(true);
    expect(toTerminal({ isTTY: true }, { NO_COLOR: '1' }).colour).toBe(false);
    expect(toTerminal({ isTTY: true }, { TERM: 'dumb' }).colour).toBe(false);
    expect(toTerminal({}, {}).colour).toBe(false);
  });
});

/** Terminal cells of a line: characters of East Asian scripts take two. */
function cellsOf(line: string): number {
  return line.length + (line.match(/[\u3000-\u9fff]/g)?.length ?? 0);
}
