export function bundleRuntime(to: string, sources: Readonly<Record<string, string>>): Promise<void>;
