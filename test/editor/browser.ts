/** A Chromium without a window, and what goes wrong in its pages. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';

const FLAGS = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** @returns the path of a Chromium of this machine: `CHROMIUM`, or one on the path */
export function findChromium(): string | undefined {
  const { CHROMIUM: wanted, PATH = '' } = process.env;
  if (wanted) return wanted;
  const folders = PATH.split(delimiter);
  const names = ['chromium', 'chromium-browser', 'google-chrome'];
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Starts it with a profile of its own, which is gone when it is closed. */
export function startBrowser(executablePath: string): Promise<Browser> {
  // Chromium refuses its sandbox to root.
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath, headless: true, args: [...FLAGS, ...asRoot] });
}

/**
 * Notes what a user would find red in the developer tools: exceptions, errors in the console, and
 * requests that failed or were refused.
 * @returns the notes; they grow
 */
export function watch(page: Page): string[] {
  const troubles: string[] = [];
  page.on('pageerror', (error) => troubles.push(`exception: ${error.message}`));
  page.on('console', (said) => {
    if (said.type() === 'error') troubles.push(`console: ${said.text()} (${said.location().url})`);
  });
  page.on('response', (answer) => {
    if (answer.status() >= 400) troubles.push(`${answer.status()} from ${answer.url()}`);
  });
  page.on('requestfailed', (request) => {
    const why = request.failure()?.errorText ?? 'failed';
    troubles.push(`${why}: ${request.method()} ${request.url()}`);
  });
  return troubles;
}
