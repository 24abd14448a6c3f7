// What could be done next, in the order of its urgency.

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ChevronRight } from "lucide-react";
import { queries } from "../../api/queries.ts";
import { Card, SkeletonRows, useNow } from "../../ui/index.ts";
import type { PodView } from "../../nouns/pod/life.ts";
import { type Todo, todosOf } from "./todos.ts";

export function NextSteps({ pods }: { pods: readonly PodView[] }) {
  const now = useNow(60_000);
  const reads = [
    useQuery(queries.me()),
    useQuery(queries.subscription()),
    useQuery(queries.wallet()),
    useQuery(queries.keys()),
    useQuery(queries.drafts()),
  ] as const;
  const [me, subscription, wallet, keys, drafts] = reads;
  const known = reads.every((read) => read.isFetched);
  const todos = todosOf({
    me: me.data,
    subscription: subscription.data?.subscription,
    wallet: wallet.data,
    pods,
    keys: keys.data?.items.length,
    drafts: drafts.data?.items ?? [],
    now,
  });
  return (
    <Card title="Next steps" pad={false}>
      {!known ? (
        <SkeletonRows rows={2} height="h-18" label="Loading what is next" />
      ) : todos.length === 0 ? (
        <p className="px-4 pb-4 text-mute md:px-5 md:pb-5">
          You are all set: nothing needs you now.
        </p>
      ) : (
        <ul className="overflow-hidden rounded-b-card">
          {todos.map((todo) => (
            <Step key={todo.id} todo={todo} />
          ))}
        </ul>
      )}
    </Card>
  );
}

const Step = ({ todo: { title, text, action, to } }: { todo: Todo }) => (
  <li className="border-t border-line">
    <Link
      {...to}
      className={
        "grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-3 px-4 py-2.5 transition-colors " +
        "hover:bg-sunk md:px-5"
      }
    >
      <span className="num font-medium break-words">{title}</span>
      <ChevronRight size={14} aria-hidden className="row-span-3 shrink-0 text-mute" />
      <span className="text-label text-mute">{text}</span>
      <span className="text-label font-medium text-brand-ink">{action}</span>
    </Link>
  </li>
);
