export function bundleRuntime(
  to: string,
  types: readonly string[],
  instead?: Readonly<Record<string, string>>,
): Promise<void>;
