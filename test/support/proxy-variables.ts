/** The environment variables that name a proxy, as a test wants them. */
const NAMES = ['http_proxy', 'https_proxy', 'all_proxy', 'no_proxy'].flatMap((name) => [
  name,
  name.toUpperCase(),
]);

/** Removes all of them. @returns puts them back as they were */
export function clearProxyVariables(): () => void {
  const before = NAMES.map((name) => [name, process.env[name]] as const);
  for (const name of NAMES) Reflect.deleteProperty(process.env, name);
  return () => {
    for (const name of NAMES) Reflect.deleteProperty(process.env, name);
    for (const [name, value] of before) if (value !== undefined) process.env[name] = value;
  };
}
