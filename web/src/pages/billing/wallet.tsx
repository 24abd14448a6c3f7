// The wallet: what is available, what is held for pods, and where the money came from.

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { Shape } from "../../api/client.ts";
import { queries } from "../../api/queries.ts";
import { asked, had, inUnit, rate, usd } from "../../lib/money.ts";
import { date, span } from "../../lib/time.ts";
import { Card, Failed, Loading, Skeleton, useNow } from "../../ui/index.ts";
import { usePolling } from "../../ui/live.tsx";
import { lasting } from "../../nouns/money/burn.ts";
import { grantName } from "../../nouns/money/grants.ts";
import { PodBadge } from "../../nouns/pod/badge.tsx";
import { usePodName } from "./pod-names.ts";
import { TopUp } from "./top-up.tsx";

type Details = Shape<"WalletDetails">;

export function Wallet() {
  const wallet = useQuery({ ...queries.wallet(), refetchInterval: usePolling(10_000) });
  const others = [useQuery(queries.livePods()), useQuery(queries.me()), useQuery(queries.cards())];
  // One below the other on a narrow screen, each would push the next as it arrives.
  if ([wallet, ...others].some((read) => !read.isFetched)) return <WalletSkeleton />;
  return (
    <div
      className={
        "grid items-start gap-5 lg:grid-cols-[minmax(0,1fr)_380px] " +
        "lg:grid-rows-[auto_auto_1fr]"
      }
    >
      {wallet.data ? (
        <Balance wallet={wallet.data} />
      ) : (
        <Card>
          <Failed what="Your wallet" error={wallet.error} retry={wallet.refetch} />
        </Card>
      )}
      <div className="lg:col-start-2 lg:row-span-3 lg:row-start-1">
        <TopUp />
      </div>
      {wallet.data && <Holds wallet={wallet.data} />}
      {wallet.data && <Grants grants={wallet.data.grants} />}
    </div>
  );
}

const WalletSkeleton = () => (
  <Loading
    label="Loading your wallet"
    className="grid items-start gap-5 lg:grid-cols-[minmax(0,1fr)_380px]"
  >
    <Card title="Balance">
      <div className="grid gap-4">
        <Skeleton className="h-10 w-40" />
        <Skeleton className="h-4 w-2/3" />
        <Skeleton className="h-16" />
      </div>
    </Card>
    <Card title="Add money">
      <Skeleton className="h-80" />
    </Card>
  </Loading>
);

function Balance({ wallet }: { wallet: Details }) {
  const pods = useQuery(queries.livePods()).data?.items;
  const { burn, hours } = lasting(wallet, pods ?? []);
  const owes = wallet.cash_usd_micros < 0;
  const parts: [string, string, string][] = [
    ["Held for pods", asked(wallet.held_usd_micros), "Reserved while they run"],
    owes
      ? ["Owed", asked(-wallet.cash_usd_micros), "On your credit terms"]
      : ["Cash", had(wallet.cash_usd_micros), "Paid in, never expires"],
    ["Free credit", had(wallet.granted_usd_micros), "Spent first, until it expires"],
  ];
  if (wallet.credit_limit_usd_micros !== 0)
    parts.push(["Credit limit", had(wallet.credit_limit_usd_micros), "The most you may owe"]);
  return (
    <Card title="Balance">
      <p className="text-label text-mute">Available</p>
      <p className="num text-price font-semibold">{had(wallet.available_usd_micros)}</p>
      <p className="mt-1 text-mute">
        What you can spend on a new pod.{" "}
        {hours !== null && (
          <span className="num">
            Your pods cost {rate(burn)} an hour, {usd(inUnit(burn, "day"))} a day,{" "}
            {usd(inUnit(burn, "month"))} a month. With what is held, your money lasts about{" "}
            {span(hours * 3600)}.
          </span>
        )}
      </p>
      <dl className="mt-4 grid gap-x-6 gap-y-3 border-t border-line pt-4 sm:grid-cols-3">
        {parts.map(([name, amount, what]) => (
          <div key={name} className="max-sm:grid max-sm:grid-cols-[1fr_auto] max-sm:items-baseline">
            <dt className="text-label text-mute">{name}</dt>
            <dd className="num text-read font-semibold max-sm:row-span-2 max-sm:self-center">
              {amount}
            </dd>
            <dd className="text-label text-mute">{what}</dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}

function Holds({ wallet }: { wallet: Details }) {
  const live = useQuery(queries.livePods()).data?.items ?? [];
  const nameOf = usePodName();
  return (
    <Card title="Held for pods">
      {wallet.holds.length === 0 ? (
        <p className="text-mute">
          Nothing is held. While a pod runs, about an hour of its price is held in advance. We
          release what it does not use.{" "}
          <Link to="/offers" className="font-medium text-brand-ink underline">
            Browse GPUs
          </Link>
        </p>
      ) : (
        <ul className="-my-1 grid">
          {wallet.holds.map(({ pod_id: podId, amount_usd_micros: amount }) => {
            const pod = live.find(({ id }) => id === podId);
            return (
              <li
                key={podId}
                className={
                  "flex min-h-11 flex-wrap items-center gap-x-3 gap-y-1 border-b border-line " +
                  "py-1.5 last:border-0"
                }
              >
                <Link
                  to="/pods/$podId"
                  params={{ podId }}
                  className={
                    "inline-flex min-h-9 min-w-0 items-center font-medium wrap-anywhere " +
                    "underline " +
                    "decoration-line2 underline-offset-4 hover:decoration-current"
                  }
                >
                  {nameOf(podId)}
                </Link>
                {pod && <PodBadge pod={pod} />}
                <span className="num ml-auto font-medium">{asked(amount)}</span>
              </li>
            );
          })}
        </ul>
      )}
    </Card>
  );
}

function Grants({ grants }: { grants: Details["grants"] }) {
  const now = useNow(60_000);
  if (grants.length === 0) return null;
  return (
    <Card title="Free credit">
      <ul className="-my-1 grid">
        {grants.map(({ name, amount_usd_micros: amount, expires_at: until }) => (
          <li
            key={`${name} ${until}`}
            className={
              "flex items-center justify-between gap-x-3 " +
              "border-b border-line py-2 last:border-0"
            }
          >
            <span>
              <span className="block font-medium">{grantName(name)}</span>
              <span className="num text-label text-mute">
                expires on {date(until)}, in {span((Date.parse(until) - now) / 1000)}
              </span>
            </span>
            <span className="num font-medium">{had(amount)}</span>
          </li>
        ))}
      </ul>
      <p className="mt-4 text-label text-mute">
        Free credit is spent before your cash, and whatever expires first is spent first.
      </p>
    </Card>
  );
}
