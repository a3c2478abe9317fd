/** In a plain sentence: where the orders of an account go, as the dialog stands. */
import { hasTestnet, SITES } from '../../bybit/sites';
import type { Problem, ProblemValues } from '../../properties/problems';
import { readFlag, variableName, type Read } from '../../properties/values';
import { readHosts, readSite, type RawProperties } from '../settings';

export type PlaceSentence =
  | {
      readonly key: 'mainnet' | 'testnet' | 'demo' | 'custom' | 'variable';
      readonly values: ProblemValues;
    }
  | Problem;

export function placeSentence(raw: RawProperties): PlaceSentence {
  const variables = ['testnet', 'site', 'restUrl'] as const;
  const used = variables.filter((property) => matters(property, raw));
  const unknown = used.map((property) => variableName(raw[property])).filter((name) => name);
  if (unknown.length > 0) return { key: 'variable', values: { names: unknown.join(', ') } };
  const site = readSite(raw.site);
  if (site.problem !== undefined) return site;
  const testnet: Read<boolean> = matters('testnet', raw)
    ? readFlag('testnet', raw.testnet)
    : { value: false };
  if (testnet.problem !== undefined) return testnet;
  // The stream may still be a variable, and says nothing of where orders go.
  const hosts = readHosts(site.value, testnet.value, { restUrl: raw.restUrl, streamUrl: '' });
  if (hosts.problem !== undefined) return hosts;
  const { environment, restUrl } = hosts.value;
  return { key: environment, values: { host: new URL(restUrl).host } };
}

function matters(property: 'testnet' | 'site' | 'restUrl', { site }: RawProperties): boolean {
  if (property === 'restUrl') return site === 'custom';
  return property === 'site' || (site !== 'custom' && site !== 'demo');
}

/** The sites to choose from: with the testnet flag those that have one, or one place only. */
export function sitesFor(testnet: boolean): readonly string[] {
  if (!testnet) return SITES;
  return SITES.filter((site) => site === 'demo' || site === 'custom' || hasTestnet(site));
}
