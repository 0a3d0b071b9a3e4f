/** What a sampler makes of a process under one user; a process that changes users may have several. */
export interface SampledProcess {
  readonly pid: number;
  readonly userName: string;
  readonly cpuMs: number;
}

/** A way to sample CPU time that runs beside a load, outside its cgroup. */
export interface Sampler {
  /** Stops it and tells what it has seen, of whatever processes. */
  stop(): Promise<SampledProcess[]>;
}
