// A plan, as the API gives it.

import type { Shape } from "../../api/client.ts";

export type Plan = Shape<"Plan">;
