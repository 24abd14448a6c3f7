// Where the mailed link leads: on to the pod's page, which activates the pod with the link's token.

import { Navigate, useLocation } from "@tanstack/react-router";
import { ButtonLink, Card, Empty, PageHead } from "../../ui/index.ts";
import { useTitle } from "../../ui/title.ts";
import { linkOf } from "./link.ts";

declare module "@tanstack/react-router" {
  /** The token of a mailed link: it activates a pod, so it appears in no URL. */
  interface HistoryState {
    activation?: string;
  }
}

export function Activate() {
  useTitle("Activate");
  const link = linkOf(useLocation().hash);
  if (link)
    return (
      <Navigate
        to="/pods/$podId"
        params={{ podId: link.podId }}
        state={{ activation: link.token }}
        replace
      />
    );
  return (
    <>
      <PageHead title="Activate a pod" />
      <div className="max-w-2xl">
        <Card>
          <Empty
            title="This link is incomplete"
            action={
              <ButtonLink tone="primary" to="/pods">
                Show your pods
              </ButtonLink>
            }
          >
            Part of the address is missing. Open the link from the email again, or copy all of it.
          </Empty>
        </Card>
      </div>
    </>
  );
}
