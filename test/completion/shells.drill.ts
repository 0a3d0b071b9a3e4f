import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { bashCompletion } from '../../src/completion/bash.js';
import { describe as describeCommand } from '../../src/completion/describe.js';
import { fishCompletion } from '../../src/completion/fish.js';
import { zshCompletion } from '../../src/completion/zsh.js';
import { wholeProgram } from '../../src/program.js';
import { temporaryFolder } from '../temporary-folder.js';

const folder = temporaryFolder();
const scripts = {
  bash: join(folder, 'psusage.bash'),
  zsh: join(folder, '_psusage'),
  fish: join(folder, 'psusage.fish'),
};

beforeAll(async () => {
  const root = describeCommand(await wholeProgram());
  writeFileSync(scripts.bash, bashCompletion(root));
  writeFileSync(scripts.zsh, zshCompletion(root));
  writeFileSync(scripts.fish, fishCompletion(root));
  writeFileSync(join(folder, 'a-file.toml'), '');
});

type Complete = (line: string) => string[];

/** What bash fills in for a line that is split as readline splits it: at spaces and equals signs. */
function inBash(line: string): string[] {
  const words = line.split(/ |(?==)|(?<==)/);
  const script = `compopt() { :; }
    source ${scripts.bash}
    COMP_WORDS=(${words.map(quoted).join(' ')})
    COMP_CWORD=${words.length - 1}
    _psusage
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  return linesOf(execFileSync('bash', ['--norc', '-c', script], { encoding: 'utf8', cwd: folder }));
}

/** What zsh's functions find to add, on a terminal of its own. */
function inZsh(line: string): string[] {
  const scratch = temporaryFolder();
  const setUp = join(scratch, 'set-up');
  const added = join(scratch, 'added');
  const done = join(scratch, 'done');
  writeFileSync(
    setUp,
    `fpath=(${folder} $fpath)
    autoload -Uz compinit
    compinit -u -D
    compadd() {
      local -a hits
      builtin compadd -O hits "$@"
      print -rl -- $hits >>${added}
      builtin compadd "$@"
    }
    finished() { : >${done}; }
    zle -N finished
    bindkey '^X^F' finished
    PS1=`,
  );
  writeFileSync(added, '');
  const driver = `zmodload zsh/zpty
    zpty shell zsh -f -i
    zpty -w shell "source ${setUp}; print READ''Y"
    zpty -r -m shell output '*READY*'
    zpty -w -n shell ${quoted(line)}$'\\t\\x18\\x06'
    until [[ -e ${done} ]]; do zpty -r -t shell output; sleep 0.05; done
    zpty -d shell`;
  spawnSync('zsh', ['-f', '-c', driver], { cwd: folder, timeout: 20_000 });
  return linesOf(readFileSync(added, 'utf8'));
}

function inFish(line: string): string[] {
  const home = temporaryFolder();
  const text = execFileSync(
    'fish',
    ['--no-config', '-c', `source ${scripts.fish}; complete -C ${quoted(line)}`],
    {
      encoding: 'utf8',
      cwd: folder,
      env: { PATH: process.env['PATH'], HOME: home, XDG_CONFIG_HOME: home },
    },
  );
  return linesOf(text).map((each) => each.split('\t', 1)[0] ?? '');
}

function linesOf(text: string): string[] {
  return [...new Set(text.split('\n').filter((each) => each !== ''))].sort();
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

describe.each<[string, Complete]>([
  ['bash', inBash],
  ['zsh', inZsh],
  ['fish', inFish],
])('%s', (_, complete) => {
  test('completes a command', () => {
    expect(complete('psusage repo')).toEqual(['report']);
  });

  test('completes the options of a command, and those of all', () => {
    expect(complete('psusage report --form')).toEqual(['--format']);
    expect(complete('psusage report --jou')).toEqual(['--journal']);
    expect(complete('psusage ship --interv')).toEqual([]);
  });

  test('completes what an option takes', () => {
    expect(complete('psusage report --format ')).toEqual([
      'csv',
      'html',
      'json',
      'nagios',
      'prometheus',
      'table',
    ]);
    expect(complete('psusage record --user roo')).toEqual(['root']);
  });

  test('completes names of files where an option takes one', () => {
    expect(complete('psusage --config a-f')).toEqual(['a-file.toml']);
  });

  test('completes what an argument takes', () => {
    expect(complete('psusage completion ba')).toEqual(['bash']);
  });
});

test('bash completes a value behind an equals sign', () => {
  expect(inBash('psusage report --format=j')).toEqual(['json']);
});

test('bash does not take the value of an option for a command', () => {
  expect(inBash('psusage --host report completion ba')).toEqual(['bash']);
});
