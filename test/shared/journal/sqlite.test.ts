import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { startCli } from '../../cli.js';
import { temporaryFolder } from '../../temporary-folder.js';

const ADDON = 'node_modules/better-sqlite3/build/Release/better_sqlite3.node';

/** The number of the Node.js that the compiled part was built for: in the name of a function, and in a field of 32 bits. */
const ABI = Number(process.versions.modules);
const OTHER_ABI = ABI - 7;

interface Broken {
  addon?: Buffer;
  isAbsent?: boolean;
}

/** An installation in a folder of its own, without better-sqlite3 or with another compiled part. */
function installation({ addon, isAbsent = false }: Broken): string {
  const root = join(temporaryFolder(), `psusage's folder`);
  const copied = ['dist', 'migrations', 'package.json'];
  if (!isAbsent) copied.push('node_modules/better-sqlite3/package.json');
  for (const path of copied) cpSync(path, join(root, path), { recursive: true });
  if (addon !== undefined) {
    mkdirSync(dirname(join(root, ADDON)), { recursive: true });
    writeFileSync(join(root, ADDON), addon);
  }
  return root;
}

async function outcomeOf(root: string, args: string[]) {
  const run = startCli(args, {}, { cli: join(root, 'dist/cli.cjs') });
  return { exitCode: await run.ended, lines: run.stderr().trimEnd().split('\n') };
}

function replaced(bytes: Buffer, from: Buffer, to: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  let found = 0;
  for (let at = copy.indexOf(from); at >= 0; at = copy.indexOf(from, at + 1)) {
    to.copy(copy, at);
    found += 1;
  }
  expect(found).toBeGreaterThan(0);
  return copy;
}

/** With the next two fields, which are nothing before it is loaded. */
function abiField(abi: number): Buffer {
  const field = Buffer.alloc(16);
  field.writeInt32LE(abi);
  return field;
}

const name = (abi: number) => Buffer.from(`node_register_module_v${abi}`);

const rebuildIn = (root: string) =>
  `npm rebuild --prefix '${root.replaceAll("'", String.raw`'\''`)}' better-sqlite3`;

test.each([
  [['record', '--for', '1s']],
  [['ship', '--url', 'http://127.0.0.1:9', '--database', 'psusage']],
  [['prune', '--keep', '90d']],
  [['report']],
  [['status']],
  [['salvage', 'damaged.db', '--output', 'salvaged.db']],
])('%j says in one line that better-sqlite3 was not built, and makes no file', async (command) => {
  const root = installation({});
  const state = temporaryFolder();
  const journal = join(state, 'psusage.db');
  const args = [...command, '--config', '/dev/null', '--journal', journal];
  expect(await outcomeOf(root, args)).toEqual({
    exitCode: 1,
    lines: [
      'psusage: cannot open any journal: better-sqlite3 was not built: npm did not run its install script',
      `hint: ${rebuildIn(root)}`,
    ],
  });
  expect(readdirSync(state)).toEqual([]);
});

const built = readFileSync(ADDON);

test.each<[string, Broken, (root: string) => [why: string, hint: string]]>([
  [
    'built for another Node.js',
    {
      addon: replaced(
        replaced(built, name(ABI), name(OTHER_ABI)),
        abiField(ABI),
        abiField(OTHER_ABI),
      ),
    },
    (root) => [
      `better-sqlite3 was built for another Node.js than ${process.version}`,
      rebuildIn(root),
    ],
  ],
  [
    'built for a newer system',
    { addon: replaced(built, Buffer.from('GLIBC_2.'), Buffer.from('GLIBC_9.')) },
    (root) => [
      'better-sqlite3 was built for a newer system, with GLIBC_9',
      `npm_config_build_from_source=true ${rebuildIn(root)}`,
    ],
  ],
  [
    'cut off',
    { addon: built.subarray(0, 40) },
    (root) => [
      `better-sqlite3 cannot be loaded: ${join(root, ADDON)}: file too short`,
      rebuildIn(root),
    ],
  ],
  [
    'absent',
    { isAbsent: true },
    () => ['better-sqlite3 is not installed', 'install psusage again'],
  ],
])(
  'where better-sqlite3 is %s one line says so, and one what mends it',
  async (_, broken, said) => {
    const root = installation(broken);
    const { exitCode, lines } = await outcomeOf(root, ['report', '--config', '/dev/null']);
    expect(exitCode).toBe(1);
    const [why, hint] = said(root);
    expect(lines.map((line) => line.replace(/(GLIBC_9)\.\d+/, '$1'))).toEqual([
      `psusage: cannot open any journal: ${why}`,
      `hint: ${hint}`,
    ]);
  },
);
