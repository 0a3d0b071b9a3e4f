/** What a piece of work took, without the start of its process. */
export interface Measured {
  readonly wallMs: number;
  readonly cpuMs: number;
  /** The most that the process ever held. */
  readonly memoryMiB: number;
}

/** Does the work and prints what it took, as one line of JSON. */
export async function measured(work: () => Promise<unknown>): Promise<void> {
  const [startedMs, before] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(before);
  const took: Measured = {
    wallMs: performance.now() - startedMs,
    cpuMs: (user + system) / 1_000,
    memoryMiB: process.resourceUsage().maxRSS / 1_024,
  };
  console.log(JSON.stringify(took));
}
