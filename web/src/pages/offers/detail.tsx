// One offer: what it is, what it costs, and how its price moved.

import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { PackageX } from "lucide-react";
import type { ReactNode } from "react";
import type { Shape } from "../../api/client.ts";
import { codeOf } from "../../api/errors.ts";
import { queries } from "../../api/queries.ts";
import { FIRST_SEARCH } from "../../lib/first-offers.ts";
import { Badge, ButtonLink, Empty, Failed, PageHead, SkeletonRows } from "../../ui/index.ts";
import { usePolling } from "../../ui/live.tsx";
import { useTitle } from "../../ui/title.ts";
import { machineName, placeOf } from "../../nouns/offer/machine.ts";
import { USUAL_DAYS } from "../../nouns/offer/prices.ts";
import { PriceAlertCard } from "../../nouns/alert/price-alert.tsx";
import { usePlan } from "../../nouns/plan/use-plan.ts";
import { OfferFacts, Use } from "./explain.tsx";
import { History } from "./history.tsx";
import { ConfigureLink, StockMark } from "./parts.tsx";

type Offer = Shape<"OfferView">;
const POLL_MS = 30_000;
const LAYOUT =
  "grid grid-cols-[minmax(0,1fr)] items-start gap-5 lg:grid-cols-[minmax(0,1fr)_320px]";

export function OfferDetail() {
  const { offerId } = useParams({ from: "/shell/offers/$offerId" });
  // Nothing of one offer may be shown for another.
  return <Loaded key={offerId} id={offerId} />;
}

function Loaded({ id }: { id: string }) {
  const { plan, known } = usePlan();
  const polling = usePolling(POLL_MS);
  const { data, error, refetch } = useQuery({
    ...queries.offer(id, plan),
    enabled: known,
    refetchInterval: polling,
  });
  useTitle(data ? `${machineName(data)} at ${placeOf(data)}` : "Offer");
  if (codeOf(error) === "not_found") return <Gone />;
  if (data) return <Detail offer={data} plan={plan} />;
  return (
    <Frame title="Offer">
      <div className="card">
        {error ? (
          <Failed what="The offer" error={error} retry={refetch} />
        ) : (
          <SkeletonRows rows={6} label="Loading the offer" />
        )}
      </div>
    </Frame>
  );
}

interface FrameProps {
  title: string;
  aside?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

const Frame = ({ children, title, ...head }: FrameProps) => (
  <>
    <PageHead
      title={title}
      {...head}
      crumbs={
        <>
          <Link to="/offers" search={FIRST_SEARCH} className="rounded-sm hover:underline">
            Browse GPUs
          </Link>
          <span aria-hidden>/</span>
          <span>{title}</span>
        </>
      }
    />
    {children}
  </>
);

const Gone = () => (
  <Frame title="Offer">
    <div className="card">
      <Empty
        icon={<PackageX size={22} />}
        title="This offer is no longer on the market"
        action={
          <ButtonLink to="/offers" search={FIRST_SEARCH} tone="primary">
            Browse GPUs
          </ButtonLink>
        }
      >
        Its cloud no longer sells it. Others may have the same machine.
      </Empty>
    </div>
  </Frame>
);

function Detail({ offer, plan }: { offer: Offer; plan: Shape<"PlanId"> | undefined }) {
  const { days = USUAL_DAYS } = useSearch({ from: "/shell/offers/$offerId" });
  const navigate = useNavigate({ from: "/offers/$offerId" });
  const over = offer.stock === "none";
  return (
    <Frame
      title={machineName(offer)}
      aside={
        <>
          <span className="text-mute">{placeOf(offer)}</span>
          <StockMark offer={offer} />
          {offer.spot && <Badge state="warn">Spot</Badge>}
        </>
      }
      actions={
        <>
          <ButtonLink to="/offers" search={alike(offer)}>
            Compare with others
          </ButtonLink>
          <ConfigureLink offer={offer} primary />
        </>
      }
    >
      {over && (
        <p className="mb-4 rounded-control bg-sunk px-3 py-2">
          Sold out right now. Other clouds may have this machine in stock.
        </p>
      )}
      <div className={LAYOUT}>
        <div className="grid min-w-0 grid-cols-1 gap-5">
          <History
            offer={offer}
            plan={plan}
            days={days}
            onDays={(next) =>
              void navigate({
                search: { days: next === USUAL_DAYS ? undefined : next },
                replace: true,
                resetScroll: false,
              })
            }
          />
          <PriceAlertCard offer={offer} />
        </div>
        <aside aria-label="About this offer" className="card grid gap-4 p-4">
          <Use offer={offer} />
          <OfferFacts offer={offer} gone={false} />
        </aside>
      </div>
    </Frame>
  );
}

/** The machines it competes with. */
const alike = ({ id, gpu, gpu_count: count, spot }: Offer) => ({
  gpu: [gpu],
  gpu_count: Number.isInteger(count) ? count : undefined,
  spot: spot ? ("true" as const) : undefined,
  offer: id,
});
