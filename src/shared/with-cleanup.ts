/**
 * Does what has to be done after some work, whether that went well or not. Where both fail it is the
 * work's error that is thrown: what fails afterwards fails because of it.
 */
export async function withCleanup<T>(work: () => Promise<T>, afterwards: () => void): Promise<T> {
  let result: T;
  try {
    result = await work();
  } catch (error) {
    attempt(afterwards);
    throw error;
  }
  afterwards();
  return result;
}

function attempt(work: () => void): void {
  try {
    work();
  } catch {
    // The error that came first is on its way.
  }
}
