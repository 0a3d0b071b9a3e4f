import { markdown } from '../experiment/table.js';
import { writeSection } from '../performance-page.js';
import { verdictsOf } from './bars.js';
import type { HostCost } from './measure.js';
import type { Storm } from './storm.js';
import { costTable, partsTable, stormTable, verdictTable } from './tables.js';

const INTRODUCTION = `A host \`1000/10\` has 1,000 processes of which 10 are followed, 9 of these at 1 to 3 % of a vCPU and
all others asleep; in \`1000/all\` everything is followed, and 20 are busy. "80" is what the machine has
by itself. Each figure is CPU time in ms a sample, one a second: of all processes of a tool, from
its cgroup, the start left out: a minute and a half of psusage, which runs for months. psusage's is the mean of several minutes, so that its runs of ps for the whole host
are in it; the others run beside it for a minute, two at a time. An empty field: not installed, or can't do the same.`;

const TOOLS = `- **ps $(pgrep)**: \`bash -c 'ps -o pid=,times=,user= $(pgrep NAME)'\`, the older tool's pipeline, alone.
- **pidstat**: \`pidstat -u 1\`; it looks at every process, as the next two do.
- **atop**: \`atop -w FILE 1\`, without process accounting.
- **process-exporter**: \`prometheus-process-exporter\`, asked each second; who asks is not counted.`;

const PARTS = `Where psusage's cost lies, in ms a sample. What the machine forks besides costs psusage more: whoever may be
new is asked for. A run of ps for the whole host is in some windows of 10 s only.`;

const OBSTACLES = `What stands in the way where a figure does not hold: ps has to be started for each sample. \`ps --version\`, which
reads no process, takes three quarters of the CPU time of a run that shows a dozen of them (2.6 of 3.4 ms, in turns): the
loading of ten libraries. On a small host pidstat, which goes on running, needs less than that for everything. The
rest is the recorder: to wake up and collect garbage 1 ms, to hand the list to its shell and read the answer 1.3, to follow
0.5, to write 0.9, where something has changed. With 1,000 processes the run for the whole host each half minute adds 2 ms a sample.`;

const STORM = `A C program forks 2,000 children a second that end at once, and waits for each. psusage follows it; no sample sees
more than a few of the forks:`;

/** Writes the bench's section of the page, and returns the page's path. */
export function writePage(costs: readonly HostCost[], storm: Storm): Promise<string> {
  return writeSection({
    heading: 'A sample, beside other tools',
    command: 'npm run bench:tick',
    runs: 'one run on each host, side by side',
    body: [
      INTRODUCTION,
      TOOLS,
      markdown(costTable(costs)),
      'What must hold, and whether it does:',
      markdown(verdictTable(verdictsOf(costs, storm))),
      PARTS,
      markdown(partsTable(costs)),
      OBSTACLES,
      STORM,
      markdown(stormTable(storm)),
    ],
  });
}
