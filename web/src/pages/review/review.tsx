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
import { answer, api } from "../../api/client.ts";
import { codeOf } from "../../api/errors.ts";
import { queries } from "../../api/queries.ts";
import { usd } from "../../lib/money.ts";
import { cloudName, regionName } from "../../lib/names.ts";
import { ButtonLink, Card, Empty, Facts, Failed, PageHead, SkeletonRows } from "../../ui/index.ts";
import { useTitle } from "../../ui/title.ts";
import { Funds, missingFunds } from "../../nouns/money/funds.tsx";
import { PriceParts, Sums } from "../../nouns/money/price.tsx";
import { machineName, memoryOf } from "../../nouns/offer/machine.ts";
import { usePlan } from "../../nouns/plan/use-plan.ts";
import { firstName } from "../../nouns/pod/name.ts";
import { DeployPanel } from "./deploy-panel.tsx";
import type { Quote } from "./quote.ts";
import { Difference, Renew } from "./renew.tsx";

export function Review() {
  const { quoteId } = useParams({ from: "/shell/own/review/$quoteId" });
  useTitle("Review and deploy");
  // A quote never changes, except that it names the pod deployed from it.
  const quote = useQuery(queries.quote(quoteId));
  if (quote.data?.pod_id)
    return <Navigate to="/pods/$podId" params={{ podId: quote.data.pod_id }} replace />;
  if (quote.data) return <Reviewed key={quote.data.id} quote={quote.data} />;
  if (codeOf(quote.error) === "not_found") {
    return (
      <Frame>
        <div className="card">
          <Empty
            icon={<Timer size={22} />}
            title="This price is gone"
            action={
              <ButtonLink to="/offers" search={{}} tone="primary">
                Browse GPUs
              </ButtonLink>
            }
          >
            A price is held for a minute and forgotten some time later. Configure a machine to get a
            new one.
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

function Reviewed({ quote }: { quote: Quote }) {
  const { name: named, draft } = useSearch({ from: "/shell/own/review/$quoteId" });
  const navigate = useNavigate();
  const client = useQueryClient();
  const { plan } = usePlan();
  const rateBefore = useRouterState({ select: ({ location }) => location.state.rateBefore });
  const offer = useQuery(queries.offer(quote.offer_id, plan)).data;
  const wallet = useQuery(queries.wallet()).data;
  const short =
    wallet !== undefined && missingFunds(quote.hold_usd_micros, wallet.available_usd_micros) > 0;
  const machine = offer ? machineName(offer) : quote.gpu;
  const name = named ?? firstName(quote.gpu);
  const configure = draft ? { draft } : { offer: quote.offer_id };

  const onPod = async (podId: string) => {
    // The draft has become a pod. If it cannot be removed now, it stays and can be removed by hand.
    if (draft)
      void answer(api.DELETE("/api/v2/pods/drafts/{id}", { params: { path: { id: draft } } }))
        .catch(() => undefined)
        .then(() => client.invalidateQueries({ queryKey: ["drafts"] }));
    // Replaces this page: the back button must not return to a used quote.
    await navigate({ to: "/pods/$podId", params: { podId }, replace: true });
    client.removeQueries({ queryKey: queries.quote(quote.id).queryKey });
    for (const key of ["pods", "wallet", "me", "activity"])
      void client.invalidateQueries({ queryKey: [key] });
  };

  return (
    <Frame
      crumbs={
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
      }
    >
      <div
        className={
          "grid grid-cols-[minmax(0,1fr)] items-start " + "gap-5 lg:grid-cols-[minmax(0,1fr)_340px]"
        }
      >
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
            <div className="grid gap-x-10 gap-y-2 sm:grid-cols-2">
              <Facts
                of={[
                  ["Name", name],
                  ["GPU", machine],
                  offer && ["GPU memory", memoryOf(offer)],
                  offer && [
                    "vCPU and RAM",
                    `${offer.vcpus} and ${offer.ram_gib.toLocaleString("en-US")} GiB`,
                  ],
                  ["Machine", quote.instance_type],
                ]}
              />
              <Facts
                of={[
                  ["Cloud", `${cloudName(quote.provider)}, ${regionName(quote.region)}`],
                  ["Template", quote.template_name],
                  ["Disk", `${quote.disk_gib.toLocaleString("en-US")} GiB`],
                  ["SSH keys", quote.ssh_keys === 0 ? "None" : String(quote.ssh_keys)],
                  offer && ["Stop and start again", offer.stoppable ? "Yes" : "No, only end it"],
                  offer?.spot && ["Spot", "The cloud may take it back"],
                ]}
              />
            </div>
          </Card>
          <Card title="What makes up an hour's price">
            <PriceParts
              price={quote.price}
              provider={cloudName(quote.provider)}
              stoppable={offer?.stoppable}
            />
          </Card>
          <Card title="What happens next">
            <Next hold={quote.hold_usd_micros} stoppable={offer?.stoppable ?? true} />
          </Card>
        </div>
        <DeployPanel
          quote={quote}
          name={name}
          machine={machine}
          short={short}
          onPod={(id) => void onPod(id)}
          renew={<Renew quote={quote} name={name} draftId={draft} />}
        >
          {rateBefore !== undefined && (
            <Difference before={rateBefore} now={quote.price.rate_usd_micros_per_hour} />
          )}
          <Sums price={quote.price} />
          <Funds hold={quote.hold_usd_micros} rate={quote.price.rate_usd_micros_per_hour} />
        </DeployPanel>
      </div>
    </Frame>
  );
}

function Next({ hold, stoppable }: { hold: number; stoppable: boolean }) {
  const steps: readonly (readonly [string, string])[] = [
    [
      `We hold ${usd(hold)} of your wallet`,
      "It funds the first hour. It is released if nothing runs.",
    ],
    [
      "The cloud starts the machine",
      "If it is sold out by then, we try similar ones at this price or less, never more: the " +
        "price you saw is the price you pay.",
    ],
    [
      "It answers, and you get a link by email",
      "Activate the pod with it. If you do not do so in time, the machine is ended and costs " +
        "you nothing.",
    ],
    [
      "From then on you pay by the second",
      stoppable
        ? "Until you stop or end it, or the wallet is empty. While stopped you pay for its disk " +
          "only."
        : "Until you end it, or the wallet is empty. This cloud cannot stop a machine and start " +
          "it again.",
    ],
  ];
  return (
    <ol className="grid gap-3.5">
      {steps.map(([title, text], index) => (
        <li key={title} className="flex gap-3">
          <span
            aria-hidden
            className={
              "num inline-flex size-6 shrink-0 items-center justify-center rounded-full border " +
              "border-line2 text-label font-semibold"
            }
          >
            {index + 1}
          </span>
          <div>
            <p className="font-medium">{title}</p>
            <p className="text-mute">{text}</p>
          </div>
        </li>
      ))}
    </ol>
  );
}
