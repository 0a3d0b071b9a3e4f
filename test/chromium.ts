import { type Browser, chromium } from 'playwright-core';
import { pathOf } from './servers/installed.js';

/** Starts the system's browser; nothing is downloaded. */
export function startChromium(): Promise<Browser> {
  const executablePath = pathOf({ name: 'chromium', debianPackage: 'chromium' });
  // Its sandbox needs a user other than root, or rights that a container does not give.
  return chromium.launch({ executablePath, args: ['--no-sandbox'] });
}
