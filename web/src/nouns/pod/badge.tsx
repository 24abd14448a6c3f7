// A pod's state in one word.

import { Badge, Dot } from "../../ui/basics.tsx";
import { MOVING, podLook, podWord, type Standing } from "./life.ts";

export function PodBadge({ pod }: { pod: Standing }) {
  const look = podLook(pod);
  return (
    <Badge state={look}>
      <Dot state={look} live={MOVING.includes(pod.state)} />
      {podWord(pod)}
    </Badge>
  );
}
