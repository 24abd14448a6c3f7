// Asking for a card: in Stripe's own form where the tenant has a Stripe account, else in the
// sandbox form that takes test numbers. Either way the page learns only its identifier, `pm_…`.

import { useQuery } from "@tanstack/react-query";
import { answer, api } from "../../api/client.ts";
import { Failed } from "../../ui/index.ts";
import type { CardFormProps } from "./card.ts";
import { CardSkeleton, ElementsForm } from "./elements-form.tsx";
import { SandboxForm } from "./sandbox-form.tsx";

export function CardForm(props: CardFormProps) {
  const setup = useQuery({
    queryKey: ["setup-intent"],
    queryFn: ({ signal }) => answer(api.POST("/api/v2/billing/setup-intent", { signal })),
    staleTime: Infinity,
    gcTime: 0,
    refetchOnReconnect: false,
  });
  if (setup.isError)
    return <Failed what="The card form" error={setup.error} retry={setup.refetch} />;
  if (!setup.data) return <CardSkeleton />;
  const { publishable_key: key, client_secret: clientSecret } = setup.data;
  if (!key) return <SandboxForm {...props} />;
  if (setup.isRefetching) return <CardSkeleton />;
  return (
    <ElementsForm
      key={clientSecret}
      {...props}
      publishableKey={key}
      clientSecret={clientSecret}
      onAgain={() => void setup.refetch()}
    />
  );
}
