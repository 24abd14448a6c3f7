// Configure a pod: loads what the form needs for an offer or a draft, and says what is missing.

import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { FileText, PackageX } from "lucide-react";
import { type ReactNode, useState } from "react";
import { codeOf } from "../../api/errors.ts";
import { queries } from "../../api/queries.ts";
import { ButtonLink, Card, Empty, Failed, Loading, PageHead, Skeleton } from "../../ui/index.ts";
import { useTitle } from "../../ui/title.ts";
import { DraftList } from "../../nouns/draft/drafts.tsx";
import { usePlan } from "../../nouns/plan/use-plan.ts";
import { Editor } from "./editor.tsx";

export function Configure() {
  const { offer, draft, again } = useSearch({ from: "/shell/own/configure" });
  const navigate = useNavigate();
  const place = draft ?? offer ?? "";
  // Once an editor is saved as a draft, it continues under the draft's URL.
  const [editor, setEditor] = useState<{ place: string; made: string | null }>({
    place,
    made: null,
  });
  if (place !== editor.place && place !== editor.made) setEditor({ place, made: null });
  const onMade = (id: string) => {
    setEditor((was) => ({ ...was, made: id }));
    void navigate({ to: "/configure", search: { draft: id }, replace: true, resetScroll: false });
  };
  const shown = place === editor.made ? editor.place : place;
  const opened = shown.startsWith("draft_") ? { draft: shown } : { offer: shown, again };
  return <Opened key={shown} {...opened} onMade={onMade} />;
}

interface OpenedProps {
  offer?: string;
  draft?: string;
  again?: string;
  onMade: (id: string) => void;
}

/** All that the form needs. */
function useParts({ offer: offerId, draft: draftId, again }: Omit<OpenedProps, "onMade">) {
  const { plan, known } = usePlan();
  // Loaded once, when the page opens: from then on the form is ahead of what is stored.
  const draft = useQuery({
    ...queries.draft(draftId ?? ""),
    enabled: draftId !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnMount: "always",
  });
  const id = offerId || draft.data?.fields.offer_id || "";
  const offer = useQuery({ ...queries.offer(id, plan), enabled: id !== "" && known });
  // Without it the form begins as ever.
  const before = useQuery({ ...queries.quote(again ?? ""), enabled: again !== undefined });
  const templates = useQuery(queries.templates());
  const keys = useQuery(queries.keys());
  const hasDraft = draftId === undefined || draft.isFetchedAfterMount;
  const hasBefore = again === undefined || before.isFetched;
  const isUnchosen = id === "" && (draftId === undefined || draft.data !== undefined);
  return { draft, offer, templates, keys, before, isWhole: hasDraft && hasBefore, isUnchosen };
}

function Opened({ onMade, ...opened }: OpenedProps) {
  const { draft, offer, templates, keys, before, isWhole, isUnchosen } = useParts(opened);
  if (codeOf(draft.error) === "not_found")
    return (
      <Nothing icon={<FileText size={22} />} title="This draft is gone">
        It was deployed or deleted.
      </Nothing>
    );
  if (isUnchosen)
    return (
      <Nothing icon={<PackageX size={22} />} title="Choose a machine first">
        Every offer shows its price and what it is made up of.
      </Nothing>
    );
  if (codeOf(offer.error) === "not_found")
    return (
      <Nothing icon={<PackageX size={22} />} title="This machine is no longer available">
        Its cloud no longer offers it. Choose another one.
      </Nothing>
    );
  const all = [draft, offer, templates, keys];
  const failed = all.find((query) => query.isError && !query.data);
  if (failed) {
    const retry = () =>
      Promise.all(all.filter(({ isError }) => isError).map(({ refetch }) => refetch()));
    return (
      <Frame>
        <div className="card">
          <Failed what="The configuration" error={failed.error} retry={retry} />
        </div>
      </Frame>
    );
  }
  if (!offer.data || !templates.data || !keys.data || !isWhole)
    return (
      <Frame>
        <Waiting />
      </Frame>
    );
  return (
    <Editor
      offer={offer.data}
      draft={draft.data ?? null}
      before={before.data}
      templates={templates.data.items}
      keys={keys.data.items}
      onMade={onMade}
    />
  );
}

function Frame({ children }: { children: ReactNode }) {
  useTitle("Configure");
  return (
    <>
      <PageHead title="Configure" />
      {children}
    </>
  );
}

const Waiting = () => (
  <Loading
    label="Loading the configuration"
    className="grid items-start gap-5 lg:grid-cols-[minmax(0,1fr)_340px]"
  >
    <div className="grid gap-5">
      {[44, 28, 28, 32].map((height, index) => (
        <div
          key={index}
          className="card grid content-start gap-3 p-5"
          style={{ height: height * 4 }}
        >
          <Skeleton className="h-4 w-24" />
          <Skeleton className="h-8 w-full" />
        </div>
      ))}
    </div>
    <div className="card grid content-start gap-3 p-5">
      <Skeleton className="h-4 w-24" />
      <Skeleton className="h-16 w-full" />
      <Skeleton className="h-4 w-3/4" />
      <Skeleton className="h-4 w-2/3" />
      <Skeleton className="h-11 w-full" />
    </div>
  </Loading>
);

function Nothing({
  icon,
  title,
  children,
}: {
  icon: ReactNode;
  title: string;
  children: ReactNode;
}) {
  return (
    <Frame>
      <div className="grid gap-5">
        <div className="card">
          <Empty
            icon={icon}
            title={title}
            action={
              <ButtonLink to="/offers" search={{}} tone="primary">
                Browse GPUs
              </ButtonLink>
            }
          >
            {children}
          </Empty>
        </div>
        <Card title="Drafts">
          <DraftList />
        </Card>
      </div>
    </Frame>
  );
}
