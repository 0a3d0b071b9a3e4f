/** A size of a burstable instance, as its maker states it. */
export interface BurstableSize {
  name: string;
  vcpus: number;
  /** Of each vCPU. */
  baselinePercent: number;
  creditsPerHour: number;
  /** The most that a balance can be: 24 hours of earnings. */
  capCredits: number;
}

/** The families in which a size has these figures. */
export const BURSTABLE_FAMILIES = ['t3', 't3a', 't4g'] as const;

/**
 * From the smallest to the largest. The figures are those of the credit table of the EC2 user guide,
 * "Key concepts and definitions for burstable performance instances", which are the same for T3, T3a and
 * T4g: its public archive awsdocs/amazon-ec2-user-guide, commit 0147f87,
 * `doc_source/burstable-credits-baseline-concepts.md`, as read on 25 November 2026. Memory, by which
 * small and medium differ, is no part of it.
 */
export const BURSTABLE_SIZES: readonly BurstableSize[] = [
  { name: 'nano', vcpus: 2, baselinePercent: 5, creditsPerHour: 6, capCredits: 144 },
  { name: 'micro', vcpus: 2, baselinePercent: 10, creditsPerHour: 12, capCredits: 288 },
  { name: 'small', vcpus: 2, baselinePercent: 20, creditsPerHour: 24, capCredits: 576 },
  { name: 'medium', vcpus: 2, baselinePercent: 20, creditsPerHour: 24, capCredits: 576 },
  { name: 'large', vcpus: 2, baselinePercent: 30, creditsPerHour: 36, capCredits: 864 },
  { name: 'xlarge', vcpus: 4, baselinePercent: 40, creditsPerHour: 96, capCredits: 2_304 },
  { name: '2xlarge', vcpus: 8, baselinePercent: 40, creditsPerHour: 192, capCredits: 4_608 },
];
