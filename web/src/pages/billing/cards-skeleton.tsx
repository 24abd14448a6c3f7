// A placeholder for the stored cards while they load.

import { Loading, Skeleton } from "../../ui/index.ts";

export const CardsSkeleton = () => (
  <Loading label="Loading your cards" className="grid gap-4">
    <Skeleton className="h-9" />
    <Skeleton className="h-9" />
    <Skeleton className="h-11" />
  </Loading>
);
