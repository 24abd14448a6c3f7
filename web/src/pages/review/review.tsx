// Review and deploy: what will be deployed, every part of its price, and what happens next.

import { useQuery, useQueryClient } from "@tanstack/react-query";
import {
  Link,
  Navigate,
  useNavigate,
  useParams,
  useRouterState,
  useSearch,
} from "@tanstack/react-router";
import { Timer } from "lucide-react";
import { type ReactNode } from "react";
import { answer, api, type Shape } from "../../api/client.ts";
import { codeOf } from "../../api/errors.ts";
import { queries } from "../../api/queries.ts";
import { cloudName, regionName } from "../../lib/names.ts";
import { ButtonLink, Card, Empty, Facts, Failed, PageHead, SkeletonRows } from "../../ui/index.ts";
import { useTitle } from "../../ui/title.ts";
import { Funds } from "../../nouns/money/funds.tsx";
import { PriceParts, Sums } from "../../nouns/money/price.tsx";
import { ShortOfFunds, useMissingFunds } from "../../nouns/money/short.tsx";
import { machineName, memoryOf } from "../../nouns/offer/machine.ts";
import { usePlan } from "../../nouns/plan/use-plan.ts";
import { firstName } from "../../nouns/pod/name.ts";
import { useWaitingPod, WaitingPod } from "../../nouns/pod/waiting.tsx";
import { DeployPanel } from "./deploy-panel.tsx";
import { ReviewKeys } from "./keys.tsx";
import { Next } from "./next.tsx";
import type { Quote } from "./quote.ts";
import { Difference, Renew } from "./renew.tsx";

/** On a small screen the bar with the button covers the page's end, which leaves room for it. */
const LAYOUT =
  "grid grid-cols-[minmax(0,1fr)] items-start gap-5 max-lg:pb-40 " +
  "lg:grid-cols-[minmax(0,1fr)_340px]";

export function Review() {
  const { quoteId } = useParams({ from: "/shell/own/review/$quoteId" });
  const { draft } = useSearch({ from: "/shell/own/review/$quoteId" });
  useTitle("Review and deploy");
  // A quote never changes, except that it names the pod deployed from it.
  const quote = useQuery(queries.quote(quoteId));
  if (quote.data?.pod_id)
    return <Navigate to="/pods/$podId" params={{ podId: quote.data.pod_id }} replace />;
  if (quote.data) return <Reviewed quote={quote.data} />;
  if (codeOf(quote.error) === "not_found") {
    return (
      <Frame>
        <div className="card">
          <Empty
            icon={<Timer size={22} />}
            title="This price is gone"
            action={
              draft ? (
                <ButtonLink to="/configure" search={{ draft }} tone="primary">
                  Continue with your draft
                </ButtonLink>
              ) : (
                <ButtonLink to="/offers" search={{}} tone="primary">
                  Browse GPUs
                </ButtonLink>
              )
            }
          >
            A price is held for a minute. Configure a machine to get a new one.
          </Empty>
        </div>
      </Frame>
    );
  }
  if (quote.error)
    return (
      <Frame>
        <div className="card">
          <Failed what="The price" error={quote.error} retry={quote.refetch} />
        </div>
      </Frame>
    );
  return (
    <Frame>
      <div className="card">
        <SkeletonRows rows={6} label="Loading the price" />
      </div>
    </Frame>
  );
}

const Frame = ({ children, crumbs }: { children: ReactNode; crumbs?: ReactNode }) => (
  <>
    <PageHead title="Review and deploy" crumbs={crumbs} />
    {children}
  </>
);

interface Chosen {
  quote: Quote;
  name: string;
  draftId: string | undefined;
}

function Reviewed({ quote }: { quote: Quote }) {
  const { name: named, draft: draftId } = useSearch({ from: "/shell/own/review/$quoteId" });
  const { plan } = usePlan();
  const offer = useQuery(queries.offer(quote.offer_id, plan)).data;
  const name = named ?? firstName(quote.gpu);
  const chosen = { quote, name, draftId };
  const configure = draftId ? { draft: draftId } : { offer: quote.offer_id };
  return (
    <Frame crumbs={<Crumbs configure={configure} />}>
      <div className={LAYOUT}>
        <div className="grid min-w-0 grid-cols-[minmax(0,1fr)] gap-5">
          <Card
            title="What you deploy"
            actions={
              <Link
                to="/configure"
                search={configure}
                className="rounded-sm font-medium text-brand-ink hover:underline"
              >
                Change
              </Link>
            }
          >
            <What {...chosen} offer={offer} />
          </Card>
          <ReviewKeys {...chosen} />
          <Card title="What makes up the price of an hour">
            <PriceParts
              price={quote.price}
              provider={cloudName(quote.provider)}
              stoppable={offer?.stoppable}
            />
          </Card>
          <Card title="What happens next">
            <Next
              hold={quote.hold_usd_micros}
              stoppable={offer?.stoppable ?? true}
              relaunch={quote.relaunch}
            />
          </Card>
        </div>
        <Deploying key={quote.id} {...chosen} machine={offer ? machineName(offer) : quote.gpu} />
      </div>
    </Frame>
  );
}

type Offer = Shape<"OfferView">;

/** Two columns, row by row, so that their lines are level. */
const What = ({ quote, name, offer }: Chosen & { offer: Offer | undefined }) => (
  <Facts
    className="items-start gap-x-10 sm:grid-cols-2"
    of={[
      ["Name", name],
      ["Cloud", `${cloudName(quote.provider)}, ${regionName(quote.region)}`],
      ["GPU", offer ? machineName(offer) : quote.gpu],
      offer && ["GPU memory", memoryOf(offer)],
      ["Template", quote.template_name],
      offer && ["vCPU and RAM", `${offer.vcpus} and ${offer.ram_gib.toLocaleString("en-US")} GiB`],
      ["Disk", `${quote.disk_gib.toLocaleString("en-US")} GiB`],
      ["Machine", quote.instance_type],
      quote.any_region && ["If the region is full", "Any other region will do"],
      offer && ["Stop and start again", offer.stoppable ? "Yes" : "No, only end it"],
      offer?.spot && ["Spot", "The cloud may take it back"],
      quote.relaunch && [
        offer?.spot ? "If the cloud takes it back" : "If the cloud takes it away",
        "Deployed again at this price",
      ],
    ]}
  />
);

/** What is in the way of deploying a quote, if anything is. */
function useBlocked(quote: Quote): ReactNode {
  const waiting = useWaitingPod(quote.id);
  const missing = useMissingFunds(quote.hold_usd_micros);
  if (waiting) return <WaitingPod pod={waiting} />;
  return missing > 0 ? <ShortOfFunds hold={quote.hold_usd_micros} missing={missing} /> : null;
}

/** Goes to the pod that a quote has become. */
function useOnPod({ quote, draftId }: Chosen): (podId: string) => Promise<void> {
  const navigate = useNavigate();
  const client = useQueryClient();
  return async (podId) => {
    // The draft has become a pod. If it cannot be removed now, it stays and can be removed by hand.
    if (draftId)
      void answer(api.DELETE("/api/v2/pods/drafts/{id}", { params: { path: { id: draftId } } }))
        .catch(() => undefined)
        .then(() => client.invalidateQueries({ queryKey: ["drafts"] }));
    // Replaces this page: the back button must not return to a used quote.
    await navigate({ to: "/pods/$podId", params: { podId }, replace: true });
    client.removeQueries({ queryKey: queries.quote(quote.id).queryKey });
    for (const key of ["pods", "wallet", "me", "activity"])
      void client.invalidateQueries({ queryKey: [key] });
  };
}

function Deploying({ machine, ...chosen }: Chosen & { machine: string }) {
  const { quote, name } = chosen;
  const rateBefore = useRouterState({ select: ({ location }) => location.state.rateBefore });
  const blocked = useBlocked(quote);
  const onPod = useOnPod(chosen);
  return (
    <DeployPanel
      quote={quote}
      name={name}
      machine={machine}
      blocked={blocked}
      onPod={(id) => void onPod(id)}
      renew={<Renew {...chosen} />}
    >
      {rateBefore !== undefined && (
        <Difference before={rateBefore} now={quote.price.rate_usd_micros_per_hour} />
      )}
      <Sums price={quote.price} />
      <Funds hold={quote.hold_usd_micros} rate={quote.price.rate_usd_micros_per_hour} />
    </DeployPanel>
  );
}

function Crumbs({ configure }: { configure: { draft: string } | { offer: string } }) {
  return (
    <>
      <Link to="/offers" search={{}} className="hover:underline">
        Browse GPUs
      </Link>
      <span aria-hidden>›</span>
      <Link to="/configure" search={configure} className="hover:underline">
        Configure
      </Link>
      <span aria-hidden>›</span>
      <span>Review</span>
    </>
  );
}
