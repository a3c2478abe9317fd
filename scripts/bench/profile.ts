/** Where the time of a cancel over the WebSocket goes. */
import type { Profiled } from './client';
import type { BenchOptions } from './options';
import { PLACE_NAMES, type PlaceName } from './sampling';
import { openStage } from './stage';

export interface ProfileRow {
  readonly name: PlaceName;
  /** µs per cancel, one at a time and with 32 in flight */
  readonly alone: number;
  readonly crowded: number;
}

/** times as many as in a round of all clients */
const LONGER = 3;

export async function measureProfile({ cancels: few }: BenchOptions): Promise<ProfileRow[]> {
  const cancels = few * LONGER;
  const stage = await openStage();
  try {
    const program = await stage.client('node-ws');
    const profiled = (inFlight: number) => program.call<Profiled>('profile', { cancels, inFlight });
    // The first is for the compilers.
    await profiled(1);
    const [alone, crowded] = [await profiled(1), await profiled(32)];
    const perCancel = ({ shares, seconds }: Profiled, name: PlaceName) =>
      (shares[name] * seconds * 1e6) / cancels;
    return PLACE_NAMES.map((name) => ({
      name,
      alone: perCancel(alone, name),
      crowded: perCancel(crowded, name),
    }));
  } finally {
    await stage.end();
  }
}
