// What is held for a pod, in the same words as the pod's log.

import { usd } from "../../lib/money.ts";

const CENT = 10_000;

/** Rounded up to the cent, as the log does: a hold never reads as less than it is. */
export const held = (micros: number): string => usd(Math.ceil(micros / CENT) * CENT);
